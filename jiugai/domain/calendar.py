"""China's working days: weekdays, the official holidays and the make-up days at weekends, as a value.

The years shipped stand in `workdays/*.yaml`, one file per year with the State Council notice they follow. Beyond the
last year known the weekday alone decides, and everything that rests on it is provisional.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent / "workdays"
# The arrays reach this far beyond the years known, for limits that end in a year without a notice.
YEARS_BEYOND = 30
SATURDAY = 5
DECEMBER = 12


class BadYear(ValueError):
    """The days given for a year contradict each other; the words say which."""


class OutOfRange(ValueError):
    """A date that no deadline of ours has: many decades from today."""


@dataclass(frozen=True)
class YearNotice:
    """What one notice says of a year: days off by the name of the holiday, and weekend days that are worked.

    A notice may also name days of the December before. Raises BadYear for a day of another year, a day named twice, or
    a make-up day that is no weekend day.
    """

    year: int
    holidays: Mapping[date, str]
    workdays: Mapping[date, str]
    title: str = ""
    number: str = ""
    issued: date | None = None

    def __post_init__(self) -> None:
        for day in (*self.holidays, *self.workdays):
            if day.year != self.year and (day.year, day.month) != (self.year - 1, DECEMBER):
                raise BadYear(f"{day} 不在 {self.year} 年，也不在上一年12月")
        for day in self.workdays:
            if day in self.holidays:
                raise BadYear(f"{day} 既是放假日又是上班日")
            if day.weekday() < SATURDAY:
                raise BadYear(f"{day} 是周一至周五，不用写成调休上班日")


class Due(NamedTuple):
    """A day found by counting; provisional while it, or what was counted over, lies beyond the years known."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of the years known, counted in constant time by two arrays.

    `holidays` are the days off that the notices name, `workdays` the weekend days that are worked.
    """

    holidays: frozenset[date]
    workdays: frozenset[date]
    first_year: int
    last_year: int
    _origin: int = field(init=False, repr=False, compare=False)
    # the working days, and for each day of the range how many of them come up to and including it; of both, how many
    # lie in the years known
    _dates: list[date] = field(init=False, repr=False, compare=False)
    _sure: int = field(init=False, repr=False, compare=False)
    _known: int = field(init=False, repr=False, compare=False)
    _rank: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        first, last = date(self.first_year, 1, 1), date(self.last_year + YEARS_BEYOND, 12, 31)
        dates: list[date] = []
        rank: list[int] = []
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if self.is_workday(day):
                dates.append(day)
            rank.append(len(dates))
        known = date(self.last_year, 12, 31).toordinal() - first.toordinal() + 1
        arrays = {
            "_dates": dates,
            "_rank": rank,
            "_origin": first.toordinal(),
            "_known": known,
            "_sure": rank[known - 1],
        }
        for name, value in arrays.items():
            object.__setattr__(self, name, value)

    def is_workday(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return day in self.workdays or (day.weekday() < SATURDAY and day not in self.holidays)

    def is_known(self, day: date) -> bool:
        """Tell whether a notice covers the day's year."""
        return self.first_year <= day.year <= self.last_year

    def add_workdays(self, start: date, days: int) -> Due:
        """Return the `days`-th working day after `start`, which itself is not counted (Civil Code art. 201).

        Zero gives `start` itself, or the next working day where it is none. Raises OutOfRange.
        """
        index = start.toordinal() - self._origin
        if days > 0 and 0 <= index < self._known:
            place = self._rank[index] + days - 1
            if place < self._sure:
                return Due(self._dates[place], False)
        if days == 0:
            return self.next_workday(start)
        found = self._nth(self._upto(start) + days)
        return Due(found, found.year > self.last_year)

    def next_workday(self, day: date) -> Due:
        """Return the day, or the first working day after it (Civil Code art. 203). Raises OutOfRange."""
        found = self._nth(self._upto(day - timedelta(days=1)) + 1)
        return Due(found, found.year > self.last_year or day.year > self.last_year)

    def between(self, start: date, end: date) -> int:
        """Count the working days after `start` up to and including `end`; negative when `end` comes first."""
        return self._upto(end) - self._upto(start)

    def _upto(self, day: date) -> int:
        index = day.toordinal() - self._origin
        if index < 0:
            return self._before(index)
        if index >= len(self._rank):
            raise OutOfRange(f"{day} 超出可以计算的日期")
        return self._rank[index]

    def _before(self, index: int) -> int:
        """Count backwards by weekdays before the first year known; `index` is how many days before it."""
        first = date.fromordinal(self._origin)
        return -sum((first - timedelta(days=n)).weekday() < SATURDAY for n in range(1, -index))

    def _nth(self, number: int) -> date:
        if number > len(self._dates):
            raise OutOfRange(f"第 {number} 个工作日超出可以计算的日期")
        if number > 0:
            return self._dates[number - 1]
        day = date.fromordinal(self._origin)
        while number <= 0:
            day -= timedelta(days=1)
            number += day.weekday() < SATURDAY
        return day


def calendar_of(notices: Iterable[YearNotice]) -> WorkCalendar:
    """Build the calendar from one notice per year; a later one for the same year replaces the earlier whole.

    Years must follow each other without a gap; what comes after a gap is left out, because it would not be known.
    """
    by_year = {notice.year: notice for notice in notices}
    first = min(by_year)
    last = next(year for year in range(first, first + 500) if year + 1 not in by_year)
    off: set[date] = set()
    worked: set[date] = set()
    for year in range(first, last + 1):
        notice = by_year[year]
        off = (off - set(notice.workdays)) | set(notice.holidays)
        worked = (worked - set(notice.holidays)) | set(notice.workdays)
    return WorkCalendar(frozenset(off), frozenset(worked), first, last)


@cache
def shipped() -> tuple[YearNotice, ...]:
    """Return the years that come with the product, oldest first."""
    files = sorted(FOLDER.glob("*.yaml"))
    return tuple(year_of(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in files)


@cache
def shipped_calendar() -> WorkCalendar:
    """Return the calendar of the shipped years."""
    return calendar_of(shipped())


def year_of(content: Any) -> YearNotice:
    """Read a year from the form of the shipped files. Raises BadYear, in words."""
    try:
        year = int(content["year"])
        holidays = {day: name for name, days in content["holidays"].items() for day in days}
        workdays = {day: name for name, days in (content.get("workdays") or {}).items() for day in days}
        issued = content.get("issued")
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise BadYear("要有 year、holidays（名称：日期列表）、workdays（名称：日期列表）") from problem
    wrong = [str(day) for day in (*holidays, *workdays, *([issued] if issued else [])) if type(day) is not date]
    if wrong:
        raise BadYear(f"日期要写成 2027-01-01：{'、'.join(wrong[:5])}")
    return YearNotice(
        year, holidays, workdays, str(content.get("title") or ""), str(content.get("number") or ""), issued
    )
