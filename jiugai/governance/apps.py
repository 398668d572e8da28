"""App configuration."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "jiugai.governance"
    label = "governance"
    verbose_name = "综合治理"
