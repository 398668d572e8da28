"""What the register's background jobs are about, for the job pages: the batch, its area, its rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.actor import Actor
from jiugai.accounts.jobs import Facts, Kind, register
from jiugai.registry.models import ImportBatch

TITLES = {"imports.check": "查错", "imports.write": "写入", "imports.undo": "撤回"}


def register_kinds() -> None:
    """Tell the job pages of the import jobs."""
    for task, verb in TITLES.items():
        register(task, Kind(f"导入{verb}", visible=_visible, describe=_describer(verb)))


def _visible(actor: Actor) -> Q:
    """Build the condition 'its batch lies in the actor's areas'."""
    batch = Cast(KeyTextTransform("batch_id", "args"), BigIntegerField())
    mine = ImportBatch.objects.visible_to(actor).values("pk")
    jobs = ProcrastinateJob.objects.filter(task_name__in=TITLES)
    return Q(pk__in=jobs.annotate(batch=batch).filter(batch__in=mine).values("pk"))


def _describer(verb: str) -> Any:
    def describe(jobs: Sequence[Any]) -> Mapping[int, Facts]:
        batches = ImportBatch.objects.in_bulk({job.args["batch_id"] for job in jobs})
        return {job.pk: _facts(verb, batches.get(job.args["batch_id"]), job) for job in jobs}

    return describe


def _facts(verb: str, batch: ImportBatch | None, job: Any) -> Facts:
    if batch is None:
        return Facts(f"{verb}批次 {job.args['batch_id']}（已不在）")
    counts = batch.job_id == job.pk  # the counters are those of the batch's latest job
    return Facts(
        title=f"{verb} {batch.file_name}",
        area_path=batch.area_path,
        done=batch.rows_done if counts else 0,
        total=batch.rows_total if counts else 0,
        url=reverse("import-batch", args=[batch.pk]),
    )
