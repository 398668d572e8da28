"""App configuration."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiugai.registry"
    label = "registry"
    verbose_name = "基础信息"
