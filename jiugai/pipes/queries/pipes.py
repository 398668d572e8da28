"""Pipelines of a project as its page shows them: costs against control figures, jobs that could be one, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from jiugai.domain.pipes import (
    CONTROL_FIGURE,
    CostCheck,
    Job,
    Merge,
    TelecomSaid,
    against_control,
    lead_telecom,
    mergeable,
)
from jiugai.pipes.models import JobMerge, PipeJob, PipePlan
from jiugai.policy.figures import current

TOUCHING = """
    SELECT a.code, b.code FROM pipes_pipejob a JOIN pipes_pipejob b ON a.id < b.id AND ST_Intersects(a.ground, b.ground)
    WHERE a.plan_id = %(plan)s AND b.plan_id = %(plan)s
"""


@dataclass(frozen=True)
class JobRow:
    """A job with the check of its cost, where it is a lift's."""

    job: PipeJob
    check: CostCheck | None


@dataclass(frozen=True)
class MergeRow:
    """A pair that could be one job, and what was decided."""

    merge: Merge
    one: PipeJob
    other: PipeJob
    decided: JobMerge | None


def control_of(job: PipeJob, on: date) -> CostCheck:
    """Compare a lift's pipes with the control figure of their trade (T14-9)."""
    value = current().value(CONTROL_FIGURE.format(job.trade), on)
    return against_control(job.cost_fen, value.whole if value else None)


def jobs_of(plan: PipePlan, *, on: date) -> list[JobRow]:
    """Return the jobs of a plan in order, in one query."""
    rows = PipeJob.objects.filter(plan=plan).select_related("community", "building", "merged_into")
    return [JobRow(job, control_of(job, on) if job.for_lift else None) for job in rows.defer("ground").order_by("pk")]


def merges_of(plan: PipePlan, jobs: Sequence[PipeJob], *, on: date) -> list[MergeRow]:
    """Return the pairs of jobs on the same ground (T14-10), decided or not, in two queries."""
    limit = current().value("pipe_merge_days", on)
    seen = [
        Job(job.code, job.trade, job.for_lift, job.community_id, job.building_id, job.window, job.cost_fen)
        for job in jobs
    ]
    found = mergeable(seen, touching=_touching(plan), within_days=limit.whole if limit else 0)
    by_code = {job.code: job for job in jobs}
    decided = {(row.one_id, row.other_id): row for row in JobMerge.objects.filter(one__plan=plan)}
    rows = []
    for merge in found:
        one, other = sorted((by_code[merge.one], by_code[merge.other]), key=lambda job: job.pk)
        rows.append(MergeRow(merge, one, other, decided.get((one.pk, other.pk))))
    return rows


def _touching(plan: PipePlan) -> frozenset[frozenset[str]]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHING, {"plan": plan.pk})
        return frozenset(frozenset(pair) for pair in cursor.fetchall())


def telecom_of(plan: PipePlan | None) -> TelecomSaid:
    """Return whether the overhead lines have their one company (T14-12)."""
    lead = [plan.telecom.name] if plan and plan.telecom else []
    return lead_telecom(has_overhead=plan.has_overhead if plan else None, leads=lead)
