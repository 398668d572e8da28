"""App configuration."""

from django.apps import AppConfig


class StreetworksConfig(AppConfig):
    name = "jiugai.streetworks"
    label = "streetworks"
    verbose_name = "各部门工程"
