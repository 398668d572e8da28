"""How many days of a schedule fall into the rainy season or winter works, and how to have fewer (T03-13, T03-14).

Seasons are the dated default windows (`domain.planning.seasons`); where the real beginning and end of one are on
record, they stand in for the default of that year.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from jiugai.domain.planning.seasons import Seasons, Window

DAY = timedelta(days=1)
MOST_SHIFT = 183
LABELS = {"rain": "雨季", "winter": "冬期"}


@dataclass(frozen=True)
class Span:
    """A season of one year, both days included. `observed` tells that the days are on record and not the default."""

    kind: str
    first: date
    last: date
    observed: bool = False


@dataclass(frozen=True)
class Days:
    """Days of a schedule: all of them, those in the rainy season, those in winter works."""

    total: int
    rain: int
    winter: int

    @property
    def season(self) -> int:
        """Days in either season."""
        return self.rain + self.winter

    @property
    def words(self) -> str:
        """The counts in words."""
        return f"共 {self.total} 天，雨季 {self.rain} 天，冬期 {self.winter} 天"


@dataclass(frozen=True)
class Advice:
    """A start with fewer season days: how many days earlier (negative) or later, and what is left."""

    start: date
    shift: int
    days: Days

    @property
    def words(self) -> str:
        """What to do, in words."""
        way = f"推后 {self.shift} 天" if self.shift > 0 else f"提前 {-self.shift} 天"
        day = f"{self.start.year}年{self.start.month}月{self.start.day}日"
        return f"{way}到{day}开工，雨季减到 {self.days.rain} 天、冬期减到 {self.days.winter} 天"


def spans_of(first: date, last: date, seasons: Seasons, observed: Iterable[Span] = ()) -> list[Span]:
    """Return the seasons between two days: those on record, and the defaults of the years without a record."""
    known = [one for one in observed if one.last >= first - timedelta(days=366) and one.first <= last]
    found = [one for one in known if one.last >= first]
    for kind, window in (("rain", seasons.rain), ("winter", seasons.winter)):
        for year in range(first.year - 1, last.year + 1):
            default = _default(kind, window, year)
            taken = any(one.kind == kind and one.first <= default.last and default.first <= one.last for one in known)
            if not taken and default.last >= first and default.first <= last:
                found.append(default)
    return sorted(found, key=lambda one: (one.first, one.kind))


def _default(kind: str, window: Window, year: int) -> Span:
    """Return the default window that begins in a year."""
    ends = year if window.since <= window.until else year + 1
    return Span(kind, _day(year, window.since), _day(ends, window.until))


def _day(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    try:
        return date(year, month, day)
    except ValueError:  # 29 February of another year
        return date(year, month, 28)


def count(start: date, finish: date, spans: Sequence[Span]) -> Days:
    """Count the days of a schedule, both ends included; a day of both seasons counts as rain."""
    total = (finish - start).days + 1
    rain = _covered(start, finish, [one for one in spans if one.kind == "rain"])
    winter = _covered(start, finish, [one for one in spans if one.kind == "winter"])
    return Days(total, len(rain), len(winter - rain))


def _covered(start: date, finish: date, spans: Sequence[Span]) -> set[int]:
    found: set[int] = set()
    for one in spans:
        low, high = max(start, one.first), min(finish, one.last)
        found |= set(range(low.toordinal(), high.toordinal() + 1))
    return found


@dataclass(frozen=True)
class Recorded(Window):
    """A window of which some years are on record; the others keep the default."""

    kind: str = ""
    spans: tuple[Span, ...] = ()

    def days(self, year: int, month: int) -> int:
        """Count the days of a month that lie in the season of that year."""
        first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return len(_covered(first, last, [one for one in self.spans if one.kind == self.kind]))


def with_record(first: date, last: date, seasons: Seasons, observed: Sequence[Span]) -> Seasons:
    """Return the seasons of the days between two days, by the record where there is one."""
    spans = tuple(spans_of(first, last, seasons, observed))
    rain, winter = seasons.rain, seasons.winter
    return Seasons(
        Recorded(rain.since, rain.until, "rain", spans), Recorded(winter.since, winter.until, "winter", spans)
    )


def shares(months: Sequence[tuple[int, int]], seasons: Seasons) -> list[float]:
    """Return the share of each calendar month, January first, that lies in either season: the mean of its years.

    A calendar month that does not occur among `months` keeps its default.
    """
    found = seasons.fractions()
    for number in range(1, 13):
        own = [(year, month) for year, month in months if month == number]
        if own:
            found[number - 1] = round(sum(_share(one, seasons) for one in own) / len(own), 6)
    return found


def _share(month: tuple[int, int], seasons: Seasons) -> float:
    return min(1.0, (seasons.rain.days(*month) + seasons.winter.days(*month)) / monthrange(*month)[1])


def advise(start: date, finish: date, seasons: Seasons, observed: Sequence[Span] = ()) -> Advice | None:
    """Return the nearest other start, half a year either way, with the fewest season days; None when none is better."""
    length = finish - start
    margin = timedelta(days=MOST_SHIFT)
    spans = spans_of(start - margin, finish + margin, seasons, observed)
    now = count(start, finish, spans)
    options = (
        Advice(day, shift, count(day, day + length, spans))
        for shift in range(-MOST_SHIFT, MOST_SHIFT + 1)
        for day in (start + shift * DAY,)
    )
    best = min(options, key=lambda one: (one.days.season, abs(one.shift), one.shift))
    return best if best.days.season < now.season else None


class NotInOrder(ValueError):
    """The readings are not in the order of their days, or a day stands twice."""


def winters(readings: Sequence[tuple[date, Decimal]], celsius: Decimal, run: int) -> list[Span]:
    """Return the spells of winter works in daily mean temperatures (JGJ/T 104).

    It begins with the first of `run` days in a row below the bound and ends before the first of `run` days in a row
    above it. A spell still open at the last reading is left out. Raises NotInOrder.
    """
    days = [day for day, _ in readings]
    if any(later <= early for early, later in pairwise(days)):
        raise NotInOrder
    found: list[Span] = []
    began: date | None = None
    streak: list[date] = []
    for day, mean in readings:
        wanted = mean < celsius if began is None else mean > celsius
        if streak and day - streak[-1] != DAY:
            streak = []
        streak = [*streak, day] if wanted else []
        if len(streak) == run:
            if began is None:
                began = streak[0]
            else:
                found.append(Span("winter", began, streak[0] - DAY, observed=True))
                began = None
            streak = []
    return found
