"""What branch and cut is put to: regions of districts at fixed prices of city money and ratio, and their streets.

What is left of the bound above the plan, for its size, says where branch and cut pays most; that comes first.
"""

from threading import Lock

import numpy as np

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Model
from jiugai.domain.planning.streets import Streets, Waiting
from jiugai.domain.planning.tables import Floats, Ints, Tables

LARGEST = 9000  # entries up to which a region is put to branch and cut
PACE = 300.0  # entries of a region of which branch and cut sees most in a second
FOUND = 0.4  # share of what stands above the plan that a region gives for its time, beside a street
UNPRICED = frozenset({"slot", "area", "money"})


def saved(t: Tables, plan: Ints) -> Floats:
    """Return what each pair saves in a plan (start by row, -1 out)."""
    a, b = t.pairs.T if len(t.pairs) else np.zeros((2, 0), np.int64)
    meet = (plan[a] < plan[b] + t.duration[b]) & (plan[b] < plan[a] + t.duration[a])
    return np.where(meet & (plan[a] >= 0) & (plan[b] >= 0), t.saving, 0.0)


def earned(t: Tables, plan: Ints, worth: Floats, group: Ints, count: int) -> Floats:
    """Return what a plan is worth in each group of items, with the pairs inside it."""
    rows = np.flatnonzero(plan >= 0)
    total = np.bincount(group[rows], worth[rows, plan[rows]], minlength=count)
    ends = group[t.pairs].reshape(-1, 2)
    within = ends[:, 0] == ends[:, 1]
    return np.asarray(total + np.bincount(ends[within, 0], saved(t, plan)[within], minlength=count))


class Regions:
    """Bounds by region (districts that bundles or pairs join), from the prices, from streets, from branch and cut."""

    def __init__(self, dual: Dual) -> None:
        self.t, self.lock = dual.t, Lock()
        self.parts, region = dual.regions()
        self.streets, self.by_street = Streets(dual), self.parts.copy()
        self.region: Ints = region[self.t.district]
        self.city, self.worth = self._citywide(dual)
        counts = np.bincount(self.region, np.diff(dual.x.first), minlength=len(self.parts)).astype(np.int64)
        self.waiting = Waiting(np.flatnonzero((counts > 0) & (counts <= LARGEST)), counts, PACE)

    @staticmethod
    def _citywide(dual: Dual) -> tuple[float, Floats]:
        """Return what city money is worth at its price, and the points of each start less what it takes of it."""
        z = np.zeros_like(dual.best_z)
        prices, best = dual.layout.split(z), dual.layout.split(dual.best_z)
        prices.city[:], prices.ratio[:] = best.city, best.ratio
        worth = np.zeros_like(dual.t.gain)
        worth[dual.t.allowed] = dual.net(z)
        return float(((z / dual.size) * dual.limit).sum()), worth

    def next(self, plan: Ints | None) -> tuple[int, int]:
        """Take the next piece of work: a region and -1, or -1 and a street; twice -1 when nothing is left."""
        one, other = self.waiting, self.streets.waiting
        with self.lock:
            r, more = one.best(self._above(self.parts, plan, self.worth, self.region))
            s, less = other.best(self._above(self.streets.value, plan, self.streets.worth, self.streets.of_item))
            if r >= 0 and (s < 0 or FOUND * more >= less):
                one.todo.remove(r)
                return r, -1
            if s >= 0:
                other.todo.remove(s)
            return -1, s

    def _above(self, value: Floats, plan: Ints | None, worth: Floats, group: Ints) -> Floats:
        """Return how much the bound of each group of items lies above the plan."""
        return value if plan is None else value - earned(self.t, plan, worth, group, len(value))

    def share(self, r: int) -> float:
        """Return a region's share of the time that is left for it and those that wait."""
        sizes = np.sqrt(self.waiting.sizes)
        return float(sizes[r] / (sizes[r] + sizes[self.waiting.todo].sum()))

    def model(self, r: int) -> Model:
        """Return the model of a region, under what is known of its streets."""
        rows = np.flatnonzero(self.region == r)
        return Model(self.t, rows, self.worth, UNPRICED, self.streets.ceilings(rows),
                     steps=bool(self.waiting.tries[r]))  # fmt: skip

    def settled(self, s: int, bound: float) -> float:
        """Take the bound of a street; return the bound of all."""
        r = int(self.region[self.streets.items(s)[0]])
        less = self.streets.settle(s, bound)
        with self.lock:
            self.by_street[r] -= less
            part = float(self.by_street[r])
        return self.lowered(r, part)

    def lowered(self, r: int, bound: float) -> float:
        """Take the bound of a region if it is tighter; return the bound of all."""
        with self.lock:
            self.parts[r] = min(self.parts[r], bound)
            return self.city + float(self.parts.sum()) + 1e-9 * (1 + self.city + float(np.abs(self.parts).sum()))

    def close(self, r: int) -> None:
        """Leave out the streets of a region whose optimum is known."""
        with self.lock:
            done = set(map(int, self.streets.of_item[self.region == r]))
            self.streets.waiting.todo = [s for s in self.streets.waiting.todo if s not in done]
