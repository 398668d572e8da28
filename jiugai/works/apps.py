"""App configuration."""

from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "jiugai.works"
    label = "works"
    verbose_name = "施工与验收"
