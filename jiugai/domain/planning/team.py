"""Who does what in a run: compiled code is made ready beside the first plan, then bound and search go side by side.

Where the districts are small the gap is the bound's: there one thread (in the end both) does branch and cut. Where they
are large it is the plan's: there both threads search as soon as the prices stand.
"""

from threading import Event, Lock, Thread
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from jiugai.domain.planning.tables import Ints, Tables

if TYPE_CHECKING:
    from jiugai.domain.planning.anneal import Load
    from jiugai.domain.planning.bounding import Bounding
    from jiugai.domain.planning.crew import Crew
    from jiugai.domain.planning.solve import Run

STEPS = 600
SMALL = 3000  # items below which prices take a second or two, and branch and cut of districts pays
TINY = 600  # items below which the search soon stands still
WHOLE = 0.45
SWEEPS = 1200
LONGEST = 0.02  # seconds a row that the whole annealing takes at most
KEEP = -2


class Team:
    """The search and the bound of one run."""

    def __init__(self, run: "Run", t: Tables, *, seed: int, threads: int, work: int | None) -> None:
        self.run, self.t, self.seed, self.threads = run, t, seed, threads
        self.moves = None if work is None else 1000 * work
        self.hands = max(1, threads - 1 if t.count < SMALL else threads)
        self.ready = Event()
        self.crew: Crew | None = None
        self.bounding: Bounding | None = None
        self.told = perf_counter()
        self.start: Ints = np.full(t.count, -1, np.int64)
        self.found: list[Ints] = []  # plans of branch and cut for some districts, to be tried
        self.lock = Lock()

    def prepare(self) -> None:
        """Load or compile the loops; a run whose time is over before that keeps its first plan."""
        from jiugai.domain.planning.bounding import Bounding
        from jiugai.domain.planning.bounds import Dual
        from jiugai.domain.planning.crew import Crew

        dual = Dual(self.t)
        dual.keep()
        self.run.lower(dual.best)
        dual.gradient(1.0)
        crew = Crew(dual, self.seed, self.hands)
        crew.sow()
        self.crew = crew
        self.bounding = Bounding(
            dual, self.run.lower, self._found, self.run.over, self.run.left, lambda: crew.lead.best, self.seed,
            None if self.moves is None else STEPS,
        )  # fmt: skip
        if self.t.count < SMALL:
            self.bounding.cooled.set()
        self.ready.set()

    def _found(self, starts: dict[int, int], rows: Ints) -> None:
        """Note the best solution of some rows; the search tries it in its plan."""
        plan: Ints = np.full(self.t.count, KEEP, np.int64)
        plan[rows] = -1
        for i, s in starts.items():
            plan[i] = s
        with self.lock:
            self.found.append(plan)

    def search(self, start: Ints) -> None:
        """Search from a plan, feasible or not, until the time is over."""
        while not self.ready.wait(0.02):
            if self.run.over():
                return
        crew, bounding = self.crew, self.bounding
        if crew is None or bounding is None:
            return
        self.start = start
        crew.sow()
        crew.lead.keep(crew.lead.load(start))
        try:
            self._search(crew, bounding)
        finally:
            crew.close()

    def _search(self, crew: "Crew", bounding: "Bounding") -> None:
        helper = Thread(target=bounding.run)
        if self.threads > 1:
            helper.start()
            self._quick(crew, bounding)
        else:
            bounding.prices()
            bounding.priced.set()
        bounding.priced.wait(timeout=max(0.0, self.run.left()) if self.moves is None else None)
        if len(bounding.net):
            crew.use_prices(bounding.dual.best_z.copy(), bounding.net)
        self._whole(crew)
        bounding.cooled.set()
        self._parts(crew, until=self._until())
        if self.moves is None or self.threads == 1:
            bounding.helpers = self.threads
            (bounding.tighten if self.threads == 1 else bounding.help)()
        self._try_found(crew)
        self._parts(crew, until=0.0)
        self._try_found(crew)
        self._tell(crew, force=True)

    def _until(self) -> float:
        """Seconds that are left when the search first stands back for branch and cut."""
        if self.threads > 1 and self.t.count >= TINY:
            return 0.0
        return (0.25 if self.t.count >= TINY else 0.75) * self.run.seconds

    def _quick(self, crew: "Crew", bounding: "Bounding") -> None:
        """Fill the first plan while the prices are made; not where that takes no time, or the work is counted."""
        if self.moves is not None or self.t.count < SMALL:
            return
        lead = crew.lead
        while not (bounding.priced.is_set() or self.run.over()):
            u = lead.load(lead.best if lead.best is not None else self.start)
            lead.quick(u, lambda: bounding.priced.is_set() or self.run.over())
            self._tell(crew)

    def _whole(self, crew: "Crew") -> None:
        """Anneal the whole plan under the prices."""
        from jiugai.domain.planning.cooling import Pace

        lead = crew.lead
        start = lead.best if lead.best is not None else self.start
        if not len(lead.everything) or (self.moves is None and self.run.over()):
            return
        if self.moves is not None:
            pace = Pace(self.moves // 2)
        else:
            lead.pace(lead.load(start))
            pace = Pace(10**9, perf_counter() + min(WHOLE * self.run.left(), LONGEST * self.t.count))
        crew.whole(start, pace, self.run.over)
        self._tell(crew)

    def _parts(self, crew: "Crew", until: float) -> None:
        """Anneal parts of the best plan until the time or the work is over."""
        lead = crew.lead
        if lead.best is None or not len(lead.everything):
            return
        u = lead.load(lead.best)
        while not self.run.over() and self.run.left() > until:
            if self.moves is not None and lead.moves >= self.moves:
                return
            if self.found and self.moves is None:
                u = self._try_found(crew)
            if crew.parts(u, SWEEPS, self.run.over, busy=self.threads > 1):
                self._tell(crew)

    def _try_found(self, crew: "Crew") -> "Load":
        """Put what branch and cut found into the best plan; keep it where it fits and is better."""
        with self.lock:
            found, self.found = self.found, []
        for plan in found:
            if self.moves is None:
                base = crew.lead.best if crew.lead.best is not None else self.start
                crew.lead.keep(crew.lead.load(np.where(plan == KEEP, base, plan)))
        self._tell(crew)
        return crew.lead.load(crew.lead.best if crew.lead.best is not None else self.start)

    def _tell(self, crew: "Crew", *, force: bool = False) -> None:
        """Offer the best plan, not more often than it pays."""
        pause = max(0.5, 10 * self.run.reserve)
        best = crew.lead.best
        if best is not None and (force or perf_counter() - self.told > pause):
            self.told = perf_counter()
            self.run.offer(self.t.starts(best))
