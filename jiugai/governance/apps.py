"""App configuration."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "jiugai.governance"
    label = "governance"
    verbose_name = "综合治理"

    def ready(self) -> None:
        """Declare the kinds of problems and fill our section of the facts."""
        from jiugai.governance.facts import governance_section
        from jiugai.governance.kinds import declare_all
        from jiugai.policy.providers import provide

        declare_all()
        provide("governance", governance_section)
