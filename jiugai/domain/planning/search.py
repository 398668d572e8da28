"""The search: anneal the whole plan once under the prices of the bound, then one district or part of one at a time."""

from collections.abc import Callable
from time import perf_counter

import numpy as np

from jiugai.domain.planning import anneal
from jiugai.domain.planning.anneal import Load, Scratch, Slopes
from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.cooling import AGAIN, WHOLE, Pace, Stage, steps
from jiugai.domain.planning.mend import mend
from jiugai.domain.planning.tables import Floats, Ints

PART = 120


class Search:
    """A plan under annealing, its best feasible state, and its random draws."""

    def __init__(self, dual: Dual, seed: int) -> None:
        self.t, self.x, self.dual = dual.t, dual.x, dual
        self.seed = seed
        self.random = np.random.default_rng(seed)
        self.z: Floats = np.zeros(dual.layout.size)
        self.net: Floats = dual.x.gain
        self.scratch = Scratch(
            np.zeros(self.t.months + 1), np.zeros(self.t.months + 1), np.zeros(max(1, self.t.months)),
            np.zeros(len(self.t.city_limit), np.int64),
        )  # fmt: skip
        self.best: Ints | None = None
        self.points = -np.inf
        self.moves = 0
        self.speed = 0.0  # moves a second
        self.everything = np.flatnonzero(self.t.allowed.any(axis=1)).astype(np.int64)
        self.worth: Floats = self.t.gain.max(axis=1)

    def load(self, start: Ints) -> Load:
        """Return the use of a plan."""
        lay = self.dual.layout
        u = Load(
            np.full(self.t.count, -1, np.int64), np.zeros(lay.years, np.int64),
            np.zeros((lay.districts, lay.years), np.int64), np.zeros((lay.districts, self.t.months), np.int64),
            np.zeros((lay.streets, self.t.months), np.int64), np.zeros(lay.years, np.int64),
        )  # fmt: skip
        anneal.fill(self.x, u, start.astype(np.int64))
        return u

    def slopes(self, times: float, least: float, slots: float = 1.0) -> Slopes:
        """Return the prices times a factor, none below a least one (a street: `slots` times it), for one unit."""
        z = np.maximum(self.z * times, least * self.dual.mean) / self.dual.size
        p, scale = self.dual.layout.split(z), self.t.scale
        slot = np.maximum(p.slot, slots * least * self.dual.mean)
        return Slopes(p.city / scale, p.money / scale, p.area.copy(), slot, p.ratio.copy())

    def use_prices(self, z: Floats, net: Floats) -> None:
        """Take over prices, and what every entry is worth net of them."""
        self.z, self.net = z, net

    def sweep(
        self, u: Load, pool: Ints, slopes: Slopes, heat: float, moves: int, *, swaps: float = 0.0, charge: float = 0.0
    ) -> None:
        """Make some moves, on the clock."""
        began = perf_counter()
        pool = pool[np.argsort(self.t.district[pool], kind="stable")]
        first = np.searchsorted(self.t.district[pool], np.arange(len(self.t.capacity) + 1))
        x = self.x._replace(gain=charge * self.net + (1 - charge) * self.x.gain) if charge else self.x
        anneal.sweep(x, u, slopes, pool, first, self.dual.mean * heat, swaps, moves, self.scratch)
        self.moves += moves
        spent = perf_counter() - began
        if spent > 0.005:
            self.speed = 0.7 * self.speed + 0.3 * moves / spent if self.speed else moves / spent

    def anneal(
        self, u: Load, pool: Ints, pace: "Pace", stages: tuple[Stage, ...], over: Callable[[], bool] = lambda: False
    ) -> None:
        """Run through the stages."""
        for step in steps(stages, pace.rounds):
            if over() or not len(pool):
                return
            slopes = self.slopes(step.slope, step.least)
            self.sweep(u, pool, slopes, step.heat, pace.next(self.speed), swaps=step.swaps, charge=step.charge)

    def settle(self, u: Load, pool: Ints, sweeps: int = 6) -> bool:
        """Let nothing above a limit pay; keep the plan if it is feasible and the best."""
        if len(pool):
            self.sweep(u, pool, self.slopes(1e6, 1e6), 1e-5, sweeps * len(pool), swaps=0.3)
        return self.keep(u)

    def keep(self, u: Load) -> bool:
        """Keep the plan if it is feasible and the best."""
        if not anneal.inside(self.x, u):
            return False
        points = anneal.points(self.x, u.start)
        if points <= self.points:
            return False
        self.best, self.points = u.start.copy(), points
        return True

    def part(self, pool: Ints) -> Ints:
        """Draw a district, or a part of a large one, or parts of two; whole bundles."""
        districts = self.t.district[pool]
        count = 1 if self.random.random() < 0.7 else 2
        picked = self.random.choice(np.unique(districts), size=min(count, len(np.unique(districts))), replace=False)
        rows = pool[np.isin(districts, picked)]
        if len(rows) > PART:
            rows = self._streets(rows) if self.random.random() < 0.5 else self.random.permutation(rows)[:PART]
        bundles = np.unique(self.t.bundle[rows])
        extra = [self.t.members[g] for g in bundles if g >= 0]
        return np.unique(np.concatenate([rows, *extra]))

    def _streets(self, rows: Ints) -> Ints:
        streets = self.random.permutation(np.unique(self.t.street[rows]))
        sizes = np.cumsum([np.count_nonzero(self.t.street[rows] == s) for s in streets])
        return rows[np.isin(self.t.street[rows], streets[: max(1, int(np.searchsorted(sizes, PART)))])]

    def warm(self) -> None:
        """Run every loop once on nothing, so that it is compiled or loaded."""
        u = self.load(np.full(self.t.count, -1))
        self.sweep(u, self.everything[:1], self.slopes(1, 1), 1.0, 1 if len(self.everything) else 0, charge=1.0)
        anneal.inside(self.x, u)
        anneal.points(self.x, u.start)
        self.speed, self.moves = 0.0, 0

    def pace(self, u: Load) -> float:
        """Return the moves a second of the present mixture."""
        trial = self.load(u.start)
        self.speed = 0.0
        moves = 2000
        while not self.speed and moves < 10**6:
            slopes = self.slopes(WHOLE[0].slope[0], WHOLE[0].least[0])
            self.sweep(trial, self.everything, slopes, WHOLE[0].heat[0], moves, swaps=WHOLE[0].swaps, charge=1.0)
            moves *= 2
        return self.speed or 1e6

    def quick(self, u: Load, over: Callable[[], bool]) -> None:
        """Anneal a little without prices from the best plan."""
        for heat in (0.03, 0.02, 0.01, 0.003):
            for _ in range(5):
                if not over():
                    self.sweep(u, self.everything, self.slopes(1, 10), heat, 2 * len(self.everything), swaps=0.3)
        self.settle(u, self.everything)

    def finish(self, u: Load, over: Callable[[], bool]) -> None:
        """Settle an annealed plan; mend it where a limit is still broken."""
        self.settle(u, self.everything)
        if not anneal.inside(self.x, u) and mend(self, u, AGAIN, over):
            self.settle(u, self.everything)

    def improve(self, u: Load, part: Ints, sweeps: int, over: Callable[[], bool]) -> bool:
        """Anneal a part of the best plan again; keep it if it became better, else go back."""
        before = u.start.copy()
        self.anneal(u, part, Pace(sweeps * len(part)), AGAIN, over)
        if self.settle(u, part):
            return True
        for row in part:
            if u.start[row] != before[row]:
                anneal.move_to(self.x, u, int(row), int(before[row]))
        return False
