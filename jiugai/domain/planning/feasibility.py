"""Can a set of constraints be met at all? The oracle behind clashes and relaxations, by CP-SAT on what matters.

A project that nobody demands can be left out, and that frees what it uses. So only musts, what is bundled with
them, and projects that could lift a year's seismic/energy share stand in the model.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from ortools.sat.python import cp_model

from jiugai.domain.planning.constraints import shared_limit
from jiugai.domain.planning.problem import Item, Problem, Project, Work
from jiugai.domain.planning.usage import Key, demand

Active = frozenset[str]
OWN = ("earliest", "latest_finish", "latest_start", "same_year")


@dataclass(frozen=True)
class Relaxed:
    """How far one constraint has to give way; None while that was not proven in time."""

    amount: Fraction | None


def names_of(problem: Problem, items: Iterable[Item]) -> list[str]:
    """Return the constraints that can take part in a clash of these items, `horizon` taken for granted."""
    names: list[str] = []
    bundles: dict[str, None] = {}
    for item in items:
        if item.must:
            names.append(f"must:{item.id}")
        names += [f"{kind}:{item.id}" for kind in OWN if _can_bind(problem, item, kind)]
        if isinstance(item, Project) and item.bundle:
            bundles[item.bundle] = None
    names += [f"bundle:{name}" for name in bundles]
    return names


def relevant(problem: Problem) -> list[Item]:
    """Return the items that can matter for feasibility, musts first."""
    musts = [item for item in problem.items.values() if item.must]
    if not any(isinstance(item, Project) for item in musts):
        return musts
    wanted = {item.id for item in musts} | {p.id for p in problem.projects if p.basic_class and p.seismic_energy}
    bundles = {p.bundle for p in problem.projects if p.id in wanted and p.bundle}
    wanted |= {p.id for p in problem.projects if p.bundle in bundles}
    return [*musts, *(p for p in problem.projects if p.id in wanted and not p.must)]


def _can_bind(problem: Problem, item: Item, kind: str) -> bool:
    last = problem.months.count - item.duration_months
    if kind == "earliest":
        return item.earliest > 0
    if isinstance(item, Work):
        return kind == "latest_start" and item.latest_start < last
    if kind == "latest_finish":
        return item.latest_finish is not None and item.latest_finish < problem.months.count
    return kind == "same_year" and item.same_year and len(problem.months.years) > 1


def shared_name(problem: Problem, key: Key) -> str:
    """Return the name of a shared limit."""
    kind, code, when = key
    if kind in ("city_budget", "ratio"):
        return f"{kind}:{when}"
    return f"{kind}:{code}:{when if kind == 'district_budget' else problem.months.name(when)}"


@dataclass
class Oracle:
    """Answers whether the constraints named can hold together; remembers what it was asked."""

    problem: Problem
    seconds: float = 5.0
    threads: int = 1
    seed: int = 1
    items: list[Item] = field(default_factory=list)
    asked: dict[Active, bool | None] = field(default_factory=dict)
    takes: dict[tuple[str, int], Mapping[Key, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.items:
            self.items = relevant(self.problem)

    def names(self) -> list[str]:
        """Return every constraint that can take part."""
        keys: dict[Key, None] = {}
        for item in self.items:
            for start in self._domain(item, frozenset()):
                keys |= dict.fromkeys(self._takes(item, start))
        return [*names_of(self.problem, self.items), *(shared_name(self.problem, key) for key in sorted(keys))]

    def holds(self, active: Active) -> bool | None:
        """Tell whether a plan meets these constraints; None when that was not found out in time."""
        if active not in self.asked:
            self.asked[active] = self._ask(active)
        return self.asked[active]

    def _ask(self, active: Active) -> bool | None:
        built = _Model(self, active)
        if built.impossible:
            return False
        status = self._solve(built.model)[0]
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return True
        return False if status == cp_model.INFEASIBLE else None

    def least(self, active: Active, name: str) -> Relaxed:
        """Return the least amount by which `name` must give way so that the others hold; the amount in its unit."""
        built = _Model(self, active, soft=name)
        if built.impossible:
            return Relaxed(None)
        built.model.minimize(built.slack)
        status, solver = self._solve(built.model)
        if status != cp_model.OPTIMAL:
            return Relaxed(None)
        return Relaxed(Fraction(round(solver.objective_value)) / built.scale)

    def _solve(self, model: Any) -> tuple[Any, Any]:
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = self.seconds
        solver.parameters.num_workers = self.threads
        solver.parameters.random_seed = self.seed
        return solver.solve(model), solver

    def _domain(self, item: Item, active: Active) -> list[int]:
        return [
            start
            for start in range(self.problem.months.count - item.duration_months + 1)
            if all(f"{kind}:{item.id}" not in active or not self.off(item, start, kind) for kind in OWN)
        ]

    def off(self, item: Item, start: int, kind: str) -> int:
        """Return by how many months a start breaks a rule of the item's own; 0 when it does not."""
        if kind == "earliest":
            return max(0, item.earliest - start)
        if isinstance(item, Work):
            return max(0, start - item.latest_start) if kind == "latest_start" else 0
        if kind == "latest_finish":
            return 0 if item.latest_finish is None else max(0, start + item.duration_months - item.latest_finish)
        year = self.problem.months.year
        return int(kind == "same_year" and item.same_year and year[start] != year[start + item.duration_months - 1])

    def _takes(self, item: Item, start: int) -> Mapping[Key, Any]:
        found = self.takes.get((item.id, start))
        if found is None:
            found = self.takes[item.id, start] = demand(self.problem, item, start)
        return found


