"""Working out the dates of open matters anew after a holiday notice."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from jiugai.domain import clock
from jiugai.domain.calendar import WorkCalendar
from jiugai.domain.clock import Pause
from jiugai.domain.process import Unit
from jiugai.matters import clocks
from jiugai.matters.models import HolidayNotice, Matter, MatterLog, MatterPause
from jiugai.matters.models.log import What

CHUNK = 1_000
WHO = "系统"


def redate(*, notice: HolidayNotice, now: datetime) -> tuple[int, int]:
    """Work out the date of every open matter with a running clock that the notice may touch, a thousand at a time.

    Each moved date is on record with the notice. Safe to run again: what is right already is left alone.
    Returns how many were checked and how many moved.
    """
    working = clocks.calendar()
    checked = 0
    for keys in _chunks(notice.year):
        checked += len(keys)
        _redate_some(keys, notice, working, now)
        HolidayNotice.objects.filter(pk=notice.pk).update(checked=checked)
    moved = MatterLog.objects.filter(notice=notice).count()
    HolidayNotice.objects.filter(pk=notice.pk).update(checked=checked, moved_count=moved, finished_at=now)
    return checked, moved


def _chunks(year: int) -> Iterator[list[int]]:
    """Yield keys of open matters whose clock runs into the year or beyond; dates before it cannot move."""
    rows = Matter.objects.open().exclude(clock_unit="given").filter(due_on__gte=date(year - 1, 12, 1)).order_by("pk")
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield keys
        last = keys[-1]


@transaction.atomic
def _redate_some(keys: Sequence[int], notice: HolidayNotice, working: WorkCalendar, now: datetime) -> None:
    rows = Matter.objects.select_for_update(of=("self",)).filter(Q(pk__in=keys), closed_at__isnull=True)
    stops = _stops(keys)
    moved, lines = [], []
    for row in rows.exclude(clock_unit="given"):
        before = {"due_on": _text(row.due_on), "due_provisional": row.due_provisional}
        if _due(row, stops.get(row.pk, []), working):
            after = {"due_on": _text(row.due_on), "due_provisional": row.due_provisional}
            moved.append(row)
            lines.append(_line(row, notice, now, before, after))
    Matter.objects.bulk_update(moved, ["due_on", "due_provisional"])
    MatterLog.objects.bulk_create(lines)


def _due(row: Matter, pauses: Sequence[Pause], working: WorkCalendar) -> bool:
    """Set a matter's date; tell whether the day moved or stopped being provisional."""
    if row.clock_start is None or row.clock_days is None:
        return False
    start: date = row.clock_start
    kept = [pause for pause in pauses if pause.end is None or pause.end >= start]
    found = clock.due(start, row.clock_days, Unit(row.clock_unit), working, kept)
    changed = (row.due_on, row.due_provisional) != (found.day, found.provisional)
    row.due_on, row.due_provisional = found.day, found.provisional
    return changed


def _stops(keys: Sequence[int]) -> dict[int, list[Pause]]:
    found: dict[int, list[Pause]] = {}
    for row in MatterPause.objects.filter(matter_id__in=keys).order_by("starts", "pk"):
        found.setdefault(row.matter_id, []).append(Pause(row.starts, row.ends))
    return found


def _line(row: Matter, notice: HolidayNotice, now: datetime, before: Any, after: Any) -> MatterLog:
    return MatterLog(
        matter=row, at=now, what=What.DUE_MOVED, actor_name=WHO, reason=f"按{notice.title}重算",
        before=before, after=after, notice=notice,
    )  # fmt: skip


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
