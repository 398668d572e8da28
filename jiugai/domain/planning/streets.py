"""Streets one by one: at the prices of money and area each is a small problem that branch and cut solves exactly.

The prices alone let half a project stand in a street that has room for two; what the whole streets are worth is a
tighter bound for their district, in seconds. Bundles lie in one street; pairs across streets keep their messages.
"""

from threading import Lock

import numpy as np

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Ceiling, Model
from jiugai.domain.planning.tables import Bools, Floats, Ints

INSIDE = frozenset({"slot"})
PACE = 400.0  # entries of a street of which branch and cut sees most in a second
LEAST = 0.2
LONGER = 4.0
WORTHWHILE = 0.01  # of the mean points of a start: below that the price of a street's limit hides nothing


class Waiting:
    """Pieces of work by number. One that was not finished comes again, later and for longer."""

    def __init__(self, numbers: Ints, sizes: Ints, pace: float) -> None:
        self.sizes, self.pace, self.lock = np.maximum(sizes.astype(np.float64), 1.0), pace, Lock()
        self.tries = np.zeros(len(sizes))
        self.todo = [int(n) for n in numbers]

    def best(self, above: Floats) -> tuple[int, float]:
        """Return which piece has most left above the plan for the time it is to get, and how much; -1 for none."""
        if not self.todo:
            return -1, 0.0
        pays = (above / self.sizes / LONGER**self.tries)[self.todo]
        return self.todo[int(np.argmax(pays))], float(pays.max())

    def seconds(self, n: int) -> float:
        """Return for how long a piece is put to branch and cut."""
        return float(max(LEAST, self.sizes[n] / self.pace) * LONGER ** self.tries[n])

    def again(self, n: int) -> None:
        """Put an unfinished piece back."""
        with self.lock:
            self.tries[n] += 1
            self.todo.append(n)


class Streets:
    """What each street is worth at the best prices: by the prices, then exactly; `waiting`: those that may differ."""

    def __init__(self, dual: Dual) -> None:
        self.t, self.lock = dual.t, Lock()
        x, count = dual.x, dual.layout.streets
        self.group = self._joined(count)
        self.of_item: Ints = self.group[self.t.street]  # streets that a bundle joins count as one
        dual.bound(dual.best_z, dual.best_mu)
        paid = dual.layout.split((dual.best_z / dual.size) * dual.limit)
        ends = self.group[self.t.street[x.ends]]
        within = ends[:, 0] == ends[:, 1]
        dear = np.bincount(self.group, paid.slot.sum(axis=1), minlength=count)
        lone = np.bincount(self.of_item, dual.of_item, minlength=count)
        self.value: Floats = (dear + lone).astype(np.float64)
        self.value += np.bincount(ends[within, 0], dual.of_pair[within], minlength=count)
        self.found = np.full(count, np.inf)
        self.worth = self._worth(dual, within)
        sizes = np.bincount(self.of_item, np.diff(x.first), minlength=count).astype(np.int64)
        self.waiting = Waiting(np.flatnonzero(dear > WORTHWHILE * dual.mean), sizes, PACE)

    def _joined(self, count: int) -> Ints:
        group = np.arange(count)
        for members in self.t.members:
            streets = group[self.t.street[members]]
            group[np.isin(group, streets)] = streets[0]
        return group

    def _worth(self, dual: Dual, within: Bools) -> Floats:
        """Points of each start less money and area at their prices, and less the messages of pairs across streets."""
        z, mu = dual.best_z.copy(), dual.best_mu.copy()
        dual.layout.split(z).slot[:] = 0.0
        mu[np.repeat(np.repeat(within, 2), np.diff(dual.mu_first))] = 0.0
        dual.price(z, mu)
        worth = np.zeros_like(self.t.gain)
        worth[self.t.allowed] = dual.theta
        return worth

    def items(self, s: int) -> Ints:
        """Return the items of a street."""
        return np.flatnonzero(self.of_item == s)

    def model(self, s: int) -> Model:
        """Return the model of a street."""
        return Model(self.t, self.items(s), self.worth, INSIDE, steps=bool(self.waiting.tries[s]))

    def settle(self, s: int, bound: float) -> float:
        """Take what a street is worth at most; return by how much that is less than known before."""
        with self.lock:
            self.found[s] = min(self.found[s], bound)
            less = max(0.0, float(self.value[s] - bound))
            self.value[s] -= less
        return less

    def ceilings(self, items: Ints) -> list[Ceiling]:
        """Return what the streets of some items are worth at most, as far as that was found."""
        streets = np.unique(self.of_item[items])
        return [Ceiling(self.items(s), self.worth, float(self.found[s])) for s in streets if np.isfinite(self.found[s])]
