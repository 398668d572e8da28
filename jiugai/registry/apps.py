"""App configuration."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiugai.registry"
    label = "registry"
    verbose_name = "基础信息"

    def ready(self) -> None:
        """Tell the layers below who keeps saved views and what our background jobs are."""
        from jiugai.accounts.sealed import declare
        from jiugai.accounts.tables import AUDIT, JOBS, ORGANISATIONS, PEOPLE
        from jiugai.registry import map_page, saved
        from jiugai.registry.import_table import IMPORTS
        from jiugai.registry.jobs import register_kinds
        from jiugai.registry.models import CommunityContact, OwnerUnit
        from jiugai.registry.tables import BUILDINGS, COMMUNITIES
        from jiugai.web.tables.saved import provide

        provide(saved.saved_views)
        for table in (COMMUNITIES, BUILDINGS, IMPORTS, ORGANISATIONS, PEOPLE, AUDIT, JOBS):
            saved.keep_list(table)
        saved.keep(map_page.REGISTER, map_page.kept)
        register_kinds()
        declare(CommunityContact, "phone")
        declare(OwnerUnit, "liaison")
