"""The planning problem: which projects of the pool, and in which month each starts (obligations T03-5…11, T16-2).

Everything is frozen and validated: a `Problem` in hand keeps the format renovation-plan-1. Numbers are exact
(`int`, `Fraction`); money is in thousand yuan, area in m². How an instance is read and refused: `reading.py`.

    problem, faults = parse(document)      # or load(path), which raises BadInstance
    result = solve(problem, seconds=60, threads=2, seed=1)
    violations = check(problem, result.starts)      # constraints.py, any plan, also one edited by hand
    points = total(problem, result.starts)          # objective.py
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from jiugai.domain.planning.months import Months

Number = int | Fraction


@dataclass(frozen=True)
class District:
    """A district with its yearly budget (a year not listed has none) and the area it can have on site in a month."""

    code: str
    name: str
    budget: Mapping[int, Number]
    capacity_m2: Number


@dataclass(frozen=True)
class Street:
    """A street and how many projects and works may be active in it in one month."""

    code: str
    district: str
    max_active: Number


@dataclass(frozen=True)
class Project:
    """A project of the pool whose preparation is known."""

    id: str
    district: str
    street: str
    kind: str
    basic_class: bool
    seismic_energy: bool
    floor_area_m2: int
    households: int
    value: Number
    district_cost: int
    city_cost: int
    duration_months: int
    earliest: int
    latest_finish: int | None = None
    outdoor: bool = False
    same_year: bool = False
    bundle: str | None = None
    must: bool = False


@dataclass(frozen=True)
class Work:
    """A work of another department: it takes place in any case and only needs a start month."""

    id: str
    district: str
    street: str
    kind: str
    duration_months: int
    earliest: int
    latest_start: int
    must: bool = True


Item = Project | Work


@dataclass(frozen=True)
class Pair:
    """Two items that dig the same ground; sharing a month saves `saving` points."""

    a: str
    b: str
    saving: Number


@dataclass(frozen=True)
class Problem:
    """One instance of the planning problem."""

    name: str
    months: Months
    wait_rate: Number
    season_rate: Number
    season_fraction: tuple[Number, ...]
    seismic_energy_min_percent: Number
    city_budget: Mapping[int, Number]
    districts: tuple[District, ...]
    streets: tuple[Street, ...]
    projects: tuple[Project, ...]
    works: tuple[Work, ...]
    pairs: tuple[Pair, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """Projects and works by id."""
        items: list[Item] = [*self.projects, *self.works]
        return {x.id: x for x in items}

    @cached_property
    def districts_by_code(self) -> dict[str, District]:
        """Districts by code."""
        return {d.code: d for d in self.districts}

    @cached_property
    def streets_by_code(self) -> dict[str, Street]:
        """Streets by code."""
        return {s.code: s for s in self.streets}

    @cached_property
    def bundles(self) -> dict[str, tuple[Project, ...]]:
        """Members of each bundle, in the order of its id."""
        members: dict[str, list[Project]] = {}
        for project in self.projects:
            if project.bundle is not None:
                members.setdefault(project.bundle, []).append(project)
        return {bundle: tuple(members[bundle]) for bundle in sorted(members)}

    @cached_property
    def pairs_of(self) -> dict[str, tuple[Pair, ...]]:
        """The pairs in which an item takes part."""
        found: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            found.setdefault(pair.a, []).append(pair)
            found.setdefault(pair.b, []).append(pair)
        return {key: tuple(value) for key, value in found.items()}

    def season_share(self, start: int, duration: int) -> Fraction:
        """Return the share of the occupied months that lies in the rainy season or in winter."""
        months = self.months.month[start : start + duration]
        return sum((Fraction(self.season_fraction[m]) for m in months), Fraction(0)) / duration

    def start_months(self, item: Item) -> list[int]:
        """Return the starts that the item's own rules and the horizon allow."""
        last = self.months.count - item.duration_months
        if isinstance(item, Work):
            return list(range(item.earliest, min(last, item.latest_start) + 1))
        if item.latest_finish is not None:
            last = min(last, item.latest_finish - item.duration_months)
        year = self.months.year
        return [
            s
            for s in range(item.earliest, last + 1)
            if not item.same_year or year[s] == year[s + item.duration_months - 1]
        ]
