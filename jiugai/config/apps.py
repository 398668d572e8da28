"""App configuration of the outermost package."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "jiugai.config"
    label = "config"
