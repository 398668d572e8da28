"""Background jobs of the register. Each may be started again after a crash: it goes on where the last one stopped."""

from typing import Any

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.registry.intake import checking, undoing, writing
from jiugai.registry.models import ImportBatch
from jiugai.registry.tiles import versions

QUEUE = "imports"


@app.task(name="imports.check", queue=QUEUE)
def check_import(batch_id: int, user_id: int | None = None) -> None:
    """Read a file, check every row, and work out what writing it would change."""
    checking.check(batch_id, user_id=user_id, clock=timezone.localtime)


@app.periodic(cron="40 19 * * *")  # the queue counts in UTC: 03:40 in Beijing
@app.task(name="tiles.prune", queueing_lock="tiles.prune")
def prune_layer_changes(timestamp: int) -> None:
    """Drop old marks of map layers. `timestamp` is the planned time."""
    versions.prune(now=timezone.now())


@app.task(name="imports.write", queue=QUEUE)
def write_import(batch_id: int, user_id: int | None = None) -> None:
    """Write a checked batch into the register."""
    writing.write(batch_id, user_id=user_id, clock=timezone.localtime)


@app.task(name="imports.undo", queue=QUEUE)
def undo_import(batch_id: int, user_id: int | None = None) -> None:
    """Take a written batch back."""
    undoing.undo(batch_id, user_id=user_id, clock=timezone.localtime)


def later(task: Any, batch: ImportBatch, *, user_id: int | None) -> int:
    """Put a job for a batch into the queue within the caller's transaction; return the job's number.

    Jobs of one batch never run side by side.
    """
    job: int = task.configure(lock=f"import-{batch.pk}").defer(batch_id=batch.pk, user_id=user_id)
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job)
    return job
