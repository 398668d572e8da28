"""App configuration."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiugai.registry"
    label = "registry"
    verbose_name = "基础信息"

    def ready(self) -> None:
        """Tell the layers below who keeps saved views and what our background jobs are."""
        from jiugai.registry.jobs import register_kinds
        from jiugai.registry.saved import saved_views
        from jiugai.web.tables import saved

        saved.provide(saved_views)
        register_kinds()
