"""Pipelines of a project: the plan, its jobs, decisions to make two jobs one, acceptance (T14-3, 5, 9, 10, 12, 13)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.pipes.models import JobMerge, PipeJob, PipePlan
from jiugai.planning.models import Project
from jiugai.policy.occurrences import announce

EARLIEST_GAP = "日期早于项目提出"


class BadPipe(Refusal):
    """What was entered does not hold together."""

    status = 422
    code = "bad_pipe"


class PipeChanged(Conflict):
    """Somebody else was faster."""

    code = "pipe_changed"


@transaction.atomic
def save_plan(
    *, project: Project, values: Mapping[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> PipePlan:
    """Keep what holds for all pipelines of a project. Raises NotAllowed, BadPipe, PipeChanged."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, project)
    plan = PipePlan.objects.select_for_update(of=("self",)).filter(project=project).first()
    if plan is None:
        plan = PipePlan(project=project, provenance=project.provenance)
    elif version is not None and plan.version != version:
        raise PipeChanged("刚被别人改过", where=str(plan), remedy="刷新后看新内容再改")
    before = {name: getattr(plan, name) for name in values}
    for name, value in values.items():
        setattr(plan, name, value)
    _check_plan(plan, project)
    plan.save()
    plan.refresh_from_db()
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=plan, before=_words(before), after=_words(values))
    _tell(plan, "登记项目管线统筹", actor, now)
    return plan


def _words(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as the log keeps them."""
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _check_plan(plan: PipePlan, project: Project) -> None:
    for start, end, words in (
        (plan.site_from, plan.site_until, "综合整治"),
        (plan.public_from, plan.public_until, "公共区域"),
    ):
        if start and start < project.proposed_on:
            raise BadPipe(f"{words}开工早于项目提出（{project.proposed_on}）", where=words, remedy="核对日期")
        if start and end and end < start:
            raise BadPipe(f"{words}完工早于开工", where=words, remedy="核对两个日期，可能填反了")
    if plan.contract == PipePlan.Model.GENERAL and not plan.contractor.strip():
        raise BadPipe("施工总承包要写总承包单位", where="总承包单位", clause="T14-3", remedy="补上")
    if plan.signed_on and not plan.contract_ref.strip():
        raise BadPipe("签了合同要写合同编号", where="合同编号", clause="T14-3", remedy="补上")
    if plan.telecom_id and not plan.telecom_ref.strip():
        raise BadPipe("写明由哪一家统筹的依据", where="明确的依据", clause="T14-12", remedy="写会议纪要或协议编号")


@transaction.atomic
def save_job(
    *, plan: PipePlan, values: Mapping[str, Any], actor: Actor, now: datetime, job: PipeJob | None = None,
    version: int | None = None,
) -> PipeJob:  # fmt: skip
    """Register a job, or correct one. Raises NotAllowed, BadPipe, PipeChanged."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, plan)
    if job is None:
        job = PipeJob(plan=plan, provenance=plan.provenance, code="")
    else:
        job = PipeJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if version is not None and job.version != version:
            raise PipeChanged(f"{job}刚被别人改过", remedy="刷新后看新内容再改")
    for name, value in values.items():
        setattr(job, name, value)
    _check_job(job, plan)
    try:
        with transaction.atomic():
            job.save()
    except IntegrityError as problem:
        if "pipe_job_once" not in str(problem):
            raise
        raise BadPipe("这个小区已有同名、同专业的管线", where="名称", remedy="同一项只登记一次") from problem
    job.refresh_from_db()
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=job, after=_words(values))
    _tell(plan, f"管线改造：{job}", actor, now)
    return job


def _check_job(job: PipeJob, plan: PipePlan) -> None:
    if not plan.project.covers.filter(community=job.community_id).exists():
        raise BadPipe("小区不在这个项目里", where="小区", remedy="选项目的小区")
    if job.building is not None and job.building.community_id != job.community_id:
        raise BadPipe("楼栋不在这个小区", where="楼栋", remedy="选这个小区的楼")
    if job.starts and job.starts < plan.project.proposed_on:
        raise BadPipe(f"开工早于项目提出（{plan.project.proposed_on}）", where="开工", remedy="核对日期")
    if job.starts and job.ends and job.ends < job.starts:
        raise BadPipe("完工早于开工", where="完工", remedy="核对两个日期，可能填反了")
    if job.accepted_on and (not job.acceptance_ref.strip() or job.starts is None or job.accepted_on < job.starts):
        raise BadPipe("验收要在开工以后，并写验收编号", where="验收合格", remedy="核对日期，补上编号")
    if job.geom is not None and not job.geom.valid:
        raise BadPipe("走向的图形自己相交", where="走向", remedy="在 GIS 软件里修好再填")


@transaction.atomic
def decide_merge(
    *, one: PipeJob, other: PipeJob, merged: bool, reason: str, saving_fen: int | None, actor: Actor, now: datetime,
    on: date,
) -> JobMerge:  # fmt: skip
    """Make two jobs on the same ground one, or keep them apart with the reason (T14-10).

    The later goes into the earlier one, which stays. Raises NotAllowed, BadPipe, PipeChanged.
    """
    first, second = sorted((one, other), key=lambda job: job.pk)
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, first)
    if first.pk == second.pk or first.plan_id != second.plan_id:
        raise BadPipe("只能合并同一个项目的两项管线", where="管线合并", clause="T14-10", remedy="选同一项目里的两项")
    if not reason.strip():
        raise BadPipe("没有写理由", where="理由", remedy="写一句为什么合并或分开")
    if saving_fen is not None and saving_fen < 0:
        raise BadPipe("节省不能是负数", where="节省", remedy="不知道就留空")
    rows = PipeJob.objects.select_for_update(of=("self",)).filter(pk__in=[first.pk, second.pk]).order_by("pk")
    locked = {job.pk: job for job in rows}
    if merged and any(job.merged_into_id for job in locked.values()):
        raise PipeChanged("其中一项已经并入别的管线", where="管线合并", remedy="刷新看看")
    JobMerge.objects.filter(one=first, other=second).delete()
    made = JobMerge.objects.create(
        one=first, other=second, merged=merged, reason=reason.strip()[:300], saving_fen=saving_fen if merged else None,
        by_id=actor.user_id, by_name=actor.name, on=on,
    )  # fmt: skip
    into = locked[first.pk]
    PipeJob.objects.filter(Q(pk=second.pk)).update(merged_into=into if merged else None)
    audit.record(action=Action.JOBS_MERGED, actor=actor, subject=made, after={"合并": merged}, reason=reason.strip())
    _tell(first.plan, f"{first}与{second}{'合并施工' if merged else '分开施工'}", actor, now)
    return made


def _tell(plan: PipePlan, title: str, actor: Actor, now: datetime) -> None:
    for link in plan.project.covers.select_related("community"):
        announce(
            code="pipes_changed", community=link.community, title=title, actor=actor, now=now,
            url=f"/projects/{plan.project_id}/pipes/", demo=plan.provenance == "demo",
        )  # fmt: skip
