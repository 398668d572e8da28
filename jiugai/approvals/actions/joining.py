"""The responsible planner's part in acceptance (T09-5)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.approvals.models import AcceptancePart
from jiugai.domain.errors import Refusal
from jiugai.domain.schemes import AcceptanceKind, PartVerdict
from jiugai.planning.models import Project
from jiugai.planning.queries.project import planner_of
from jiugai.policy.occurrences import announce


class WrongPart(Refusal):
    """The record cannot be true as it is."""

    status = 422
    code = "wrong_part"


@dataclass(frozen=True)
class Part:
    """In which acceptance, when, and what the planner says of it."""

    acceptance: str
    took_part_on: date
    verdict: str
    note: str


@transaction.atomic
def join_acceptance(*, project: Project, part: Part, actor: Actor, now: datetime, on: date) -> AcceptancePart:
    """Record the part of the planner who was in charge on that day. Raises NotAllowed, WrongPart."""
    require(actor, Permission.OPINION_GIVE, project)
    _check(project, part, on)
    term = planner_of(project, on=part.took_part_on)
    if term is None:
        raise WrongPart("那一天没有在任的责任规划师", where="参加日期", clause="T09-5", remedy="区里先登记任期")
    if term.planner.user_id is not None and term.planner.user_id != actor.user_id:
        raise WrongPart(
            f"那一天由{term.planner.name}负责", where="责任规划师", clause="T09-5", remedy=f"请{term.planner.name}登记"
        )
    try:
        with transaction.atomic():
            made = AcceptancePart.objects.create(
                project=project, planner=term.planner, acceptance=part.acceptance, took_part_on=part.took_part_on,
                verdict=part.verdict, note=part.note.strip()[:500], by_name=actor.name, provenance=project.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        if "acceptance_part_once" not in str(problem):
            raise
        raise WrongPart("这一天的这次验收已经登记", where="验收", remedy="刷新后再看") from problem
    words = f"{made.get_acceptance_display()}：{made.get_verdict_display()}"
    audit.record(
        action=Action.ACCEPTANCE_JOINED, actor=actor, subject=project, after={"验收": words, "说明": made.note}
    )
    announce(
        code="project_changed", community=project.community, title="责任规划师参加验收", words=f"{words}，{made.note}",
        actor=actor, now=now, url=f"/projects/{project.pk}/design/", detail={"project": project.pk},
    )  # fmt: skip
    return made


def _check(project: Project, part: Part, on: date) -> None:
    if part.acceptance not in set(AcceptanceKind) or part.verdict not in set(PartVerdict):
        raise WrongPart("没有选验收或意见", where="验收", remedy="从列表里选")
    if not part.note.strip():
        raise WrongPart("没有写说明", where="说明", clause="T09-5", remedy="写明看了什么、与方案是否一致")
    if part.took_part_on > on:
        raise WrongPart("参加日期在今天以后", where="参加日期", remedy="参加之后再登记")
    if project.works_started_on is None or part.took_part_on < project.works_started_on:
        raise WrongPart("项目还没有开工，没有验收可参加", where="参加日期", clause="T09-5", remedy="核对日期")
