"""Keeps the database's copy of the process tables equal to the declared ones."""

from typing import Any

from django.db import connections, transaction

from jiugai.matters import kinds


def write_steps(using: str = "default", **_signal: Any) -> None:
    """Replace the copy; runs after every migration, so also after a release that changes only a table of a kind.

    Steps of kinds that no longer exist stay, because matters of them may.
    """
    from jiugai.matters.models import AllowedStep

    if AllowedStep._meta.db_table not in connections[using].introspection.table_names():  # noqa: SLF001
        return
    declared = [
        AllowedStep(kind=kind, move=move, from_stage=before, to_stage=after, ends=ends)
        for kind, move, before, after, ends in kinds.steps()
    ]
    with transaction.atomic(using=using):
        AllowedStep.objects.using(using).filter(kind__in={step.kind for step in declared}).delete()
        AllowedStep.objects.using(using).bulk_create(declared)
