"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "jiugai.assessment"
    label = "assessment"
    verbose_name = "任务与考核"
