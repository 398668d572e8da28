"""Rainy season and winter works (T03-14): how many days of a month lie in them."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiugai.domain.figures import ParameterSet

SAMPLE_YEAR = 2027  # no leap year: shares of a month are those of most years


@dataclass(frozen=True)
class Window:
    """A stretch of every year, both days included; one that ends before it begins runs over New Year."""

    since: tuple[int, int]
    until: tuple[int, int]

    def holds(self, month: int, day: int) -> bool:
        """Tell whether a day of the year lies in it."""
        if self.since <= self.until:
            return self.since <= (month, day) <= self.until
        return (month, day) >= self.since or (month, day) <= self.until

    def days(self, year: int, month: int) -> int:
        """Count its days in a month."""
        return sum(self.holds(month, day) for day in range(1, monthrange(year, month)[1] + 1))


@dataclass(frozen=True)
class Seasons:
    """Both windows."""

    rain: Window
    winter: Window

    def fractions(self) -> list[float]:
        """Return the share of each month, January first, that lies in either."""
        found = []
        for month in range(1, 13):
            days = self.rain.days(SAMPLE_YEAR, month) + self.winter.days(SAMPLE_YEAR, month)
            found.append(round(days / monthrange(SAMPLE_YEAR, month)[1], 6))
        return found


def seasons(params: ParameterSet, on: date) -> Seasons | None:
    """Return the windows in force on a day; None when a figure has no value."""
    names = ("rainy_season_from", "rainy_season_until", "winter_works_from", "winter_works_until")
    days = [params.value(name, on) for name in names]
    found = [_month_day(str(one.value)) for one in days if one is not None]
    if len(found) < len(names):
        return None
    return Seasons(Window(found[0], found[1]), Window(found[2], found[3]))


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def months_from(first: date, count: int) -> Sequence[tuple[int, int]]:
    """Return (year, month) of months that follow each other."""
    base = first.year * 12 + first.month - 1
    return [_of(base + n) for n in range(count)]


def _of(number: int) -> tuple[int, int]:
    year, month = divmod(number, 12)
    return year, month + 1
