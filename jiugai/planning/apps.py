"""App configuration."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "jiugai.planning"
    label = "planning"
    verbose_name = "储备与计划"
