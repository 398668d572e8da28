"""App configuration."""

from django.apps import AppConfig


class CheckupConfig(AppConfig):
    name = "jiugai.checkup"
    label = "checkup"
    verbose_name = "体检"

    def ready(self) -> None:
        """Tell the parts below what the check-up brings: facts, entries from phones, a tab in the file."""
        from jiugai.accounts.permissions import Permission
        from jiugai.checkup import facts
        from jiugai.checkup.sync import TYPE
        from jiugai.offline.types import register
        from jiugai.policy.doors import mend
        from jiugai.policy.providers import provide
        from jiugai.registry import panels

        provide("checkup", facts.load)
        mend(("t03_1",), "打开体检", lambda home: f"/communities/{home.pk}/checkups/")
        register(TYPE)
        panels.tab("community-checkups", "体检", order=20, permission=Permission.CHECKUP_VIEW)
