"""The bound's side of a run: prices first, then branch and cut on one street or region of districts after the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from time import perf_counter

import numpy as np

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Model, branch
from jiugai.domain.planning.regions import Regions
from jiugai.domain.planning.tables import Floats, Ints

STEPS = 1000
FEWEST = 300
WHOLE = 1200  # entries up to which the whole problem is put to branch and cut
EFFORT = 0.05


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
    helpers: int = 1
    priced: Event = field(default_factory=Event)
    cooled: Event = field(default_factory=Event)  # the search leaves a processor free
    net: Floats = field(default_factory=lambda: np.zeros(0))
    queue: Regions | None = None

    def run(self) -> None:
        """Do all of it."""
        try:
            self.prices()
        finally:
            self.priced.set()
        while not (self.cooled.wait(0.1) or self.over()):
            pass
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
        """Put regions and streets to branch and cut, where it pays most first; several threads may do so at once."""
        while self.queue and not self.over():
            r, s = self.queue.next(self.plan())
            if r >= 0:
                self._region(self.queue, r)
            elif s >= 0:
                self._street(self.queue, s)
            else:
                return

    def _street(self, queue: Regions, s: int) -> None:
        seconds = min(self.left(), queue.streets.waiting.seconds(s))
        answer = branch(queue.streets.model(s), seconds=seconds, effort=EFFORT, seed=self.seed, stop=self.over)
        if not answer.infeasible:
            self.lower(queue.settled(s, answer.bound))
        if not answer.closed:
            queue.streets.waiting.again(s)

    def _region(self, queue: Regions, r: int) -> None:
        plan = self.plan()
        again = self.helpers * self.left() * queue.share(r) if queue.waiting.tries[r] else 0.0
        seconds = min(self.left(), max(queue.waiting.seconds(r), again))
        answer = branch(queue.model(r), seconds=seconds, effort=EFFORT, seed=self.seed, stop=self.over,
                        plan=None if plan is None else plan.copy())  # fmt: skip
        if not answer.infeasible:
            self.lower(queue.lowered(r, answer.bound))
        if answer.starts:
            self.offer(answer.starts, np.flatnonzero(queue.region == r))
        if answer.closed:
            queue.close(r)
        else:
            queue.waiting.again(r)
