"""Moving a project along its life: into the pool, to the site, out again. The gates decide, not the button."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.process import Move
from jiugai.domain.projects import PROCESS, ExitReason, State
from jiugai.planning.models import BatchItem, PlanEntry, PoolEntry, Project
from jiugai.planning.passing import pass_gates
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community
from jiugai.web.parts.dates import cn_full_date


class MovedOn(Conflict):
    """Somebody else has moved the project meanwhile."""

    code = "project_moved_on"


class NoReason(Refusal):
    """The move needs a reason."""

    code = "no_reason"


@transaction.atomic
def enter_pool(*, project: Project, actor: Actor, now: datetime, on: date) -> PoolEntry:
    """Take a project into the reserve pool (T03-4), through the gate `enter_pool` of every community it covers.

    Two people at once make one entry. Raises NotAllowed, MovedOn, and the gate's refusal with its findings by clause.
    """
    locked, move = _begin(project, "enter_pool", actor)
    pass_gates(project=locked, gate=move.gate, actor=actor, now=now, on=on)
    entry = _enter(locked, actor, on=on)
    _finish(locked, move, actor)
    _tell(locked, move, actor, now, title="进入储备库", words=f"{locked.code}，来源体检{_source(locked)}")
    return entry


def _source(project: Project) -> str:
    """Say which check-up a project came from: by its day, a paper report without one by its number."""
    if project.checkup_on:
        return f"{cn_full_date(project.checkup_on)}完成"
    return f" {project.checkup_ref}" if project.checkup_ref else "未关联"


def _enter(project: Project, actor: Actor, *, on: date) -> PoolEntry:
    try:
        with transaction.atomic():
            return PoolEntry.objects.create(
                project=project,
                entered_on=on,
                entered_by_id=actor.user_id,
                entered_by_name=actor.name,
                checkup_ref=project.checkup_ref,
                provenance=project.provenance,
            )
    except IntegrityError as problem:
        raise MovedOn("这个项目已经在库里", where=project.code, remedy="刷新页面看现在的状态") from problem


@transaction.atomic
def enter_plan(*, item: BatchItem, actor: Actor, now: datetime, on: date, confirm: Callable[[], None]) -> PlanEntry:
    """Take a project into the implementation plan as the city confirmed it (T03-6), through the gate `enter_plan`.

    `confirm` writes the city's decision once the gate has let every community through. Raises as `enter_pool`.
    """
    locked, move = _begin(item.project, "enter_plan", actor)
    pass_gates(project=locked, gate=move.gate, actor=actor, now=now, on=on)
    confirm()
    entry = PlanEntry.objects.create(
        project=locked, start=item.start, months=item.months, item=item, at=now, by_name=actor.name,
        provenance=locked.provenance,
    )  # fmt: skip
    _finish(locked, move, actor)
    words = f"{locked.code}，批次 {item.batch.number}，{item.start:%Y年%-m月}开工，{item.months} 个月"
    _tell(locked, move, actor, now, title="列入实施计划", words=words)
    return entry


@transaction.atomic
def leave_plan(*, project: Project, reason: str, actor: Actor, now: datetime) -> None:
    """Put a project that an adjustment took out of the plan back into the pool (T03-7). Raises NotAllowed, MovedOn."""
    locked, move = _begin(project, "leave_plan", actor)
    _finish(locked, move, actor, reason=reason)
    _tell(locked, move, actor, now, title="调出实施计划，回到储备库", words=reason)


@transaction.atomic
def start_works(*, project: Project, actor: Actor, now: datetime, on: date) -> None:
    """Let works begin, through the gate `start_works` of every community covered. Raises as `enter_pool`."""
    locked, move = _begin(project, "start_works", actor)
    pass_gates(project=locked, gate=move.gate, actor=actor, now=now, on=on)
    locked.works_started_on = on
    _finish(locked, move, actor)
    _tell(locked, move, actor, now, title="批准开工", words=f"{locked.code} {locked}")


@transaction.atomic
def complete_works(*, project: Project, actor: Actor, now: datetime, on: date) -> Project:
    """Complete a project, through the gate `complete` of every community covered. Raises as `enter_pool`."""
    locked, move = _begin(project, "complete", actor)
    pass_gates(project=locked, gate=move.gate, actor=actor, now=now, on=on)
    _finish(locked, move, actor)
    _tell(locked, move, actor, now, title="竣工验收合格", words=f"{locked.code} {locked}")
    return locked


@transaction.atomic
def move_on(*, project: Project, move: str, actor: Actor, now: datetime, words: str) -> Project:
    """Take a completed project along: effect reviewed, handed over. Raises NotAllowed, MovedOn."""
    locked, step = _begin(project, move, actor)
    if step.gate:
        raise MovedOn(f"{step.label}要过关口", where=locked.code)
    _finish(locked, step, actor)
    _tell(locked, step, actor, now, title=step.label, words=words)
    return locked


@transaction.atomic
def exit_pool(*, project: Project, kind: str, reason: str, actor: Actor, now: datetime, on: date) -> None:
    """Take a project out of the pool for good, with the reason (T03-4). Raises NotAllowed, MovedOn, NoReason."""
    locked, move = _begin(project, "exit_pool", actor)
    if kind not in [reason.value for reason in ExitReason]:
        raise NoReason("没有选出库情形", where="出库情形", clause="T03-4", remedy="选一种情形，再写明原因")
    words = _reason(reason)
    PoolEntry.objects.filter(project=locked, exited_on__isnull=True).update(
        exited_on=on, exit_kind=kind, exit_reason=words, exited_by_name=actor.name
    )
    locked.ended_on, locked.end_reason = on, words
    _finish(locked, move, actor, reason=words)
    _tell(locked, move, actor, now, title=f"退出储备库：{ExitReason(kind).label}", words=words)


@transaction.atomic
def withdraw_project(*, project: Project, reason: str, actor: Actor, now: datetime, on: date) -> None:
    """Take back a proposal that has not entered the pool. Raises NotAllowed, MovedOn, NoReason."""
    locked, move = _begin(project, "withdraw", actor)
    locked.ended_on, locked.end_reason = on, _reason(reason)
    _finish(locked, move, actor, reason=locked.end_reason)
    _tell(locked, move, actor, now, title="撤回改造项目", words=locked.end_reason)


def _reason(text: str) -> str:
    if not text.strip():
        raise NoReason("没有写原因", where="原因", remedy="写明原因，最多 300 个字")
    return text.strip()[:300]


def _begin(project: Project, code: str, actor: Actor) -> tuple[Project, Move]:
    """Ask for the right, lock the project, and see that the move starts where it stands."""
    move = PROCESS.move(code)
    require(actor, Permission(move.permission), project)
    locked = Project.objects.select_for_update(of=("self",)).select_related("community").get(pk=project.pk)
    if locked.state not in move.from_:
        raise MovedOn(
            f"项目现在是“{locked.stands.label}”，不能{move.label}", where=locked.code, remedy="刷新页面看现在的状态"
        )
    return locked, move


def _finish(project: Project, move: Move, actor: Actor, *, reason: str = "") -> None:
    before = project.stands.label
    project.state = State(move.to)
    project.save(update_fields=["state", "works_started_on", "ended_on", "end_reason"])
    audit.record(
        action=Action.PROJECT_MOVED,
        actor=actor,
        subject=project,
        before={"状态": before},
        after={"状态": State(move.to).label},
        reason=reason,
    )


def _tell(project: Project, move: Move, actor: Actor, now: datetime, *, title: str, words: str) -> None:
    """Put the move on the timeline of every community covered."""
    code = move.announces or "project_changed"
    for community in covered(project):
        announce(
            code=code, community=community, title=title, words=words, actor=actor, now=now,
            detail={"project": project.pk, "move": move.code}, url=f"/projects/{project.pk}/",
        )  # fmt: skip


def covered(project: Project) -> list[Community]:
    """Return the communities that a project covers, the leading one first."""
    rows = Community.objects.filter(project_links__project=project)
    return sorted(rows, key=lambda c: (c.pk != project.community_id, c.pk))
