"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MattersConfig(AppConfig):
    name = "jiugai.matters"
    label = "matters"
    verbose_name = "事项"

    def ready(self) -> None:
        """Declare our own kind, and keep the database's copy of the process tables."""
        from jiugai.matters import handling
        from jiugai.matters.jobs import register_jobs
        from jiugai.matters.steps import write_steps

        handling.register_kind()
        register_jobs()
        post_migrate.connect(write_steps, sender=self, dispatch_uid="matters.steps")
