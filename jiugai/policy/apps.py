"""App configuration."""

from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "jiugai.policy"
    label = "policy"
    verbose_name = "政策与关口"

    def ready(self) -> None:
        """Add our part to the file of a community, and take our place in the line-ups."""
        from jiugai.accounts.jobs import Kind, register
        from jiugai.accounts.permissions import Permission
        from jiugai.policy import facts
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide
        from jiugai.policy.queries import gates, timeline
        from jiugai.policy.reassessing import reassess_gates
        from jiugai.registry import panels

        panels.panel("gate", "关口", 10, "policy/gate_panel.html", gates.panel, permission=Permission.GATE_VIEW)
        panels.tab("community-gates", "关口", order=80, permission=Permission.GATE_VIEW)
        panels.tab("community-evidence", "凭证", order=85, permission=Permission.GATE_VIEW)
        panels.timeline_source(timeline.events)
        panels.stage_notes(timeline.stage_days)
        handle("reassess_gates", reassess_gates)
        provide("register", facts.register_section)
        provide("evidence", facts.evidence_section)
        register("policy.refresh", Kind("每夜核对关口"))
        _mends()


def _mends() -> None:
    """Lead from findings that rest on evidence to the page where it is recorded."""
    from django.urls import reverse

    from jiugai.policy.doors import mend

    rules = ("t09_4_", "t11_", "t15_4_", "t19_", "t20_")
    mend(rules, "登记凭证", lambda community: reverse("community-evidence", args=[community.pk]))
