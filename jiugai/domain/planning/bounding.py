"""The bound's side of a run: prices first, then branch and cut on one region of districts after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from time import perf_counter

import numpy as np

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Model, branch
from jiugai.domain.planning.tables import Floats, Ints

STEPS = 1000
FEWEST = 300
WHOLE = 1200  # entries up to which the whole problem is put to branch and cut
EFFORT = 0.05
LARGEST = 9000  # entries up to which a region is


@dataclass
class Bounding:
    """Lowers the bound until the time is over; `priced` is set once prices stand."""

    dual: Dual
    lower: Callable[[float], None]
    offer: Callable[[dict[int, int], Ints], None]
    over: Callable[[], bool]
    left: Callable[[], float]
    plan: Callable[[], Ints | None]
    seed: int = 1
    steps: int | None = None
    branching: bool = True
    helpers: int = 1
    priced: Event = field(default_factory=Event)
    net: Floats = field(default_factory=lambda: np.zeros(0))
    queue: "Regions | None" = None

    def run(self) -> None:
        """Do all of it."""
        try:
            self.prices()
        finally:
            self.priced.set()
        if self.branching and not self.over():
            self.tighten()

    def prices(self) -> None:
        """Walk for about a quarter of the time, or the given number of steps."""
        dual, steps = self.dual, self.steps
        if steps is None:
            began = perf_counter()
            dual.walk(5)
            pace = (perf_counter() - began) / 5
            steps = int(max(FEWEST, min(STEPS, 0.25 * self.left() / max(pace, 1e-6))))
        dual.walk(steps, stop=self._told)
        self.lower(dual.best)
        self.net = dual.net(dual.best_z)
        self.queue = Regions(dual)

    def _told(self, bound: float) -> bool:
        self.lower(bound)
        return self.over()

    def tighten(self) -> None:
        """Put the whole problem to branch and cut where it is small, else region by region."""
        x = self.dual.x
        if len(x.at) <= WHOLE:
            answer = branch(Model(self.dual.t, np.arange(self.dual.t.count)), seconds=self.left(), effort=0.05,
                            seed=self.seed, stop=self.over)  # fmt: skip
            if answer.starts:
                self.offer(answer.starts, np.arange(self.dual.t.count))
            if not answer.infeasible:
                self.lower(answer.bound)
            return
        self.help()

    def help(self) -> None:
        """Put one region after the other to branch and cut; several threads may do so at once."""
        queue = self.queue
        while queue and not self.over():
            r, share = queue.next()
            if r < 0:
                return
            plan = self.plan()
            seconds = min(self.left(), max(1.0, self.helpers * self.left() * share))
            answer = branch(queue.model(r), seconds=seconds, effort=EFFORT, seed=self.seed, stop=self.over,
                            plan=None if plan is None else plan.copy())  # fmt: skip
            if not answer.infeasible:
                self.lower(queue.lowered(r, answer.bound))
            if answer.starts:
                self.offer(answer.starts, np.flatnonzero(queue.region == r))


class Regions:
    """Regions of districts at fixed prices of city money and ratio, the small ones first: they close soonest."""

    def __init__(self, dual: Dual) -> None:
        self.t, self.lock = dual.t, Lock()
        self.parts, region = dual.regions()
        self.region = region[self.t.district]
        prices = dual.layout.split(dual.best_z / dual.size)
        self.city_price, self.ratio_price = prices.city.copy(), prices.ratio.copy()
        self.city = float(self.city_price @ (self.t.city_limit / self.t.scale))
        self.counts = np.bincount(self.region, np.diff(dual.x.first), minlength=len(self.parts))
        self.todo = [int(r) for r in np.argsort(self.counts) if 0 < self.counts[r] <= LARGEST]

    def next(self) -> tuple[int, float]:
        """Take the next region; return it and its share of the time that is left for all waiting ones; -1 for none."""
        with self.lock:
            if not self.todo:
                return -1, 0.0
            weights = np.sqrt(self.counts[self.todo])
            return self.todo.pop(0), float(weights[0] / weights.sum())

    def model(self, r: int) -> Model:
        """Return the model of a region."""
        return Model(self.t, np.flatnonzero(self.region == r), self.city_price, self.ratio_price)

    def lowered(self, r: int, bound: float) -> float:
        """Take the bound of a region if it is tighter; return the bound of all."""
        with self.lock:
            self.parts[r] = min(self.parts[r], bound)
            return self.city + float(self.parts.sum()) + 1e-9 * (1 + self.city + float(np.abs(self.parts).sum()))
