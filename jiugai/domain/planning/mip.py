"""The exact model of some items for HiGHS, with a column for each start, or in steps.

Its proven bound is tighter than that of the prices, because branch and cut sees that projects are whole. In steps
column k of an item is 1 once it has started by its k-th month: a limit of one month takes two columns an item, and one
branch cuts its months in halves, which closes small models sooner. With a column for each start the first cuts are
better. Pairs stand in it by strong rows: starts of one item before p save nothing unless the other starts late enough
to meet it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np

from jiugai.domain.planning.tables import Floats, Ints, Tables

INFINITE = 1e30
HEAVY = 1e5
EVERY_LIMIT = frozenset({"slot", "area", "money", "city", "ratio"})

Terms = list[tuple[int, float]]


class Ceiling(NamedTuple):
    """What some items are worth together at most, known from a model of their own; `worth` by item and start."""

    items: Ints
    worth: Floats
    most: float


@dataclass
class Rows:
    """Rows of a model, in the order they came."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    first: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, low: float, high: float, terms: Iterable[tuple[int, float]]) -> None:
        """Add one row; a column may be named several times."""
        whole: dict[int, float] = defaultdict(float)
        for k, v in terms:
            whole[k] += v
        kept = [(k, v) for k, v in whole.items() if v]
        if not kept and low <= 0 <= high:
            return
        self.low.append(low)
        self.high.append(high)
        self.index += [k for k, _ in kept]
        self.value += [v for _, v in kept]
        self.first.append(len(self.index))


