"""App configuration."""

from django.apps import AppConfig


class CheckupConfig(AppConfig):
    name = "jiugai.checkup"
    label = "checkup"
    verbose_name = "体检"
