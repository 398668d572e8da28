"""The search: anneal the whole plan once under the prices of the bound, then one district or part of one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from jiugai.domain.planning import anneal
from jiugai.domain.planning.anneal import Load, Scratch, Slopes
from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.tables import Floats, Ints

PART = 120
ROUNDS = 60


@dataclass(frozen=True)
class Stage:
    """Part of an annealing: its share of the moves, and how heat, slopes and charge run from first to last.

    `slope` multiplies the prices of what stands above a limit, `least` is the lowest such price. `charge` is the share
    of the prices that is charged for all use, also below the limit: at first only what is worth its price comes in,
    in the end whatever fits. `swaps` is the share of exchanges among the moves.
    """

    share: float
    heat: tuple[float, float]
    slope: tuple[float, float]
    least: tuple[float, float]
    charge: tuple[float, float]
    swaps: float


WHOLE = (
    Stage(0.85, (0.05, 0.002), (0.05, 300.0), (0.02, 30.0), (1.0, 0.0), 0.5),
    Stage(0.15, (0.003, 0.0005), (300.0, 1000.0), (30.0, 300.0), (0.0, 0.0), 0.6),
)
AGAIN = (
    Stage(0.8, (0.05, 0.002), (0.1, 300.0), (0.03, 30.0), (1.0, 0.0), 0.5),
    Stage(0.2, (0.003, 0.001), (300.0, 1000.0), (30.0, 300.0), (0.0, 0.0), 0.6),
)


def between(ends: tuple[float, float], share: float) -> float:
    """Return the value on the geometric way from the first to the last."""
    return float(ends[0] * (ends[1] / ends[0]) ** share)


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

    def load(self, start: Ints) -> Load:
        """Return the use of a plan."""
        lay = self.dual.layout
        u = Load(
            np.full(self.t.count, -1, np.int64), np.zeros(lay.years, np.int64),
            np.zeros((lay.districts, lay.years), np.int64), np.zeros((lay.districts, self.t.months), np.int64),
            np.zeros((lay.streets, self.t.months), np.int64), np.zeros(lay.years, np.int64),
        )  # fmt: skip
        for row in np.flatnonzero(start >= 0):
            anneal.put(self.x, u, int(row), int(start[row]), 1)
        return u

    def slopes(self, times: float, least: float) -> Slopes:
        """Return the prices times a factor, none below a least one; in points for one unit."""
        z = np.maximum(self.z * times, least * self.dual.mean) / self.dual.size
        p, scale = self.dual.layout.split(z), self.t.scale
        return Slopes(p.city / scale, p.money / scale, p.area.copy(), p.slot.copy(), p.ratio.copy())

    def use_prices(self) -> None:
        """Take over the best prices of the bound."""
        self.z = self.dual.best_z.copy()
        self.net = self.dual.net(self.z)

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
        self, u: Load, pool: Ints, moves: int, stages: tuple[Stage, ...], over: Callable[[], bool] = lambda: False
    ) -> None:
        """Run through the stages with about `moves` moves."""
        rounds = int(min(ROUNDS, max(6, moves // 300)))
        for stage in stages:
            steps = max(2, round(rounds * stage.share))
            for k in range(steps):
                if over():
                    return
                share = k / (steps - 1)
                slopes = self.slopes(between(stage.slope, share), between(stage.least, share))
                charge = stage.charge[0] + (stage.charge[1] - stage.charge[0]) * share
                part = max(1, int(moves * stage.share / steps))
                self.sweep(u, pool, slopes, between(stage.heat, share), part, swaps=stage.swaps, charge=charge)

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

    def whole(self, u: Load, moves: int, over: Callable[[], bool]) -> None:
        """Anneal everything and keep what comes of it."""
        self.anneal(u, self.everything, moves, WHOLE, over)
        self.settle(u, self.everything)

    def improve(self, u: Load, sweeps: int, over: Callable[[], bool]) -> bool:
        """Anneal a part of the best plan again; keep it if it became better, else go back."""
        part = self.part(self.everything)
        before = u.start.copy()
        self.anneal(u, part, sweeps * len(part), AGAIN, over)
        if self.settle(u, part):
            return True
        for row in part:
            if u.start[row] != before[row]:
                if u.start[row] >= 0:
                    anneal.put(self.x, u, int(row), int(u.start[row]), -1)
                if before[row] >= 0:
                    anneal.put(self.x, u, int(row), int(before[row]), 1)
        return False
