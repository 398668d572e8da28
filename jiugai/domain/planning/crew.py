"""Several hands anneal at once, each other regions, in step: so threads and seed alone decide, not who is faster.

Regions (districts that no bundle or pair joins) share nothing but city money and ratio. In the whole annealing every
hand works on a copy of the plan for one step, then the copies are put together; use above the city's limits that two
hands add at once is charged from the next step on. Of parts annealed again, those are kept that fit together.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from jiugai.domain.planning import anneal
from jiugai.domain.planning.anneal import Load, Slopes
from jiugai.domain.planning.bounds import Dual, joined
from jiugai.domain.planning.cooling import WHOLE, Pace, Stage, Step, steps
from jiugai.domain.planning.search import Search
from jiugai.domain.planning.tables import Floats, Ints

# Where districts are small, a bundle that freezes above a street's limit can no longer leave without breaking the
# ratio: there the streets harden first. In a large city that happens seldom, and costs 0.1 % (ADR 0019).
FEW_SLOTS, LARGE = 10.0, 3000
TOGETHER = 3  # a whole annealing by several hands has so many times the steps


class Crew:
    """A leading search, and hands with draws of their own in threads of their own."""

    def __init__(self, dual: Dual, seed: int, hands: int) -> None:
        self.lead = Search(dual, seed)
        self.slots = FEW_SLOTS if dual.t.count < LARGE else 1.0
        self.region = joined(dual.t)[dual.t.district]
        self.pools = self._share_out(hands)
        self.turn = 0
        self.hands = [Search(dual, 1000 * seed + k) for k in range(len(self.pools))]
        self.threads = [ThreadPoolExecutor(1, thread_name_prefix="hand") for _ in self.hands]

    def _share_out(self, hands: int) -> list[Ints]:
        """Split all rows by region, about evenly, the large regions first."""
        every = self.lead.everything
        counts = np.bincount(self.region[every], minlength=1)
        loads, owner = np.zeros(max(1, hands)), np.zeros(len(counts), np.int64)
        for r in np.argsort(-counts, kind="stable"):
            owner[r] = int(np.argmin(loads))
            loads[owner[r]] += counts[r]
        return [every[owner[self.region[every]] == k] for k in range(len(loads)) if (loads[k] > 0 or k == 0)]

    def sow(self) -> None:
        """Seed every thread, and have the loops at hand in it."""
        self.lead.warm()
        anneal.sow(self.lead.seed)
        for hand, thread in zip(self.hands, self.threads, strict=True):
            thread.submit(anneal.sow, hand.seed).result()

    def close(self) -> None:
        """Let the threads go."""
        for thread in self.threads:
            thread.shutdown(wait=False)

    def use_prices(self, z: Floats, net: Floats) -> None:
        """Take over prices, and what every entry is worth net of them."""
        for search in (self.lead, *self.hands):
            search.use_prices(z, net)

    def whole(self, start: Ints, pace: Pace, over: Callable[[], bool], stages: tuple[Stage, ...] = WHOLE) -> None:
        """Anneal everything and keep what comes of it."""
        u = self.lead.load(start)
        if len(self.hands) > 1:
            pace.rounds *= TOGETHER
        for step in steps(stages, pace.rounds):
            if over():
                break
            slopes = self.lead.slopes(step.slope, step.least, self.slots)
            moves = pace.next(self.lead.speed)
            u = self._together(u, partial(_step, slopes, step, moves))
        self.lead.finish(u, over)

    def _together(self, u: Load, work: Callable[[Search, Load, Ints, float], None]) -> Load:
        """Let every hand work on its pool in a copy; return the copies put together."""
        if len(self.hands) == 1:
            self.threads[0].submit(work, self.hands[0], u, self.pools[0], 1.0).result()
            self.lead.speed, self.lead.moves = self.hands[0].speed, self.hands[0].moves
            return u
        copies = [_copy(u) for _ in self.hands]
        total = max(1, sum(map(len, self.pools)))
        jobs = [
            thread.submit(work, hand, copy, pool, len(pool) / total)
            for thread, hand, copy, pool in zip(self.threads, self.hands, copies, self.pools, strict=True)
        ]
        start = u.start.copy()
        for job, copy, pool in zip(jobs, copies, self.pools, strict=True):
            job.result()
            start[pool] = copy.start[pool]
        self.lead.speed = sum(hand.speed for hand in self.hands)
        self.lead.moves = sum(hand.moves for hand in self.hands)
        return self.lead.load(start)

    def parts(self, u: Load, sweeps: int, over: Callable[[], bool], *, busy: bool = False) -> bool:
        """Anneal a part of the best plan for every hand; keep in `u` and as the best what became better and fits.

        While the other processor is `busy` with the bound one hand works at a time, in turn.
        """
        lead, jobs = self.lead, []
        every = list(zip(self.threads, self.hands, self.pools, strict=True))
        self.turn += 1
        for thread, hand, pool in [every[self.turn % len(every)]] if busy else every:
            part, copy = lead.part(pool if len(pool) else lead.everything), _copy(u)
            hand.best, hand.points = lead.best, lead.points
            jobs.append((part, copy, thread.submit(partial(hand.improve, copy, part, sweeps, over))))
        better = False
        for part, copy, job in jobs:
            if job.result():
                better |= self._take(u, part, copy.start)
        lead.moves = sum(hand.moves for hand in self.hands)
        return better

    def _take(self, u: Load, part: Ints, start: Ints) -> bool:
        """Bring the rows of a part to their new starts; go back where they do not fit what others took."""
        before = u.start[part].copy()
        for row in part:
            anneal.move_to(self.lead.x, u, int(row), int(start[row]))
        if self.lead.keep(u):
            return True
        for row, s in zip(part, before, strict=True):
            anneal.move_to(self.lead.x, u, int(row), int(s))
        return False


def _copy(u: Load) -> Load:
    return Load(*(array.copy() for array in u))


def _step(slopes: Slopes, step: Step, moves: int, hand: Search, u: Load, pool: Ints, share: float) -> None:
    part = max(1, int(moves * share))
    hand.sweep(u, pool, slopes, step.heat, part, swaps=step.swaps, charge=step.charge)
