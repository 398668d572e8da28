"""Due dates a second, beside `chinesecalendar` and numpy's busday functions; and every day 2004-2026 compared.

make bench ARGS="clock"
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import chinese_calendar
import numpy as np

from jiugai.domain.calendar import shipped_calendar
from jiugai.domain.clock import Pause, due
from jiugai.domain.process import Unit

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
Case = tuple[date, int]


def cases(count: int, seed: int) -> list[Case]:
    """Return starts and limits of 1 to 100 working days that end within the known years."""
    draw = random.Random(seed)  # noqa: S311 - a measurement
    span = (date(2026, 6, 1) - FIRST).days
    return [(FIRST + timedelta(days=draw.randrange(span)), draw.randint(1, 100)) for _ in range(count)]


def ours(some: Sequence[Case]) -> list[date]:
    """Count by the arrays."""
    calendar = shipped_calendar()
    return [calendar.add_workdays(start, days).day for start, days in some]


def ours_with_a_pause(some: Sequence[Case]) -> list[date]:
    """Count with one stop of two days, which the others do not offer."""
    calendar = shipped_calendar()
    day = timedelta(days=1)
    return [
        due(start, days, Unit.WORKING, calendar, (Pause(start + day, start + 3 * day),)).day for start, days in some
    ]


def by_library(some: Sequence[Case]) -> list[date]:
    """Step from day to day, asking the library."""
    return [
        # it counts from the first working day where the start is none, so one less
        chinese_calendar.find_workday(days - (not chinese_calendar.is_workday(start)), start)
        for start, days in some
    ]


def numpy_busday() -> tuple[np.busdaycalendar, np.ndarray]:
    """Return the weekday calendar with the days off, and the make-up days, which numpy has no word for."""
    calendar = shipped_calendar()
    off = np.array(sorted(calendar.holidays), dtype="datetime64[D]")
    return np.busdaycalendar(holidays=off), np.array(sorted(calendar.workdays), dtype="datetime64[D]")


def by_numpy_one(some: Sequence[Case]) -> list[date]:
    """Ask numpy for one date at a time, make-up days left out: its answers are wrong around them."""
    weekdays, _made_up = numpy_busday()
    return [
        np.busday_offset(np.datetime64(start, "D"), days, roll="backward", busdaycal=weekdays).astype(date)
        for start, days in some
    ]


def by_numpy_many(some: Sequence[Case]) -> list[date]:
    """Ask numpy for all dates at once, make-up days left out."""
    weekdays, _made_up = numpy_busday()
    starts = np.array([start for start, _ in some], dtype="datetime64[D]")
    days = np.array([number for _, number in some])
    return list(np.busday_offset(starts, days, roll="backward", busdaycal=weekdays).astype(date))


def measure(name: str, run: Callable[[Sequence[Case]], list[date]], some: Sequence[Case], rounds: int) -> list[date]:
    """Print the best of some rounds in dates a second; return the dates."""
    best, found = float("inf"), list[date]()
    for _ in range(rounds):
        began = time.perf_counter()
        found = run(some)
        best = min(best, time.perf_counter() - began)
    print(f"{name:<34}{len(some) / best:>14,.0f} dates/s")
    return found


def mismatches() -> int:
    """Count the days 2004-2026 on which the shipped calendar and the library differ."""
    calendar = shipped_calendar()
    span = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    return sum(calendar.is_workday(day) != chinese_calendar.is_workday(day) for day in span)


def main() -> int:
    """Measure and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    some = cases(chosen.count, 1)
    few = some[: max(chosen.count // 50, 100)]
    print(f"days that differ from the official calendar, 2004-2026: {mismatches()}")
    mine = measure("jiugai.domain.calendar", ours, some, chosen.rounds)
    measure("the same with a suspension", ours_with_a_pause, some, chosen.rounds)
    theirs = measure("chinesecalendar.find_workday", by_library, few, chosen.rounds)
    single = measure("numpy busday, one at a time", by_numpy_one, some, chosen.rounds)
    measure("numpy busday, one call for all", by_numpy_many, some, chosen.rounds)
    print(f"dates that differ from chinesecalendar: {sum(a != b for a, b in zip(mine, theirs, strict=False)):,}")
    wrong = sum(a != b for a, b in zip(mine, single, strict=True))
    print(f"dates numpy gets wrong for want of make-up days: {wrong:,} of {len(some):,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
