"""Work that events open in approvals: a scheme goes to both planners (T19-10); a prepared project moves its stage."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.approvals.models import ApprovalCase, Tender
from jiugai.domain.lineups import event
from jiugai.domain.projects import State
from jiugai.domain.rules import rule_in_force
from jiugai.domain.stages import position
from jiugai.matters.kinds import kind
from jiugai.planning.actions.asking import ask_opinion
from jiugai.planning.actions.moving import covered
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.policy import figures
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce


def ask_about_scheme(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Ask the street's planner and the district's chief planner about the edition."""
    project = Project.objects.get(pk=occurrence.detail["project"])
    for role in PlannerOpinion.Role:
        ask_opinion(
            project=project, at=occurrence.detail["at"], role=role, edition=occurrence.detail["edition"], actor=actor,
            now=now, on=timezone.localdate(now), detail=occurrence.title, cause=occurrence,
        )  # fmt: skip


def follow_preparation(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Take the communities of a planned project along: scheme fixed, approved, tendered.

    What was prepared before the project entered the plan counts from that day on, so that no stage is skipped.
    """
    project = _project_of(occurrence)
    if project is None or project.state != State.IN_PLAN:
        return
    for community in covered(project):
        for code, words in _reached(project, now):
            if position(event(code).stage) > position(community.stage):
                announce(
                    code=code, community=community, title=f"{event(code).label}：{project}", words=words, actor=actor,
                    now=now, cause=occurrence, handler="follow_preparation", url=f"/projects/{project.pk}/approvals/",
                    detail={"project": project.pk}, demo=project.provenance == "demo",
                )  # fmt: skip


def _project_of(occurrence: Occurrence) -> Project | None:
    """Return the project of an event that names it, or names a matter of it."""
    detail = occurrence.detail
    if "project" in detail:
        return Project.objects.select_related("community").filter(pk=detail["project"]).first()
    if "matter" not in detail:
        return None
    matter = kind(detail["kind"]).model.objects.select_related("project__community").get(pk=detail["matter"])
    found: Project = matter.project
    return found


def _reached(project: Project, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the events of preparation that have come true, in the order of the stages."""
    on, home = timezone.localdate(now), project.community_id
    rule = rule_in_force("t09_4_opinion_on_scheme", on)
    said = rule.check(load_facts([home], on=on)[home], figures.current()) if rule else None
    if said is not None and said.outcome.opens:
        yield "scheme_fixed", said.says
    case = ApprovalCase.objects.filter(project=project, withdrawn_on__isnull=True, finished_on__isnull=False).first()
    if case is not None:
        yield "approvals_passed", str(case)
    tender = Tender.objects.filter(project=project, stage="contracted").first()
    if tender is not None:
        yield "tender_passed", tender.title
