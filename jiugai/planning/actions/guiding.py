"""Working through the planner's guide of a project (T09-2)."""

from datetime import date

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.planner_guide import UnknownStep, step_of
from jiugai.planning.models import GuideMark, Project
from jiugai.registry.models import Document


class WrongMark(Refusal):
    """The record cannot be kept as it is."""

    code = "wrong_mark"


@transaction.atomic
def mark_step(
    *, project: Project, step: str, note: str, done_on: date, actor: Actor, on: date, document: Document | None = None
) -> GuideMark:
    """Write down that a step of the guide was done, and what came of it. Raises NotAllowed, WrongMark.

    Planners do it themselves; who proposes projects may do it for a planner without a log-in.
    """
    if not may(actor, Permission.POOL_PROPOSE, project):
        require(actor, Permission.OPINION_GIVE, project)
    try:
        known = step_of(step)
    except UnknownStep as problem:
        raise WrongMark("工作指南里没有这一步", where="步骤", remedy="从指南里选") from problem
    if not note.strip():
        raise WrongMark("没有写记录", where="记录", clause="T09-2", remedy=known.asks)
    if done_on > on:
        raise WrongMark("日期在今天以后", where="日期", remedy="做完再登记")
    mark = GuideMark.objects.create(
        project=project, step=step, done_on=done_on, note=note.strip()[:500], document=document, by_name=actor.name,
        provenance=project.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.GUIDE_MARKED, actor=actor, subject=project, after={"步骤": known.label, "记录": mark.note}
    )
    return mark
