"""Who does what in a run: compiled code is made ready beside the first plan, then bound and search go side by side."""

from threading import Event, Thread
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from jiugai.domain.planning.tables import Ints, Tables

if TYPE_CHECKING:
    from jiugai.domain.planning.bounding import Bounding
    from jiugai.domain.planning.search import Search
    from jiugai.domain.planning.solve import Run

STEPS = 600
SMALL = 3000  # items below which prices take a second or two
WHOLE = 0.45
SWEEPS = 1200


class Team:
    """The search and the bound of one run."""

    def __init__(self, run: "Run", t: Tables, *, seed: int, threads: int, work: int | None) -> None:
        self.run, self.t, self.seed, self.threads = run, t, seed, threads
        self.moves = None if work is None else 1000 * work
        self.ready = Event()
        self.search_: Search | None = None
        self.bounding: Bounding | None = None
        self.told = perf_counter()
        self.start: Ints = np.full(t.count, -1, np.int64)

    def prepare(self) -> None:
        """Load or compile the loops; a run whose time is over before that keeps its first plan."""
        from jiugai.domain.planning import anneal
        from jiugai.domain.planning.bounding import Bounding
        from jiugai.domain.planning.bounds import Dual
        from jiugai.domain.planning.search import Search

        dual = Dual(self.t)
        dual.keep()
        self.run.lower(dual.best)
        dual.gradient(1.0)
        search = Search(dual, self.seed)
        anneal.sow(self.seed)
        search.warm()
        self.search_ = search
        self.bounding = Bounding(
            dual, self.run.lower, self._offer_rows, self.run.over, self.run.left, lambda: search.best, self.seed,
            None if self.moves is None else STEPS,
        )  # fmt: skip
        self.ready.set()

    def _offer_rows(self, starts: dict[int, int]) -> None:
        self.run.offer({self.t.ids[i]: s for i, s in starts.items()})

    def search(self, start: Ints) -> None:
        """Search from a plan, feasible or not, until the time is over."""
        while not self.ready.wait(0.02):
            if self.run.over():
                return
        search, bounding = self.search_, self.bounding
        if search is None or bounding is None:
            return
        from jiugai.domain.planning import anneal

        anneal.sow(self.seed)
        self.start = start
        search.keep(search.load(start))
        if self.threads > 1:
            Thread(target=bounding.run, daemon=True).start()
            self._quick(search, bounding)
        else:
            bounding.prices()
        bounding.priced.wait(timeout=max(0.0, self.run.left()) if self.moves is None else None)
        self._whole(search)
        self._parts(search, until=0.0 if self.threads > 1 else 0.25 * self.run.seconds)
        if self.threads == 1:
            bounding.tighten()
        self._tell(search, force=True)

    def _quick(self, search: "Search", bounding: "Bounding") -> None:
        """Fill the first plan while the prices are made; not where that takes no time, or the work is counted."""
        if self.moves is not None or self.t.count < SMALL:
            return
        while not (bounding.priced.is_set() or self.run.over()):
            u = search.load(search.best if search.best is not None else self.start)
            search.quick(u, lambda: bounding.priced.is_set() or self.run.over())
            self._tell(search)

    def _whole(self, search: "Search") -> None:
        """Anneal the whole plan under the prices."""
        search.use_prices()
        u = search.load(search.best if search.best is not None else self.start)
        pool = search.everything
        if not len(pool):
            return
        moves = self.moves // 2 if self.moves is not None else int(max(1000, WHOLE * self.run.left() * search.pace(u)))
        search.whole(u, moves, self.run.over)
        self._tell(search)

    def _parts(self, search: "Search", until: float) -> None:
        """Anneal parts of the best plan until the time or the work is over."""
        if search.best is None or not len(search.everything):
            return
        u = search.load(search.best)
        while not self.run.over() and self.run.left() > until:
            if self.moves is not None and search.moves >= self.moves:
                return
            if search.improve(u, SWEEPS, self.run.over):
                self._tell(search)

    def _tell(self, search: "Search", *, force: bool = False) -> None:
        """Offer the best plan, not more often than it pays."""
        pause = max(0.5, 10 * self.run.reserve)
        if search.best is not None and (force or perf_counter() - self.told > pause):
            self.told = perf_counter()
            self.run.offer(self.t.starts(search.best))
