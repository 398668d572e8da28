"""App configuration."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "jiugai.governance"
    label = "governance"
    verbose_name = "综合治理"

    def ready(self) -> None:
        """Declare the kinds of problems, fill our section of the facts, and say what we add to file and phone."""
        from jiugai.governance import lineups, panels, sync, tiles
        from jiugai.governance.facts import governance_section
        from jiugai.governance.kinds import declare_all
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide

        declare_all()
        provide("governance", governance_section)
        handle("inform_street", lineups.inform_street)
        sync.register_types()
        panels.add_to_the_file()
        tiles.offer_layers()
