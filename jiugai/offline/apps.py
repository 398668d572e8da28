"""App configuration."""

from django.apps import AppConfig


class OfflineConfig(AppConfig):
    name = "jiugai.offline"
    label = "offline"
    verbose_name = "手机填报"
