"""Locks as constraints of a clash: a start held fast, a project that must be in or must stay out.

`fixed:ID`, `must_in:ID` and `must_out:ID` take part in a clash like the constraints of the problem, and the fewest of
them that have to be let go are found exactly. A lock is what a person can change at no cost: it comes last in a clash,
and first among the ways out.
"""

from dataclasses import dataclass, replace
from typing import Any

from ortools.sat.python import cp_model

from jiugai.domain.planning.constraints import is_lock, split
from jiugai.domain.planning.feasibility import Active, Oracle, Relaxed, _Model, relevant
from jiugai.domain.planning.problem import Item
from jiugai.domain.planning.tables import FREE, Locks

Release = tuple[str, int | None]  # the lock let go, and the start that its project takes instead


@dataclass
class LockedOracle(Oracle):
    """Answers for constraints and locks together."""

    locks: Locks = FREE

    def __post_init__(self) -> None:
        """Take in what is locked as if it were a must: it can matter for feasibility just as much."""
        inside = {*self.locks.starts, *self.locks.inside}
        projects = tuple(replace(p, must=p.must or p.id in inside) for p in self.problem.projects)
        self.items = [self.problem.items[item.id] for item in relevant(replace(self.problem, projects=projects))]

    def names(self) -> list[str]:
        """Return every constraint and every lock that can take part."""
        here = {item.id for item in self.items}
        sets = (("fixed", self.locks.starts), ("must_in", self.locks.inside), ("must_out", self.locks.outside))
        return [*super().names(), *(f"{kind}:{code}" for kind, codes in sets for code in sorted(here & set(codes)))]

    def _ask(self, active: Active) -> bool | None:
        return super()._ask(_with_musts(active))

    def least(self, active: Active, name: str) -> Relaxed:
        """Return the least amount by which a constraint of the problem must give way while the locks hold."""
        return super().least(_with_musts(active), name)

    def _domain(self, item: Item, active: Active) -> list[int]:
        if f"must_out:{item.id}" in active:
            return []
        starts = super()._domain(item, active)
        if f"fixed:{item.id}" not in active:
            return starts
        return [start for start in starts if start == self.locks.starts[item.id]]

    def moved(self, active: Active, name: str) -> int | None:
        """Return the start nearest to a locked one with which all the rest holds; None when there is none."""
        code = split(name)[1]
        built = _Model(self, _with_musts(active - {name}) | {f"must:{code}"})
        if built.impossible:
            return None
        at = self.locks.starts[code]
        built.model.minimize(sum(abs(start - at) * x for start, x in built.x[code].items()))
        status, solver = self._solve(built.model)
        if status != cp_model.OPTIMAL:
            return None
        return next(start for start, x in built.x[code].items() if solver.boolean_value(x))

    def release(self, active: Active) -> list[Release] | None:
        """Return the fewest locks to let go, moved by the fewest months; None when that was not proven or helps not."""
        held = [name for name in active if is_lock(name)]
        built = _Model(self, active - set(held))
        if built.impossible or not held:
            return None
        most = self.problem.months.count
        costs = {name: self._cost(name, built.x[split(name)[1]], most) for name in sorted(held)}
        heavy = most * len(held) + 1
        built.model.minimize(sum(heavy * broken + months for broken, months in costs.values()))
        status, solver = self._solve(built.model)
        if status != cp_model.OPTIMAL:
            return None
        return [
            (name, next((s for s, x in built.x[split(name)[1]].items() if solver.boolean_value(x)), None))
            for name, (broken, _) in costs.items()
            if solver.value(broken)
        ]

    def _cost(self, name: str, x: dict[int, Any], most: int) -> tuple[Any, Any]:
        """Return whether a lock is let go, and by how many months its project moves."""
        kind, code, _ = split(name)
        chosen = sum(x.values())
        if kind == "must_out":
            return chosen + 0, 0
        if kind == "must_in":
            return 1 - chosen, 0
        at = self.locks.starts[code]
        return 1 - x.get(at, 0) + 0, sum(abs(start - at) * one for start, one in x.items()) + most * (1 - chosen)


def _with_musts(active: Active) -> Active:
    """Say of what is locked in that it must be in."""
    inside = [split(name)[1] for name in active if split(name)[0] in ("fixed", "must_in")]
    return active | {f"must:{code}" for code in inside}
