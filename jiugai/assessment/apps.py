"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "jiugai.assessment"
    label = "assessment"
    verbose_name = "任务与考核"

    def ready(self) -> None:
        """Declare our kinds of matters."""
        from jiugai.assessment.kinds import declare_all

        declare_all()
