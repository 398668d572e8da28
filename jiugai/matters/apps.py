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
        from jiugai.matters.inbox import INBOX
        from jiugai.matters.jobs import register_jobs
        from jiugai.matters.panels import add_to_the_file
        from jiugai.matters.steps import write_steps
        from jiugai.matters.tables import ALL
        from jiugai.registry.saved import keep_list

        handling.register_kind()
        register_jobs()
        add_to_the_file()
        for table in (INBOX, ALL):
            keep_list(table)
        post_migrate.connect(write_steps, sender=self, dispatch_uid="matters.steps")