class Model:
    """Items of a problem with what their starts are worth (by default the points) and the limits that stand in it.

    Limits left out are to be priced in `worth`.
    """

    def __init__(
        self, t: Tables, items: Ints, worth: Floats | None = None, limits: frozenset[str] = EVERY_LIMIT,
        ceilings: Iterable[Ceiling] = (), *, steps: bool = True,
    ) -> None:  # fmt: skip
        self.t, self.limits, self.steps = t, limits, steps
        self.worth = t.gain if worth is None else worth
        self.starts = {int(i): np.flatnonzero(t.allowed[i]) for i in items}
        self.base: dict[int, int] = {}
        self.rows = Rows()
        self.cost: list[float] = []
        self.earned: dict[int, tuple[int, int]] = {}
        for i, starts in self.starts.items():
            self._columns(i, starts)
        self.integers = len(self.cost)
        self._bundles()
        self._uses()
        self._pairs()
        for ceiling in ceilings:
            self._under(ceiling)

    def _columns(self, i: int, starts: Ints) -> None:
        first = self.base[i] = len(self.cost)
        self.cost += [0.0] * len(starts)
        for k, v in self._each(i, self.worth[i, starts]):
            self.cost[k] = v
        self.rows.add(1.0 if self.t.must[i] else -INFINITE, 1.0, self._in(i))
        for k in range(first + 1, first + len(starts)) if self.steps else ():
            self.rows.add(-INFINITE, 0.0, [(k - 1, 1.0), (k, -1.0)])

    def _by(self, i: int, month: int, sign: float = 1.0) -> Terms:
        """Whether an item has started by a month."""
        k = int(np.searchsorted(self.starts[i], month, side="right"))
        return [(self.base[i] + j, sign) for j in range(max(0, k - 1) if self.steps else 0, k)]

    def _in(self, i: int, sign: float = 1.0) -> Terms:
        """Whether an item is in the plan."""
        return self._by(i, self.t.months, sign)

    def _each(self, i: int, value: Floats) -> Terms:
        """A value for each start of an item."""
        if self.steps and len(value):
            value = value - np.append(value[1:], 0.0)
        return [(self.base[i] + int(k), float(value[k])) for k in np.flatnonzero(value)]

    def _bundles(self) -> None:
        """Let the members of a bundle start in one year."""
        for group in self.t.members:
            head = int(group[0])
            if head in self.starts and len(self.starts[head]):
                for other in map(int, group[1:]):
                    for last in np.flatnonzero(np.diff(self.t.year, append=-1)):
                        self.rows.add(0.0, 0.0, [*self._by(head, int(last)), *self._by(other, int(last), -1.0)])

    def _uses(self) -> None:
        used: dict[tuple[str, int, int], Terms] = defaultdict(list)
        for i, starts in self.starts.items():
            if len(starts):
                self._in_months(used, i)
            if len(starts) and i < self.t.projects:
                self._in_years(used, i)
        for (kind, code, when), terms in used.items():
            if kind == "ratio":
                self.rows.add(0.0, INFINITE, terms)
            else:
                self.rows.add(-INFINITE, self._limit(kind, code, when), terms)

    def _in_months(self, used: dict[tuple[str, int, int], Terms], i: int) -> None:
        """Add what an item takes of the limits of each month."""
        t, n, starts = self.t, int(self.t.duration[i]), self.starts[i]
        for m in range(int(starts[0]), int(starts[-1]) + n):
            active = [*self._by(i, m), *self._by(i, m - n, -1.0)]
            if "slot" in self.limits:
                used["slot", int(t.street[i]), m] += active
            if "area" in self.limits and i < t.projects:
                used["area", int(t.district[i]), m] += [(k, v * float(t.area[i])) for k, v in active]

    def _in_years(self, used: dict[tuple[str, int, int], Terms], i: int) -> None:
        """Add what a project takes of the limits of each year."""
        t, starts = self.t, self.starts[i]
        months = starts[:, None] + np.arange(t.duration[i])
        for y in range(len(t.city_limit)):
            count = (t.year[months] == y).sum(axis=1)
            for kind, owner, code in (("city", 0, 0), ("money", 1, int(t.district[i]))):
                if kind in self.limits and count.any():
                    used[kind, code, y] += self._each(i, count * (t.unit_low[owner, i] / t.scale))
            if "ratio" in self.limits and t.ratio[i]:
                used["ratio", 0, y] += self._each(i, (t.year[starts] == y) * (float(t.ratio[i]) / HEAVY))

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
                    self.rows.add(-INFINITE, 0.0, [(earned, 1.0), *self._in(i, -1.0)])
                self._strong(earned, a, b)

    def _strong(self, earned: int, a: int, b: int) -> None:
        """Add, for each start p of a: saved by a before p, or by b late enough to meet p; and the mirror of it."""
        n, m = int(self.t.duration[a]), int(self.t.duration[b])
        seen = 0
        for p in map(int, self.starts[a]):
            late = [*self._in(b, -1.0), *self._by(b, p - m)]
            missed = int(np.searchsorted(self.starts[b], p - m, side="right"))
            if missed > seen:
                self.rows.add(-INFINITE, 0.0, [(earned, 1.0), *self._by(a, p - 1, -1.0), *late])
            seen = missed
            if int(self.starts[b][-1]) >= p + n:
                early = self._by(b, p + n - 1, -1.0)
                self.rows.add(-INFINITE, 0.0, [(earned, 1.0), *self._in(a, -1.0), *self._by(a, p), *early])

    def _under(self, ceiling: Ceiling) -> None:
        items = set(map(int, ceiling.items))
        terms = [term for i in items for term in self._each(i, ceiling.worth[i, self.starts[i]])]
        terms += [(k, self.cost[k]) for k, ends in self.earned.items() if items.issuperset(ends)]
        self.rows.add(-INFINITE, ceiling.most, terms)

    def values(self, plan: Ints) -> Floats:
        """Return the columns of a plan (start by row, -1 out)."""
        value, t = np.zeros(len(self.cost)), self.t
        for i, starts in self.starts.items():
            if plan[i] >= 0:
                mine = starts >= plan[i] if self.steps else starts == plan[i]
                value[self.base[i] : self.base[i] + len(starts)] = mine
        for k, (a, b) in self.earned.items():
            sa, sb = plan[a], plan[b]
            value[k] = float(min(sa, sb) >= 0 and sa < sb + t.duration[b] and sb < sa + t.duration[a])
        return value

    def plan(self, value: Iterable[float]) -> dict[int, int]:
        """Return the starts that columns stand for."""
        on = np.asarray(list(value)) > 0.5
        found = {}
        for i, starts in self.starts.items():
            mine = on[self.base[i] : self.base[i] + len(starts)]
            if mine.any():
                found[i] = int(starts[int(np.argmax(mine))])
        return found

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
    solver = _solver(seconds, effort, seed, stop)
    solver.passModel(model.lp())
    if plan is not None:
        solution = highspy.HighsSolution()
        solution.col_value = model.values(plan)
        solver.setSolution(solution)
    solver.run()
    return _answer(model, solver)


def _solver(seconds: float, effort: float, seed: int, stop: Callable[[], bool]) -> Any:
    """Return HiGHS, silent, on one thread, that asks now and then whether to stop."""
    import highspy

    solver: Any = cast("Any", highspy).Highs()
    for name, value in (
        ("log_to_console", False), ("output_flag", False), ("threads", 1), ("time_limit", max(0.1, seconds)),
        ("mip_rel_gap", 1e-6), ("mip_heuristic_effort", effort), ("random_seed", seed),
    ):  # fmt: skip
        solver.setOptionValue(name, value)
    solver.HandleUserInterrupt = True
    for event in (solver.cbMipInterrupt, solver.cbSimplexInterrupt):
        event += lambda said: said.interrupt() if stop() else None
    return solver


def _answer(model: Model, solver: Any) -> Answer:
    import highspy

    info, status = solver.getInfo(), solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(-np.inf, {}, closed=True, infeasible=True)
    bound = info.mip_dual_bound if np.isfinite(info.mip_dual_bound) else np.inf
    starts: dict[int, int] = {}
    if info.primal_solution_status == 2:
        starts = model.plan(solver.getSolution().col_value)
    closed = status == highspy.HighsModelStatus.kOptimal
    return Answer(bound + 1e-6 * (1 + abs(bound)), starts, closed)
