"""The section `pipes` of the facts: the project in question of each community, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from jiugai.domain.facts import PipeFact, PipesFacts, RiserFact
from jiugai.pipes.models import PipeJob, PipePlan, RiserApplication
from jiugai.planning.models import ProjectCommunity

BEFORE_CONSENT = ("applied", "consulting", "failed", "withdrawn")


def pipes_section(community_ids: Sequence[int], on: date) -> dict[int, object]:
    """Return the section of each community that has a project or an application for risers."""
    projects = _in_question(community_ids)
    plans = {plan.project_id: plan for plan in PipePlan.objects.filter(project_id__in=set(projects.values()))}
    jobs, risers = _jobs([plan.pk for plan in plans.values()]), _risers(community_ids)
    found: dict[int, object] = {}
    for pk in community_ids:
        plan = plans.get(projects.get(pk, 0))
        if plan is not None or pk in risers:
            found[pk] = _facts(plan, jobs[plan.pk] if plan else [], pk, risers.get(pk))
    return found


def _in_question(keys: Sequence[int]) -> dict[int, int]:
    """Return the project of each community that has not ended; the one that waits comes last and counts."""
    links = ProjectCommunity.objects.filter(community__in=keys).exclude(project__state__in=["exited", "withdrawn"])
    return dict(links.order_by("waiting", "pk").values_list("community_id", "project_id"))


def _jobs(plans: Sequence[int]) -> dict[int, list[PipeJob]]:
    """Return the jobs inside the red line that were not merged into another."""
    found: dict[int, list[PipeJob]] = defaultdict(list)
    for job in PipeJob.objects.filter(plan__in=plans, inside=True, merged_into__isnull=True).defer("geom", "ground"):
        found[job.plan_id].append(job)
    return found


def _facts(plan: PipePlan | None, jobs: Sequence[PipeJob], home: int, risers: Any) -> PipesFacts:
    if plan is None:
        return PipesFacts(risers=risers)
    here = tuple(
        PipeFact(
            job.code, job.title, job.trade, job.starts, job.ends, job.accepted_on, job.design_ref, job.acceptance_ref
        )
        for job in jobs
        if job.community_id == home
    )
    return PipesFacts(
        plan.has_pipelines if here or not plan.has_pipelines else _elsewhere(jobs), plan.has_overhead, plan.site_from,
        plan.site_until, plan.public_design_ref, plan.public_from, plan.public_until, plan.public_acceptance_ref, here,
        risers,
    )  # fmt: skip


def _elsewhere(jobs: Sequence[PipeJob]) -> bool:
    """Tell whether a community without jobs still waits for them: not when all of them lie in the other communities."""
    return not jobs


def _risers(keys: Sequence[int]) -> dict[int, tuple[RiserFact, ...]]:
    """Return the applications that have their consensus, with temporary water; one query."""
    rows = RiserApplication.objects.filter(community_id__in=keys).exclude(stage__in=BEFORE_CONSENT)
    found: dict[int, list[RiserFact]] = defaultdict(list)
    for one in rows.select_related("temporary_water", "round", "building").order_by("pk"):
        water = getattr(one, "temporary_water", None)
        begins = one.started_on or one.round.works_from
        found[one.community_id].append(
            RiserFact(
                one.number, f"{one.building.label}{one.line}", one.stage, water.since if water else None,
                water.until if water else None, begins,
            )
        )  # fmt: skip
    return {pk: tuple(many) for pk, many in found.items()}
