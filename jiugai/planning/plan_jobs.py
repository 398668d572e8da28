"""What the jobs of the planner are about, for the job pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.actor import Actor
from jiugai.accounts.jobs import Facts, Kind, register
from jiugai.planning.models import SolveRun

TASK = "planning.solve"


def register_jobs() -> None:
    """Tell the job pages."""
    register(TASK, Kind("求解计划", visible=_visible, describe=_describe))
    register("planning.dispatch", Kind("排出核心区央产调度"))


def _visible(actor: Actor) -> Q:
    run = Cast(KeyTextTransform("run_id", "args"), BigIntegerField())
    jobs = ProcrastinateJob.objects.filter(task_name=TASK).annotate(run=run)
    return Q(pk__in=jobs.filter(run__in=SolveRun.objects.visible_to(actor).values("pk")).values("pk"))


def _describe(jobs: Sequence[Any]) -> Mapping[int, Facts]:
    runs = SolveRun.objects.select_related("scenario").in_bulk({job.args["run_id"] for job in jobs})
    return {job.pk: _facts(runs.get(job.args["run_id"])) for job in jobs}


def _facts(run: SolveRun | None) -> Facts:
    if run is None:
        return Facts("求解计划（已不在）")
    return Facts(f"求解 {run.scenario}", run.area_path, url=reverse("scenario-page", args=[run.scenario_id]))
