"""Moving a matter along the table of its kind."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.process import Move
from jiugai.matters.actions.holding import in_words, prepare
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, save
from jiugai.matters.actions.resuming import end_pause
from jiugai.matters.announcing import go_through, tell
from jiugai.matters.clocks import set_clock
from jiugai.matters.kinds import Kind, kind
from jiugai.matters.models import Matter
from jiugai.matters.models.log import What
from jiugai.matters.queries.needs import missing
from jiugai.matters.rights import require_do


class NotHere(Conflict):
    """The table has no such move out of the stage the matter is in."""

    code = "no_such_move"


class StillMissing(Refusal):
    """Documents or fields that the move asks for are not there."""

    status = 422
    code = "still_missing"


class NoReason(Refusal):
    """The move asks why."""

    status = 422
    code = "no_reason"


@transaction.atomic
def move(
    *,
    matter: Matter,
    move: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
    version: int | None = None,
    values: Mapping[str, Any] | None = None,
    result: str = "",
) -> Any:
    """Make a move: check right, needs and gate, change the stage, restart the clock, log and announce it.

    `values` fills columns that the move asks for (or that the kind lets people correct). Returns the matter fresh.
    Raises Conflict for an old version, NotHere, NotAllowed, StillMissing, NoReason, DoNotFit, and Refusal of a
    shut gate.
    """
    fresh = locked(matter, version=version)
    its_kind = kind(fresh.kind)
    step = _step(its_kind, fresh, move)
    require_do(actor, Permission(step.permission), fresh)
    changed = _fill(fresh, its_kind, step, values or {}) | _clear(fresh, step)
    _check(fresh, its_kind, step, reason)
    if its_kind.of.check:
        its_kind.of.check(fresh, step, actor, now)
    if step.gate:
        go_through(gate=step.gate, matter=fresh, actor=actor, now=now)
    before = fresh.stage
    prepare(fresh, its_kind, today=timezone.localdate(now))
    with in_words(fresh, its_kind):
        _step_on(fresh, its_kind, step, now=now, result=result)
        if changed:
            fresh.save(update_fields=[name for name in changed if _is_own(fresh, name)])
    write(matter=fresh, what=What.MOVED, actor=actor, now=now, move=step.code, from_stage=before, to_stage=fresh.stage,
          reason=reason.strip(), before=changed or None,
          after={n: getattr(fresh, n) for n in changed} or None)  # fmt: skip
    if its_kind.of.done:
        its_kind.of.done(fresh, step.code, actor, now)
    tell(code=step.announces, matter=fresh, kind=its_kind, actor=actor, now=now, words=reason.strip())
    return fresh


def _step(its_kind: Kind, matter: Any, code: str) -> Move:
    """Return the move of that name that leads out of the present stage; several moves may share nothing but words."""
    try:
        found = its_kind.process.move(code)
    except LookupError:
        raise NotHere(f"{its_kind.label}没有这个动作", where=matter.title) from None
    if matter.stage not in found.from_:
        here = its_kind.stage(matter.stage).label
        raise NotHere(f"现在是“{here}”，不能{found.label}", where=matter.title, remedy="刷新后看现在能办什么")
    return found


def _fill(matter: Any, its_kind: Kind, step: Move, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the columns that the move may fill; return what they were."""
    allowed = {need.name for need in step.needs if need.what == "field"} | set(its_kind.editable)
    changed = {}
    for name, value in values.items():
        if name not in allowed:
            raise Refusal("这一步不能改这一项", where=name)
        if getattr(matter, name) != value:
            changed[name] = getattr(matter, name)
            setattr(matter, name, value)
    return changed


def _clear(matter: Any, step: Move) -> dict[str, Any]:
    """Empty the columns that no longer hold; return what they were."""
    emptied = {}
    for name in step.clears:
        nothing = matter._meta.get_field(name).get_default()  # noqa: SLF001 - Django's documented API
        if getattr(matter, name) != nothing:
            emptied[name] = getattr(matter, name)
            setattr(matter, name, nothing)
    return emptied


def _check(matter: Any, its_kind: Kind, step: Move, reason: str) -> None:
    if step.reason_required and not reason.strip():
        raise NoReason(f"{step.label}要写明原因", where="原因", remedy="写一句为什么")
    lacking = missing(matter, its_kind, step)
    if lacking:
        raise StillMissing(
            f"还不能{step.label}：缺{'、'.join(lacking)}", where=matter.title, remedy="补齐后再办", details=lacking
        )


def _step_on(matter: Any, its_kind: Kind, step: Move, *, now: datetime, result: str) -> None:
    """Change stage, clock and end, in memory and in the table of matters."""
    today: date = timezone.localdate(now)
    there = its_kind.stage(step.to)
    fields = ["stage"]
    if matter.stage != step.to:
        if matter.suspended_on is not None:
            end_pause(matter, today=today)
        matter.stage_since = today
        if not there.end:
            set_clock(matter, its_kind.clock_of(matter, there, today), today=today)
        fields += [
            "stage_since",
            "clock_start",
            "clock_days",
            "clock_unit",
            "due_on",
            "due_provisional",
            "suspended_on",
        ]
        matter.escalated_to, matter.escalated_on = None, None
        fields += ["escalated_to", "escalated_on"]
    matter.stage = step.to
    matter.closed_at = now if there.end else None
    matter.result = (result or step.result or there.label)[:200] if there.end else ""
    save(matter, *fields, "closed_at", "result")


def _is_own(matter: Any, name: str) -> bool:
    return bool(matter._meta.get_field(name))  # noqa: SLF001 - Django's documented API; raises for a name that is none
