"""What a plan uses of each shared limit, in exact numbers, kept up to date item by item."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from jiugai.domain.planning.problem import Item, Problem, Project

Key = tuple[str, str, int]
"""A shared limit: its kind, the district, street or "" of the city, and the year or month index."""


@dataclass
class Usage:
    """Money, area, active items and start-year areas of the planned items.

    `used` holds every `Key` that some item touches; for ("ratio", "", year) it is the seismic/energy area, and
    `basic` the area of the whole basic class.
    """

    problem: Problem
    used: dict[Key, Fraction | int] = field(default_factory=lambda: defaultdict(int))
    basic: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, item: Item, start: int, sign: int = 1) -> set[Key]:
        """Put an item in (sign 1) or take it out (-1); return the limits it touches."""
        takes = demand(self.problem, item, start)
        for key, amount in takes.items():
            self.used[key] += sign * amount
        if isinstance(item, Project) and item.basic_class:
            self.basic[self.problem.months.year[start]] += sign * item.floor_area_m2
        return set(takes)


def demand(problem: Problem, item: Item, start: int) -> dict[Key, Fraction | int]:
    """Return what an item started in `start` takes from each shared limit (of the ratio: what it gives)."""
    months, n = range(start, start + item.duration_months), item.duration_months
    takes: dict[Key, Fraction | int] = {("street_max_active", item.street, m): 1 for m in months}
    if not isinstance(item, Project):
        return takes
    for m in months:
        takes["capacity", item.district, m] = item.floor_area_m2
    calendar = problem.months
    for year in range(calendar.year[start], calendar.year[start + n - 1] + 1):
        inside = calendar.in_year(start, n, year)
        takes["district_budget", item.district, year] = Fraction(item.district_cost * inside, n)
        takes["city_budget", "", year] = Fraction(item.city_cost * inside, n)
    if item.basic_class:
        takes["ratio", "", calendar.year[start]] = item.floor_area_m2 if item.seismic_energy else 0
    return takes


def use_of(problem: Problem, starts: Mapping[str, int]) -> Usage:
    """Return the usage of a plan whose starts lie inside the horizon."""
    usage, items = Usage(problem), problem.items
    for ident, start in starts.items():
        usage.add(items[ident], start)
    return usage
