"""App configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "jiugai.approvals"
    label = "approvals"
    verbose_name = "方案与审批"

    def ready(self) -> None:
        """Tell the layers below which facts approvals know, their kinds of matters, and what they add to pages."""
        from jiugai.approvals import facts, kinds, lineups
        from jiugai.approvals.panels import add_to_pages
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide

        provide("design", facts.load_design)
        provide("approvals", facts.load_approvals)
        provide("rebuild", facts.load_rebuild)
        handle("ask_about_scheme", lineups.ask_about_scheme)
        handle("follow_preparation", lineups.follow_preparation)
        kinds.register_kinds()
        add_to_pages()
