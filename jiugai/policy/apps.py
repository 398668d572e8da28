"""App configuration."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jiugai.policy"
    label = "policy"
    verbose_name = "政策与关口"
