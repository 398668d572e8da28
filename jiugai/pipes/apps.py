"""App configuration."""

from django.apps import AppConfig


class PipesConfig(AppConfig):
    name = "jiugai.pipes"
    label = "pipes"
    verbose_name = "管线与上下水"
