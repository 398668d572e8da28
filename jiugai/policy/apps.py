"""App configuration."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jiugai.policy"
    label = "policy"
    verbose_name = "政策与关口"

    def ready(self) -> None:
        """Add our part to the file of a community, and take our place in the line-ups."""
        from jiugai.policy import facts
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide
        from jiugai.policy.queries import timeline
        from jiugai.policy.reassessing import reassess_gates
        from jiugai.registry import panels

        panels.timeline_source(timeline.events)
        panels.stage_notes(timeline.stage_days)
        handle("reassess_gates", reassess_gates)
        provide("register", facts.register_section)
        provide("evidence", facts.evidence_section)
