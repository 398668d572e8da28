"""How matters look: their time in words, their stage as a tag."""

from datetime import date
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from jiugai.domain.clock import Standing, State
from jiugai.domain.process import Unit
from jiugai.matters import clocks, kinds
from jiugai.web.parts import marks
from jiugai.web.parts.dates import cn_date
from jiugai.web.tables.columns import dot

TAGS = {
    Standing.NONE: "na", Standing.OK: "run", Standing.SOON: "soon", Standing.OVERDUE: "late",
    Standing.SUSPENDED: "sus", Standing.CLOSED: "ok",
}  # fmt: skip


def standing(row: Any) -> State:
    """Return how a matter stands today; worked out once per row."""
    if not hasattr(row, "standing"):
        row.standing = clocks.state_of(row, today=timezone.localdate(), working=clocks.calendar())
    found: State = row.standing
    return found


def time_words(state: State) -> str:
    """Say what is left, as the offices do: 剩 2 个工作日, 今天到期, 逾期 3 个工作日, 暂停计时."""
    if state.standing is Standing.CLOSED:
        return "已办结"
    if state.standing is Standing.SUSPENDED:
        return "暂停计时"
    if state.left is None:
        return "没有期限"
    unit = Unit(state.unit).label
    if state.standing is Standing.OVERDUE:
        return f"逾期 {-state.left} {unit}"
    return f"剩 {state.left} {unit}" if state.left else "今天到期"


def second_words(row: Any) -> str:
    """Say the date under it."""
    state = standing(row)
    if row.closed_at is not None:
        return f"{cn_date(row.closed_at, today=timezone.localdate())} {row.result}"
    if row.due_on is None:
        return ""
    if state.standing is Standing.SUSPENDED:
        return f"剩 {state.left} {Unit(state.unit).label}" if state.left is not None else ""
    return due_words(row.due_on, provisional=row.due_provisional)


def due_words(day: date, *, provisional: bool) -> str:
    """Write a due date; one beyond the holiday notices says so."""
    words = f"{cn_date(day, today=timezone.localdate())}到期"
    return f"{words}（{day.year}年放假通知未发，暂定）" if provisional else words


def time_tag(row: Any, *, plain: bool = True) -> SafeString:
    """Return the time as a tag."""
    state = standing(row)
    icons = {Standing.OK: "clock", Standing.NONE: "minus", Standing.CLOSED: "circle-check-filled"}
    return marks.state(TAGS[state.standing], time_words(state), plain=plain, icon_name=icons.get(state.standing, ""))


@cache
def stage_tag(kind: str, stage: str) -> SafeString:
    """Return a stage as a tag in its colour."""
    try:
        found = kinds.kind(kind).stage(stage)
    except LookupError:
        return marks.state("na", stage)
    return marks.state("unk" if found.tag == "soon" else found.tag, found.label, icon_name=_icon(found.tag))


def _icon(tag: str) -> str:
    return {"soon": "clock", "run": "progress", "sus": "clock-pause"}.get(tag, "")


def place_words(row: Any) -> str:
    """Say where a matter is: its community, else its area."""
    where = row.area.name if row.area.level != "city" else ""
    return f"{row.community.name}　{where}" if row.community else where


def title_second(row: Any) -> str:
    """Return what stands under the title."""
    known = dict(kinds.labels())
    return "　".join(part for part in (known.get(row.kind, row.kind), place_words(row)) if part)


def level_dot(row: Any) -> SafeString | str:
    """Mark what is pressing."""
    return dot("need-high", "紧急") if row.priority == "urgent" else ""
