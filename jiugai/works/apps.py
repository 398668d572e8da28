"""App configuration."""

from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "jiugai.works"
    label = "works"
    verbose_name = "施工与验收"

    def ready(self) -> None:
        """Declare our kinds, fill our section of the facts, do our part of the line-ups, add to files and projects."""
        from jiugai.accounts.jobs import Kind, register
        from jiugai.policy.lineups import handle
        from jiugai.policy.providers import provide
        from jiugai.works import lineups, panels
        from jiugai.works.kinds import declare_all
        from jiugai.works.queries.facts import load_site_facts

        declare_all()
        provide("site", load_site_facts)
        for code, handler in lineups.HANDLERS.items():
            handle(code, handler)
        panels.add_to_files()
        register("works.warranties", Kind("质保到期提醒"))
