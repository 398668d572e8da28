"""The bound's side of a run: prices first, then branch and cut on one region of districts after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import perf_counter

import numpy as np

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Model, branch
from jiugai.domain.planning.tables import Floats, Ints

STEPS = 1000
FEWEST = 300
WHOLE = 1200  # entries up to which the whole problem is put to branch and cut
LARGEST = 9000  # entries up to which a region is


@dataclass
class Bounding:
    """Lowers the bound until the time is over; `priced` is set once prices stand."""

    dual: Dual
    lower: Callable[[float], None]
    offer: Callable[[dict[int, int]], None]
    over: Callable[[], bool]
    left: Callable[[], float]
    plan: Callable[[], Ints | None]
    seed: int = 1
    steps: int | None = None
    priced: Event = field(default_factory=Event)
    parts: Floats = field(default_factory=lambda: np.zeros(0))

    def run(self) -> None:
        """Do all of it."""
        try:
            self.prices()
        finally:
            self.priced.set()
        if not self.over():
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
                self.offer(answer.starts)
            if not answer.infeasible:
                self.lower(answer.bound)
            return
        self._regions()

    def _regions(self) -> None:
        dual, t = self.dual, self.dual.t
        parts, region = dual.regions()
        prices = dual.layout.split(dual.best_z / dual.size)
        city = float(prices.city @ (t.city_limit / t.scale))
        counts = np.bincount(region[t.district], np.diff(dual.x.first), minlength=len(parts))
        todo = [int(r) for r in np.argsort(counts) if 0 < counts[r] <= LARGEST]
        while todo and not self.over():
            r = todo.pop(0)
            waiting = counts[[r, *todo]]
            rows = np.flatnonzero(region[t.district] == r)
            # small regions close soon and gain most for their size
            seconds = max(1.0, self.left() * float(np.sqrt(counts[r]) / np.sqrt(waiting).sum()))
            model = Model(t, rows, prices.city, prices.ratio)
            answer = branch(model, seconds=min(seconds, self.left()), seed=self.seed, stop=self.over)
            if not answer.infeasible and answer.bound < parts[r]:
                parts[r] = answer.bound
                self.lower(city + float(parts.sum()) + 1e-9 * (1 + city + float(np.abs(parts).sum())))