class _Model:
    """The CP-SAT model of some constraints, with one of them soft when asked."""

    def __init__(self, oracle: Oracle, active: Active, soft: str = "") -> None:
        self.oracle, self.problem, self.soft = oracle, oracle.problem, soft
        self.active = active - {soft}
        self.model: Any = cp_model.CpModel()
        self.slack: Any = 0
        self.scale = 1
        self.impossible = False
        self.x: dict[str, dict[int, Any]] = {}
        self._items()
        if not self.impossible:
            self._bundles()
            self._limits()

    def _items(self) -> None:
        """Choose at most one start of each item, one of a must; a soft rule of an item costs its months."""
        kind, _, code = self.soft.partition(":")
        for item in self.oracle.items:
            must = f"must:{item.id}" in self.active
            starts = self.oracle._domain(item, self.active)  # noqa: SLF001 - the model is the oracle's own
            if must and not starts:
                self.impossible = True
                return
            chosen = self.x[item.id] = {s: self.model.new_bool_var("") for s in starts}
            (self.model.add_exactly_one if must else self.model.add_at_most_one)(list(chosen.values()))
            if code == item.id and kind in OWN:
                self.slack = sum(self.oracle.off(item, s, kind) * x for s, x in chosen.items())
            if code == item.id and kind == "must":
                self.slack = 1 - sum(chosen.values())

    def _bundles(self) -> None:
        """Of a bundle all members start in one year, or none is in."""
        known = {item.id for item in self.oracle.items}
        for name, members in self.problem.bundles.items():
            if f"bundle:{name}" not in self.active or not {p.id for p in members} <= known:
                continue
            for year in self.problem.months.years:
                sums = [self._in_year(p.id, year) for p in members]
                for one in sums[1:]:
                    self.model.add(one == sums[0])
        if self.soft.startswith("bundle:"):
            self.slack = 1

    def _in_year(self, code: str, year: int) -> Any:
        return sum(x for s, x in self.x[code].items() if self.problem.months.year[s] == year)

    def _limits(self) -> None:
        """Keep every shared limit that is active; the soft one may be passed by the slack."""
        parts: dict[Key, list[tuple[Any, Any]]] = defaultdict(list)
        basic: dict[int, list[tuple[Any, Any]]] = defaultdict(list)
        for item in self.oracle.items:
            for start, x in self.x.get(item.id, {}).items():
                for key, amount in self.oracle._takes(item, start).items():  # noqa: SLF001
                    if amount and key[0] != "ratio":
                        parts[key].append((amount, x))
                if isinstance(item, Project) and item.basic_class:
                    basic[self.problem.months.year[start]].append((_share(self.problem, item), x))
        for key, terms in parts.items():
            self._at_most(shared_name(self.problem, key), terms, Fraction(shared_limit(self.problem, key)))
        for year, terms in basic.items():
            self._at_most(f"ratio:{year}", terms, Fraction(0))

    def _at_most(self, name: str, terms: list[tuple[Any, Any]], limit: Fraction) -> None:
        if name not in self.active and name != self.soft:
            return
        scale = lcm(limit.denominator, *(Fraction(amount).denominator for amount, _ in terms))
        total = sum(int(amount * scale) * x for amount, x in terms)
        if name == self.soft:
            most = sum(max(0, int(amount * scale)) for amount, _ in terms)
            self.slack, self.scale = self.model.new_int_var(0, max(most, 1), ""), scale
            total -= self.slack
        self.model.add(total <= int(limit * scale))


def _share(problem: Problem, project: Project) -> Fraction:
    """Return what a project lacks (positive) or gives (negative) of the year's share, in m²."""
    least = Fraction(problem.seismic_energy_min_percent) / 100 * project.floor_area_m2
    return least - project.floor_area_m2 if project.seismic_energy else least
