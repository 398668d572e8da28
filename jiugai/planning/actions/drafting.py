"""Moving bars on the board: a draft of one's own over a version, with undo; nothing counts before it is saved."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.batching import Wanted, open_batch, refuse_broken
from jiugai.planning.models import PlanBatch, PlanDraft, PlanVersion, Project
from jiugai.planning.scoring import Loaded, loaded

MOST_UNDO = 200
UNTOUCHED = "untouched"


class CannotMove(Refusal):
    """The bar cannot be moved like that."""

    status = 409
    code = "cannot_move"


def draft_of(version: PlanVersion, actor: Actor) -> PlanDraft | None:
    """Return what the person has moved over a version so far."""
    if actor.user_id is None:
        return None
    rows = PlanDraft.objects.select_related("version").defer("version__instance", "version__told")
    return rows.filter(version=version, user_id=actor.user_id).first()


def move_bar(*, version: PlanVersion, code: str, to: int | None, actor: Actor) -> PlanDraft:
    """Set the start month of a project, or take it out (None). Raises NotAllowed, CannotMove.

    A start that breaks a limit is taken and shown as broken; only a month outside of the plan is refused.
    """
    ready = loaded(version)
    item = _item(ready, code)
    if to is not None and not 0 <= to <= len(ready.calendar.labels) - item["duration_months"]:
        raise CannotMove("这样会超出计划的月份", where=code, remedy="工期要全部落在计划期里")
    return _change(version, actor, lambda draft: _moved(draft, code, to))


def _item(ready: Loaded, code: str) -> Any:
    item = next((p for p in ready.instance["projects"] if p["id"] == code), None)
    if item is None:
        raise CannotMove("计划里没有这个项目", where=code, remedy="刷新后再试")
    told = ready.told.get("projects", {}).get(code, {})
    if told.get("planned"):
        raise CannotMove(
            "市里已确认列入计划，不能在板上移动", where=code, clause="T03-7", remedy="提出计划调整，写明理由"
        )
    if told.get("applied"):
        raise CannotMove(
            f"已在“{told['applied']}”里报市里，不能在板上移动", where=code, clause="T03-6",
            remedy="等市里答复后重新求解，或请市里退回后改",
        )  # fmt: skip
    return item


def _moved(draft: PlanDraft, code: str, to: int | None) -> None:
    before = draft.moves.get(code, UNTOUCHED) if code in draft.moves else UNTOUCHED
    draft.undo = [*draft.undo[-MOST_UNDO:], [code, before]]
    _put(draft, code, to)
    if code in draft.locks:
        draft.locks = (
            {**draft.locks, code: to} if to is not None else {k: v for k, v in draft.locks.items() if k != code}
        )


def _put(draft: PlanDraft, code: str, to: int | None) -> None:
    if draft.version.starts.get(code) == to:
        draft.moves = {k: v for k, v in draft.moves.items() if k != code}
    else:
        draft.moves = {**draft.moves, code: to}


def undo(*, version: PlanVersion, actor: Actor) -> PlanDraft:
    """Take the last move back. Raises NotAllowed, CannotMove."""

    def back(draft: PlanDraft) -> None:
        if not draft.undo:
            raise CannotMove("没有可以撤销的移动", where="计划板", remedy="这一版还没有动过")
        code, before = draft.undo[-1]
        draft.undo = draft.undo[:-1]
        _put(draft, code, draft.version.starts.get(code) if before == UNTOUCHED else before)

    return _change(version, actor, back)


def toggle_lock(*, version: PlanVersion, code: str, actor: Actor) -> PlanDraft:
    """Lock a project where it stands, or let it go; the solver leaves locked ones alone.

    Raises NotAllowed, CannotMove.
    """
    _item(loaded(version), code)

    def turn(draft: PlanDraft) -> None:
        start = draft.starts().get(code)
        if code in draft.locks:
            draft.locks = {k: v for k, v in draft.locks.items() if k != code}
        elif start is None:
            raise CannotMove("没有排进的项目不能锁定", where=code, remedy="先放进计划")
        else:
            draft.locks = {**draft.locks, code: start}

    return _change(version, actor, turn)


@transaction.atomic
def _change(version: PlanVersion, actor: Actor, change: Callable[[PlanDraft], None]) -> PlanDraft:
    require(actor, Permission.PLAN_EDIT, version)
    user = _person(actor)
    PlanDraft.objects.get_or_create(user_id=user, version=version)
    rows = PlanDraft.objects.select_for_update(of=("self",)).select_related("version")
    draft = rows.defer("version__instance", "version__told").get(user_id=user, version=version)
    change(draft)
    draft.save(update_fields=["moves", "locks", "undo"])
    return draft


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise CannotMove("草稿跟着人走，接口令牌不能移动", where="计划板", remedy="登录后在计划板上移动")
    return actor.user_id


def drop_draft(*, version: PlanVersion, actor: Actor) -> None:
    """Forget everything one has moved over a version."""
    PlanDraft.objects.filter(version=version, user_id=_person(actor)).delete()


@transaction.atomic
def apply_from(
    *, version: PlanVersion, district: Area, year: int, actor: Actor, now: datetime, codes: list[str] | None = None
) -> PlanBatch:
    """Open a batch with the projects that a version starts in a year and the city has not yet confirmed.

    Raises NotAllowed, BatchNotReady for a version that breaks a limit, CannotMove when nothing is left to apply for.
    """
    refuse_broken(version)
    ready = loaded(version)
    told, wanted = ready.told.get("projects", {}), []
    chosen = {
        code: start for code, start in version.starts.items()
        if code in told and "pk" in told[code] and not told[code].get("planned") and not told[code].get("applied")
        and ready.calendar.years[start] == year and (codes is None or code in codes)
    }  # fmt: skip
    items = {p["id"]: p for p in ready.instance["projects"]}
    rows = Project.objects.filter(code__in=chosen, area_path__startswith=district.path, state="in_pool")
    rows = rows.exclude(batch_items__state__in=["applied", "questioned", "answered"])
    for project in rows.order_by("code"):
        y, m = (int(part) for part in ready.calendar.labels[chosen[project.code]].split("-"))
        wanted.append(Wanted(project, date(y, m, 1), items[project.code]["duration_months"]))
    if not wanted:
        raise CannotMove(f"{year}年没有可以申报的项目", where=str(version), remedy="换一个年度，或看已报的批次")
    return open_batch(area=district, year=year, wanted=wanted, actor=actor, now=now, version=version)
