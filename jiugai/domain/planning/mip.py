"""The exact model of some districts for HiGHS: a 0/1 column for each start, city money and ratio priced or limited.

Its proven bound is tighter than that of the prices, because branch and cut sees that projects are whole. Pairs stand in
it by strong rows: starts of one item before p save nothing unless the other starts late enough to meet it.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from jiugai.domain.planning.tables import Floats, Ints, Tables

INFINITE = 1e30
HEAVY = 1e5


@dataclass
class Rows:
    """Rows of a model, in the order they came."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, low: float, high: float, terms: list[tuple[int, float]]) -> None:
        """Add one row."""
        self.low.append(low)
        self.high.append(high)
        self.index += [k for k, _ in terms]
        self.value += [v for _, v in terms]
        self.first.append(len(self.index))


class Model:
    """Items `rows` of a problem; `city` and `ratio` are prices by year, or None where the limit itself stands."""

    def __init__(self, t: Tables, rows: Ints, city: Floats | None = None, ratio: Floats | None = None) -> None:
        self.t, self.items = t, rows
        self.city, self.ratio = city, ratio
        self.rows = Rows()
        self.cost: list[float] = []
        self.starts = {int(i): np.flatnonzero(t.allowed[i]) for i in rows}
        self.column: dict[tuple[int, int], int] = {}
        self.earned: dict[int, tuple[int, int]] = {}
        self.integers = 0
        self._columns()
        self._choices()
        self._limits()
        self._pairs()

    def _columns(self) -> None:
        t, unit = self.t, self.t.unit_low / self.t.scale
        for i, starts in self.starts.items():
            for s in map(int, starts):
                self.column[i, s] = len(self.cost)
                gain = float(t.gain[i, s])
                if i < t.projects:
                    count = np.bincount(t.year[s : s + t.duration[i]], minlength=len(t.city_limit))
                    gain -= float((self.city * count).sum() * unit[0, i]) if self.city is not None else 0.0
                    gain += float(self.ratio[t.year[s]] * t.ratio[i]) if self.ratio is not None else 0.0
                self.cost.append(gain)
        self.integers = len(self.cost)

    def _choices(self) -> None:
        t = self.t
        for i, starts in self.starts.items():
            if (t.bundle[i] < 0 or t.must[i]) and (len(starts) or t.must[i]):
                self.rows.add(1.0 if t.must[i] else -INFINITE, 1.0, [(self.column[i, int(s)], 1.0) for s in starts])
        for group in t.members:
            if int(group[0]) not in self.starts or not len(self.starts[int(group[0])]):
                continue
            by_year = [[self._in_year(int(i), y) for y in range(len(t.city_limit))] for i in group]
            if not t.must[group[0]]:
                self.rows.add(-INFINITE, 1.0, [(k, 1.0) for year in by_year[0] for k in year])
            for other in by_year[1:]:
                for head, mine in zip(by_year[0], other, strict=True):
                    self.rows.add(0.0, 0.0, [*((k, 1.0) for k in head), *((k, -1.0) for k in mine)])

    def _in_year(self, i: int, year: int) -> list[int]:
        return [self.column[i, int(s)] for s in self.starts[i] if self.t.year[s] == year]

    def _limits(self) -> None:
        t = self.t
        used: dict[tuple[str, int, int], list[tuple[int, float]]] = defaultdict(list)
        for (i, s), k in self.column.items():
            for m in range(s, s + int(t.duration[i])):
                used["slot", int(t.street[i]), m].append((k, 1.0))
                if i < t.projects:
                    used["area", int(t.district[i]), m].append((k, float(t.area[i])))
            if i < t.projects:
                self._money(used, i, s, k)
        for (kind, code, when), terms in used.items():
            if kind == "ratio":
                self.rows.add(0.0, INFINITE, terms)
            else:
                self.rows.add(-INFINITE, self._limit(kind, code, when), terms)

    def _money(self, used: dict[tuple[str, int, int], list[tuple[int, float]]], i: int, s: int, k: int) -> None:
        t, unit = self.t, self.t.unit_low[:, i] / self.t.scale
        count = np.bincount(t.year[s : s + t.duration[i]], minlength=len(t.city_limit))
        for y in map(int, np.flatnonzero(count)):
            used["money", int(t.district[i]), y].append((k, float(count[y] * unit[1])))
            if self.city is None:
                used["city", 0, y].append((k, float(count[y] * unit[0])))
        if self.ratio is None and t.ratio[i]:
            used["ratio", 0, int(t.year[s])].append((k, float(t.ratio[i]) / HEAVY))

    def _limit(self, kind: str, code: int, when: int) -> float:
        t = self.t
        if kind in ("slot", "area"):
            return float(t.most_active[code] if kind == "slot" else t.capacity[code])
        return float((t.city_limit[when] if kind == "city" else t.district_limit[code, when]) / t.scale)

    def _pairs(self) -> None:
        t = self.t
        for (a, b), saving in zip(t.pairs.tolist(), t.saving.tolist(), strict=True):
            if a in self.starts and b in self.starts and len(self.starts[a]) and len(self.starts[b]):
                earned = len(self.cost)
                self.earned[earned] = (a, b)
                self.cost.append(saving)
                for i in (a, b):
                    self.rows.add(
                        -INFINITE, 0.0, [(earned, 1.0), *((self.column[i, int(s)], -1.0) for s in self.starts[i])]
                    )
                self._strong(earned, a, b)

    def _strong(self, earned: int, a: int, b: int) -> None:
        """Add, for each start p of a: saved by a before p, or by b late enough to meet p; and the mirror of it."""
        n, m, seen = int(self.t.duration[a]), int(self.t.duration[b]), set[tuple[int, ...]]()
        for p in map(int, self.starts[a]):
            for early in (True, False):
                mine = [s for s in self.starts[a] if (s < p if early else s > p)]
                other = [s for s in self.starts[b] if (s > p - m if early else s < p + n)]
                key = (early, len(other))
                if len(other) < len(self.starts[b]) and (not early or key not in seen):
                    terms = [
                        *((self.column[a, int(s)], -1.0) for s in mine),
                        *((self.column[b, int(s)], -1.0) for s in other),
                    ]
                    self.rows.add(-INFINITE, 0.0, [(earned, 1.0), *terms])
                    seen.add(key)

    def values(self, plan: Ints) -> Floats:
        """Return the columns of a plan (start by row, -1 out)."""
        value, t = np.zeros(len(self.cost)), self.t
        for i, s in ((i, int(plan[i])) for i in self.starts if plan[i] >= 0):
            if (i, s) in self.column:
                value[self.column[i, s]] = 1.0
        for k, (a, b) in self.earned.items():
            sa, sb = plan[a], plan[b]
            value[k] = float(min(sa, sb) >= 0 and sa < sb + t.duration[b] and sb < sa + t.duration[a])
        return value

    def lp(self) -> Any:
        """Return the model in HiGHS's own terms."""
        import highspy

        lp, count = highspy.HighsLp(), len(self.cost)
        lp.num_col_, lp.num_row_ = count, len(self.rows.low)
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = np.array(self.cost), np.zeros(count), np.ones(count)
        lp.row_lower_, lp.row_upper_ = np.array(self.rows.low), np.array(self.rows.high)
        lp.sense_ = highspy.ObjSense.kMaximize
        matrix = lp.a_matrix_
        matrix.format_, matrix.num_col_, matrix.num_row_ = highspy.MatrixFormat.kRowwise, count, lp.num_row_
        matrix.start_, matrix.index_ = np.array(self.rows.first), np.array(self.rows.index, np.int64)
        matrix.value_ = np.array(self.rows.value, np.float64)
        kinds = highspy.HighsVarType
        lp.integrality_ = [kinds.kInteger] * self.integers + [kinds.kContinuous] * (count - self.integers)
        return lp


