"""The problem as arrays for the search and the bound: items are rows, projects first, then works.

Money is scaled so that every share is whole: an item's `unit` is its cost times `scale` over its duration, and a
year's share is `unit` times the occupied months in that year. `scale` is the least common multiple of the durations.
Where that would not fit into 62 bits (many different long durations), shares are rounded up and limits down: such a
plan keeps the exact limits all the same (docs/planner.md); the bound uses `unit_low`, rounded down.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiugai.domain.planning.problem import Item, Number, Problem, Project

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
MOST = 1 << 61
NEVER = -1


@dataclass(frozen=True)
class Tables:
    """Arrays of a problem under locks: N items, P projects, T months, Y years, D districts, S streets, B bundles."""

    problem: Problem
    ids: tuple[str, ...]
    projects: int
    scale: int
    year: Ints  # T: index of the calendar year of a month
    duration: Ints  # N
    area: Ints  # N, 0 of works
    district: Ints  # N
    street: Ints  # N
    city_unit: Ints  # N
    district_unit: Ints  # N
    unit_low: Ints  # 2 x N: city and district units rounded down
    ratio: Ints  # N: what the item adds to 100 * seismic - percent * basic, scaled to whole numbers
    must: Bools  # N
    bundle: Ints  # N, -1 without
    members: tuple[Ints, ...]  # B
    allowed: Bools  # N x T: the starts that no rule of the item and no single limit forbids
    gain: Floats  # N x T
    city_limit: Ints  # Y
    district_limit: Ints  # D x Y
    capacity: Ints  # D
    most_active: Ints  # S
    pairs: Ints  # E x 2
    saving: Floats  # E

    @property
    def count(self) -> int:
        """Number of items."""
        return len(self.ids)

    @property
    def months(self) -> int:
        """Number of months."""
        return len(self.year)

    def row_of(self) -> dict[str, int]:
        """Row of each id."""
        return {ident: row for row, ident in enumerate(self.ids)}

    def starts(self, chosen: Ints) -> dict[str, int]:
        """Return the plan behind an array of starts (-1: not planned)."""
        return {ident: int(s) for ident, s in zip(self.ids, chosen, strict=True) if s >= 0}


@dataclass(frozen=True)
class Locks:
    """What a person has decided: starts held fast, projects that must be in or must stay out."""

    starts: dict[str, int]
    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()


FREE = Locks({})


def tables(problem: Problem, locks: Locks = FREE) -> Tables:
    """Return the arrays of a problem under locks."""
    items: list[Item] = [*problem.projects, *problem.works]
    projects = len(problem.projects)
    scale = _scale(problem)
    districts = {d.code: k for k, d in enumerate(problem.districts)}
    streets = {s.code: k for k, s in enumerate(problem.streets)}
    rows = {x.id: k for k, x in enumerate(items)}
    bundle, members = _bundles(problem, rows)
    city = [x.city_cost if isinstance(x, Project) else 0 for x in items]
    own = [x.district_cost if isinstance(x, Project) else 0 for x in items]
    years = problem.months.years
    found = Tables(
        problem=problem, ids=tuple(rows), projects=projects, scale=scale,
        year=np.array([years.index(y) for y in problem.months.year], np.int64),
        duration=_ints(x.duration_months for x in items),
        area=_ints(x.floor_area_m2 if isinstance(x, Project) else 0 for x in items),
        district=_ints(districts[x.district] for x in items), street=_ints(streets[x.street] for x in items),
        city_unit=_ints(-(-c * scale // x.duration_months) for c, x in zip(city, items, strict=True)),
        district_unit=_ints(-(-c * scale // x.duration_months) for c, x in zip(own, items, strict=True)),
        unit_low=np.stack([
            _ints(c * scale // x.duration_months for c, x in zip(cost, items, strict=True)) for cost in (city, own)
        ]),
        ratio=_ints(_ratio(problem, x) for x in items),
        must=np.array([x.must or x.id in locks.inside or x.id in locks.starts for x in items], bool),
        bundle=bundle, members=members,
        allowed=np.zeros((len(items), problem.months.count), bool),
        gain=_gains(problem, items),
        city_limit=_ints(_limit(problem.city_budget.get(y, 0), scale) for y in years),
        district_limit=_ints(_limit(d.budget.get(y, 0), scale) for d in problem.districts for y in years)
        .reshape(len(districts), len(years)),
        capacity=_ints(_limit(d.capacity_m2, 1) for d in problem.districts),
        most_active=_ints(_limit(s.max_active, 1) for s in problem.streets),
        pairs=_ints(rows[x] for p in problem.pairs for x in (p.a, p.b)).reshape(len(problem.pairs), 2),
        saving=np.array([float(p.saving) for p in problem.pairs], np.float64),
    )  # fmt: skip
    _allow(found, items, locks)
    return found


def _ints(values: Any) -> Ints:
    return np.fromiter(values, np.int64)


def _limit(limit: Number, scale: int) -> int:
    return min(floor(limit * scale), MOST)


def _scale(problem: Problem) -> int:
    """Return the multiple that makes every share whole, or a power of two that just fits."""
    usable = [p for p in problem.projects if p.duration_months <= problem.months.count]
    whole = lcm(*(p.duration_months // gcd(p.duration_months, p.city_cost, p.district_cost) for p in usable), 1)
    total = max(1, sum(p.city_cost for p in problem.projects), sum(p.district_cost for p in problem.projects))
    if whole * total <= MOST:
        return whole
    return 1 << max(0, (MOST // total).bit_length() - 1)


def _ratio(problem: Problem, item: Item) -> int:
    if not isinstance(item, Project) or not item.basic_class:
        return 0
    percent = Fraction(problem.seismic_energy_min_percent)
    weight = (100 if item.seismic_energy else 0) * percent.denominator - percent.numerator
    return weight * item.floor_area_m2


def _bundles(problem: Problem, rows: dict[str, int]) -> tuple[Ints, tuple[Ints, ...]]:
    bundle = np.full(len(rows), NEVER, np.int64)
    members = []
    for number, group in enumerate(problem.bundles.values()):
        members.append(_ints(rows[p.id] for p in group))
        bundle[members[-1]] = number
    return bundle, tuple(members)


def _gains(problem: Problem, items: list[Item]) -> Floats:
    """Points of every item and start as floats; a float of the exact points is off by 1e-16 of it at most."""
    months = problem.months
    gain = np.zeros((len(items), months.count))
    bad = np.cumsum([0.0, *(float(problem.season_fraction[m]) for m in months.month)])
    starts = np.arange(months.count)
    wait, rate = float(problem.wait_rate), float(problem.season_rate)
    for row, item in enumerate(items):
        if isinstance(item, Project):
            ends = np.minimum(starts + item.duration_months, months.count)
            season = (bad[ends] - bad[starts]) / item.duration_months if item.outdoor else 0.0
            gain[row] = float(item.value) * (1 - wait * starts - rate * season)
    return gain


def _allow(found: Tables, items: list[Item], locks: Locks) -> None:
    """Mark the starts that can be part of a plan at all: the item's own rules, and limits that it alone would break."""
    problem, allowed = found.problem, found.allowed
    room = (found.area <= found.capacity[found.district]) & (found.most_active[found.street] > 0)
    for row, item in enumerate(items):
        if room[row] and item.id not in locks.outside:
            starts = problem.start_months(item)
            if item.id in locks.starts:
                starts = [s for s in starts if s == locks.starts[item.id]]
            allowed[row, starts] = True
    for length in np.unique(found.duration[: found.projects]):
        rows = np.flatnonzero(found.duration[: found.projects] == length)
        allowed[rows] &= _affordable(found, rows, int(length))
    for group in found.members:
        _allow_bundle(found, group)


def _affordable(found: Tables, rows: Ints, length: int) -> Bools:
    """Which starts of items of one duration keep the yearly limits alone, by the shares rounded down."""
    months, years = found.months, len(found.city_limit)
    inside = np.concatenate(
        [np.zeros((1, years), np.int64), np.cumsum(np.eye(years, dtype=np.int64)[found.year], axis=0)]
    )
    ends = np.minimum(np.arange(months) + length, months)
    count = inside[ends] - inside[:months]  # T x Y: months of the item in each year
    fine = np.ones((len(rows), months), bool)
    for y in range(years):
        fine &= count[:, y] * found.unit_low[0, rows, None] <= found.city_limit[y]
        fine &= count[:, y] * found.unit_low[1, rows, None] <= found.district_limit[found.district[rows], y, None]
    return fine


def _allow_bundle(found: Tables, group: Ints) -> None:
    """Keep the start years in which every member can start; one must member makes all of them so."""
    years = [set(found.year[found.allowed[row]].tolist()) for row in group]
    common = sorted(set.intersection(*years))
    found.allowed[group] &= np.isin(found.year, common)
    if found.must[group].any():
        found.must[group] = True
