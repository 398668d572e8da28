"""The working calendar in force, and the dates of matters by it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from jiugai.domain import clock
from jiugai.domain.calendar import WorkCalendar, YearNotice, calendar_of, shipped, shipped_calendar
from jiugai.domain.clock import Pause, State
from jiugai.domain.process import Clock, Unit
from jiugai.matters.models import HolidayDay, HolidayNotice, Matter, MatterPause
from jiugai.web.once import OncePerRequest

_kept: dict[int, WorkCalendar] = {}


def calendar() -> WorkCalendar:
    """Return the shipped years with the notices entered here on top.

    Costs one small query per request, or per call outside of one; the arrays are kept.
    """
    newest = _newest()
    if newest is None:
        return shipped_calendar()
    if newest not in _kept:
        found = calendar_of(years())
        _kept.clear()
        _kept[newest] = found
    return _kept[newest]


def _ask_newest() -> int | None:
    found: int | None = HolidayNotice.objects.aggregate(newest=Max("pk"))["newest"]
    return found


# A page of fifty rows asks once which notice is the newest.
_newest = OncePerRequest(_ask_newest)


def forget() -> None:
    """Ask the database again: a notice has just been entered in this request."""
    _newest.forget()


def years() -> list[YearNotice]:
    """Return the notice that counts for each year, oldest year first: what was entered last, else what is shipped."""
    by_year = {notice.year: notice for notice in shipped()}
    for row in HolidayNotice.objects.order_by("pk"):
        days = list(HolidayDay.objects.filter(notice=row))
        by_year[row.year] = YearNotice(
            row.year,
            {d.day: d.name for d in days if d.off},
            {d.day: d.name for d in days if not d.off},
            row.title,
            row.number,
            row.issued,
        )
    return [by_year[year] for year in sorted(by_year)]


def set_clock(matter: Matter, limit: Clock | None, *, today: date) -> None:
    """Start the clock of a stage on a matter in memory; without a limit the date given by hand stays."""
    if limit is None:
        if matter.clock_unit != Unit.WORKING and matter.clock_unit != Unit.CALENDAR:
            return
        matter.clock_start, matter.clock_days, matter.due_on, matter.due_provisional = None, None, None, False
        matter.clock_unit = "given"
        return
    found = clock.due(today, limit.days, limit.unit, calendar())
    matter.clock_start, matter.clock_days, matter.clock_unit = today, limit.days, limit.unit.value
    matter.due_on, matter.due_provisional = found.day, found.provisional


def pauses_of(matter: Matter) -> list[Pause]:
    """Return the stops of the present clock, in order."""
    rows = MatterPause.objects.filter(matter_id=matter.pk)
    if matter.clock_start is not None:
        rows = rows.exclude(ends__lt=matter.clock_start)
    return [Pause(row.starts, row.ends) for row in rows.order_by("starts", "pk")]


def set_due(matter: Matter, pauses: Sequence[Pause], working: WorkCalendar) -> None:
    """Work out a matter's date anew from its clock and stops, in memory. A date given by hand stays."""
    if matter.clock_unit == "given" or matter.clock_start is None or matter.clock_days is None:
        return
    found = clock.due(matter.clock_start, matter.clock_days, Unit(matter.clock_unit), working, pauses)
    matter.due_on, matter.due_provisional = found.day, found.provisional


def state_of(matter: Any, *, today: date, working: WorkCalendar) -> State:
    """Say how a matter stands with its time; dates given by hand count working days too."""
    unit = Unit.CALENDAR if matter.clock_unit == Unit.CALENDAR else Unit.WORKING
    return clock.state(
        today=today,
        due_on=matter.due_on,
        calendar=working,
        unit=unit,
        suspended_on=matter.suspended_on,
        closed=matter.closed_at is not None,
        provisional=matter.due_provisional,
    )