@dataclass(frozen=True)
class Answer:
    """What branch and cut found: a proven bound, the starts of its best solution (may be empty), whether it closed."""

    bound: float
    starts: dict[int, int]
    closed: bool
    infeasible: bool = False


def branch(
    model: Model,
    *,
    seconds: float,
    effort: float = 0.0,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    plan: Ints | None = None,
) -> Answer:
    """Run HiGHS on the model, from a plan if there is one; the bound is widened by what its tolerances can hide."""
    import highspy

    if not model.cost:
        return Answer(0.0, {}, closed=True)
    solver: Any = cast("Any", highspy).Highs()
    for name, value in (
        ("log_to_console", False), ("output_flag", False), ("threads", 1), ("time_limit", max(0.1, seconds)),
        ("mip_rel_gap", 1e-6), ("mip_heuristic_effort", effort), ("random_seed", seed),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    solver.HandleUserInterrupt = True
    for event in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
        event += lambda said: said.interrupt() if stop() else None
    solver.passModel(model.lp())
    if plan is not None:
        solution = highspy.HighsSolution()
        solution.col_value = model.values(plan)
        solver.setSolution(solution)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(-np.inf, {}, closed=True, infeasible=True)
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else np.inf
    starts: dict[int, int] = {}
    if info.primal_solution_status == 2:
        values = solver.getSolution().col_value
        starts = {i: s for (i, s), k in model.column.items() if values[k] > 0.5}
    closed = status == highspy.HighsModelStatus.kOptimal
    return Answer(bound + 1e-6 * (1 + abs(bound)), starts, closed)
