"""Seat what has to be in the plan: by CP-SAT on the musts, the works and what could lift the seismic share.

A project that nobody demands can be left out, and that frees what it uses; so the model needs musts (with their
bundles), works, and projects whose seismic/energy area may lift a year's share. No seat for these means no plan at all.
"""

from enum import StrEnum
from typing import Any

import numpy as np

from jiugai.domain.planning.tables import Ints, Tables


class Seating(StrEnum):
    """What came of it."""

    FOUND = "found"
    NONE = "none"
    UNKNOWN = "unknown"


def seat(t: Tables, *, seconds: float, threads: int, seed: int) -> tuple[Seating, Ints]:
    """Return whether the musts can be seated and how; NONE is a proof that there is no plan."""
    rows = _needed(t)
    start: Ints = np.full(t.count, -1, np.int64)
    if not t.allowed[t.must].any(axis=1).all():
        return Seating.NONE, start
    units = np.stack([t.city_unit, t.district_unit])
    found = _solve(t, rows, units, start, seconds, threads, seed)
    if found is Seating.NONE and not (units == t.unit_low).all():
        # shares were rounded up: only without any plan by shares rounded down there is none
        found = _solve(t, rows, t.unit_low, start.copy(), seconds, threads, seed)
        return (found if found is Seating.NONE else Seating.UNKNOWN), start
    return found, start


def _needed(t: Tables) -> Ints:
    need = t.must.copy()
    if need[: t.projects].any():
        need |= t.ratio > 0
    for group in t.members:
        if need[group].any():
            need[group] = True
    return np.flatnonzero(need & (t.must | t.allowed.any(axis=1)))


def _solve(t: Tables, rows: Ints, units: Ints, start: Ints, seconds: float, threads: int, seed: int) -> Seating:
    from ortools.sat.python import cp_model

    model: Any = cp_model.CpModel()
    x = {(int(i), int(s)): model.new_bool_var("") for i in rows for s in np.flatnonzero(t.allowed[i])}
    choices(model, t, rows, x)
    limits(model, t, x, units)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        for (i, s), chosen in x.items():
            if solver.value(chosen):
                start[i] = s
        return Seating.FOUND
    return Seating.NONE if status == cp_model.INFEASIBLE else Seating.UNKNOWN


def choices(model: Any, t: Tables, rows: Ints, x: dict[tuple[int, int], Any]) -> None:
    """Add that an item starts once at most (a must once), and what binds a bundle."""
    for i in map(int, rows):
        chosen = [x[i, int(s)] for s in np.flatnonzero(t.allowed[i])]
        (model.add_exactly_one if t.must[i] else model.add_at_most_one)(chosen)
    inside = set(map(int, rows))
    for group in t.members:
        if int(group[0]) in inside:
            for y in range(len(t.city_limit)):
                sums = [sum(x[int(i), int(s)] for s in np.flatnonzero(t.allowed[i] & (t.year == y))) for i in group]
                for other in sums[1:]:
                    model.add(sums[0] == other)


def limits(model: Any, t: Tables, x: dict[tuple[int, int], Any], units: Ints) -> None:
    """Add the shared limits and the ratio, in whole numbers."""
    used: dict[tuple[str, int, int], list[tuple[int, Any]]] = {}
    for (i, s), chosen in x.items():
        for key, amount in _takes(t, i, s, units):
            used.setdefault(key, []).append((amount, chosen))
    for (kind, code, when), terms in used.items():
        total = sum(amount * chosen for amount, chosen in terms)
        if kind == "ratio":
            model.add(total >= 0)
        else:
            limit = {"slot": t.most_active, "area": t.capacity}.get(kind)
            most = (
                limit[code] if limit is not None else (t.city_limit if kind == "city" else t.district_limit[code])[when]
            )
            model.add(total <= int(most))


def _takes(t: Tables, i: int, s: int, units: Ints) -> list[tuple[tuple[str, int, int], int]]:
    months = range(s, s + int(t.duration[i]))
    found = [(("slot", int(t.street[i]), m), 1) for m in months]
    if i >= t.projects:
        return found
    d = int(t.district[i])
    found += [(("area", d, m), int(t.area[i])) for m in months]
    for y in sorted({int(t.year[m]) for m in months}):
        count = sum(int(t.year[m]) == y for m in months)
        found += [(("city", 0, y), count * int(units[0, i])), (("money", d, y), count * int(units[1, i]))]
    if t.ratio[i]:
        found.append((("ratio", 0, int(t.year[s])), int(t.ratio[i])))
    return found
