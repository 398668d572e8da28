"""App configuration."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jiugai.web"
    label = "web"
    verbose_name = "页面机件"
