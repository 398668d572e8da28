"""Recording whether a centrally owned community stands in both lists (双纳入, T32-9), and who builds."""

from datetime import datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.models import Project
from jiugai.policy.occurrences import announce

LISTS = {"city": "市级改造计划", "central": "央产改造计划"}


class WrongList(Refusal):
    """The entry says too little."""

    code = "wrong_list"


@transaction.atomic
def record_inclusion(
    *, project: Project, which: str, included: bool | None, reference: str, actor: Actor, now: datetime
) -> Project:
    """Write down whether one of the lists (`city`, `central`) holds the project. Raises NotAllowed, WrongList.

    A yes needs the number of the document; None means that it is not known (any more).
    """
    require(actor, Permission.POOL_DECIDE, project)
    if which not in LISTS:
        raise WrongList("没有这个计划", where="计划", remedy="选市级改造计划或央产改造计划")
    if included and not reference.strip():
        raise WrongList("纳入要写文号", where="文号", clause="T32-9", remedy="填列入计划的文件编号")
    locked = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    before = getattr(locked, f"{which}_plan")
    setattr(locked, f"{which}_plan", included)
    setattr(locked, f"{which}_plan_ref", reference.strip()[:80] if included else "")
    locked.save(update_fields=[f"{which}_plan", f"{which}_plan_ref"])
    _told(locked, {LISTS[which]: before}, {LISTS[which]: included, "文号": reference}, actor, now)
    return locked


@transaction.atomic
def name_implementer(*, project: Project, implementer: Organisation | None, actor: Actor, now: datetime) -> Project:
    """Name the implementing body (实施主体). Raises NotAllowed."""
    require(actor, Permission.POOL_PROPOSE, project)
    locked = (
        Project.objects.select_for_update(of=("self",)).select_related("community", "implementer").get(pk=project.pk)
    )
    before = str(locked.implementer or "")
    locked.implementer = implementer
    locked.save(update_fields=["implementer"])
    _told(locked, {"实施主体": before}, {"实施主体": str(implementer or "")}, actor, now)
    return locked


def _told(project: Project, before: dict[str, object], after: dict[str, object], actor: Actor, now: datetime) -> None:
    audit.record(action=Action.PROJECT_EDITED, actor=actor, subject=project, before=before, after=after)
    announce(
        code="project_changed", community=project.community, title="改造项目有变化",
        words="；".join(f"{name}：{_said(value)}" for name, value in after.items() if value not in (None, "")),
        actor=actor, now=now, url=f"/projects/{project.pk}/", detail={"project": project.pk},
    )  # fmt: skip


def _said(value: object) -> str:
    return {True: "已纳入", False: "未纳入"}.get(value, str(value)) if isinstance(value, bool) else str(value)
