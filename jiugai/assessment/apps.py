"""App configuration."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "jiugai.assessment"
    label = "assessment"
    verbose_name = "任务与考核"

    def ready(self) -> None:
        """Declare our kinds of matters, and which column is sealed."""
        from jiugai.accounts.sealed import declare
        from jiugai.assessment.kinds import declare_all
        from jiugai.assessment.models import LiaisonContact

        declare_all()
        declare(LiaisonContact, "unit_phone")
