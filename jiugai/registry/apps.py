"""App configuration."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "jiugai.registry"
    label = "registry"
    verbose_name = "基础信息"

    def ready(self) -> None:
        """Tell the list pages who keeps saved views: they lie in a layer below the models."""
        from jiugai.registry.saved import saved_views
        from jiugai.web.tables import saved

        saved.provide(saved_views)
