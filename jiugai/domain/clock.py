"""When something is due: a limit in working or calendar days, stopped while it is suspended.

The day of the event is not counted (Civil Code art. 201); a limit that ends on a day off ends on the next working day
(art. 203). A day counts unless the clock stood still on it: it stands still from the day it is suspended and runs again
on the day it is resumed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from jiugai.domain.calendar import Due, WorkCalendar
from jiugai.domain.process import Unit

SOON = 3


class BadPause(ValueError):
    """Pauses overlap, or one ends before it begins."""


class Standing(StrEnum):
    """How a matter stands with its time."""

    NONE = "none"
    OK = "ok"
    SOON = "soon"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True)
class Pause:
    """The clock stands still from `start` to the day before `end`; without an end it still does."""

    start: date
    end: date | None = None


@dataclass(frozen=True)
class State:
    """How a matter stands on a day. `left` counts days in `unit`, negative when overdue; None without a limit.

    `provisional` says that the date may move when the next holiday notice comes.
    """

    standing: Standing
    left: int | None = None
    unit: Unit = Unit.WORKING
    provisional: bool = False


def due(start: date, days: int, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()) -> Due:
    """Return the last day of a limit that began by an event on `start`.

    An open pause is left out: while it lasts the date is what it would be if the clock ran again at once.
    Raises BadPause, and OutOfRange for a limit of many decades.
    """
    closed = _checked(pauses)
    if unit is Unit.WORKING:
        return _working(start, days, calendar, closed)
    return _on_workday(_calendar(start, days, closed), calendar, closed)


def _working(start: date, days: int, calendar: WorkCalendar, pauses: Sequence[Pause]) -> Due:
    """Add the working days lost to each pause that begins before the limit ends, earliest first."""
    found = calendar.add_workdays(start, days)
    for pause in pauses:
        if pause.start > found.day:
            break
        lost = _working_days_lost(start, pause, calendar)
        found = calendar.add_workdays(found.day, lost) if lost else found
    return found


def _working_days_lost(start: date, pause: Pause, calendar: WorkCalendar) -> int:
    first = max(pause.start, start + timedelta(days=1))
    end = pause.end or first
    return max(calendar.between(first - timedelta(days=1), end - timedelta(days=1)), 0)


def _calendar(start: date, days: int, pauses: Sequence[Pause]) -> date:
    end = start + timedelta(days=days)
    for pause in pauses:
        if pause.start > end:
            break
        first = max(pause.start, start + timedelta(days=1))
        end += max((pause.end or first) - first, timedelta())
    return end


def _on_workday(end: date, calendar: WorkCalendar, pauses: Sequence[Pause]) -> Due:
    """Move the end to the next working day on which the clock ran."""
    found = calendar.next_workday(end)
    for pause in pauses:
        if pause.end is not None and pause.start <= found.day < pause.end:
            found = calendar.next_workday(pause.end)
    return found


def _checked(pauses: Sequence[Pause]) -> list[Pause]:
    """Return the pauses in order. Raises BadPause."""
    ordered = sorted(pauses, key=lambda pause: pause.start)
    for pause in ordered:
        if pause.end is not None and pause.end < pause.start:
            raise BadPause(f"{pause.start} 之后才能恢复，不能是 {pause.end}")
    for one, following in pairwise(ordered):
        if one.end is None or following.start < one.end:
            raise BadPause(f"{following.start} 时计时已经暂停")
    return [pause for pause in ordered if pause.end is not None]


def left(today: date, due_on: date, unit: Unit, calendar: WorkCalendar) -> int:
    """Count what is left after today up to the due day: 0 when it is today, negative when it has passed."""
    if unit is Unit.WORKING:
        return calendar.between(today, due_on)
    return (due_on - today).days


def state(
    *,
    today: date,
    due_on: date | None,
    calendar: WorkCalendar,
    unit: Unit = Unit.WORKING,
    suspended_on: date | None = None,
    closed: bool = False,
    provisional: bool = False,
) -> State:
    """Say how a matter stands. While suspended, `left` is what was left when the clock stopped."""
    if closed:
        return State(Standing.CLOSED, None, unit)
    if due_on is None:
        return State(Standing.SUSPENDED if suspended_on else Standing.NONE, None, unit)
    if suspended_on is not None:
        # The day of the suspension is not counted any more, so it is still among those left.
        return State(
            Standing.SUSPENDED, left(suspended_on - timedelta(days=1), due_on, unit, calendar), unit, provisional
        )
    if due_on < today:
        return State(Standing.OVERDUE, min(left(today, due_on, unit, calendar), -1), unit, provisional)
    remaining = left(today, due_on, unit, calendar)
    near = calendar.between(today, due_on) <= SOON
    return State(Standing.SOON if near else Standing.OK, remaining, unit, provisional)


@dataclass(frozen=True)
class DayMark:
    """A day of the picture that explains a date: `kind` is before, start, counted, paused, off, due or after."""

    day: date
    kind: str
    number: int | None = None


def explain(
    start: date, due_on: date, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause] = ()
) -> tuple[DayMark, ...]:
    """Return each day from the Monday of `start` to the Sunday of `due_on`, with its number where it counted."""
    first = start - timedelta(days=start.weekday())
    last = due_on + timedelta(days=6 - due_on.weekday())
    marks, number = [], 0
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        kind = _kind_of(day, start, due_on, unit, calendar, pauses)
        if kind in {"counted", "due"}:
            number += 1
        marks.append(DayMark(day, kind, number if kind in {"counted", "due"} else None))
    return tuple(marks)


def _kind_of(day: date, start: date, due_on: date, unit: Unit, calendar: WorkCalendar, pauses: Sequence[Pause]) -> str:
    if day < start or day > due_on:
        return "off" if not calendar.is_workday(day) else ("before" if day < start else "after")
    if day == start:
        return "start"
    if unit is Unit.WORKING and not calendar.is_workday(day):
        return "off"
    if any(p.start <= day and (p.end is None or day < p.end) for p in pauses):
        return "paused"
    return "due" if day == due_on else "counted"
