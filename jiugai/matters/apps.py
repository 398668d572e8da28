"""App configuration."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "jiugai.matters"
    label = "matters"
    verbose_name = "事项"
