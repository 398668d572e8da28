"""`solve`: from a problem to a plan with a proven bound, better with time, never worse (docs/planner.md).

One thread lowers the bound (bounding.py), the caller's thread searches (search.py). With `work` the plan depends on
problem, seed and work alone, not on the clock: moves and price steps are counted, and the search waits for the prices.
Without it the phases share out the seconds, so that a busier machine may find another plan for the same seed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from time import perf_counter

import numpy as np

from jiugai.domain.planning import objective
from jiugai.domain.planning.constraints import check, is_lock
from jiugai.domain.planning.greedy import greedy, holds
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.result import Progress, Result, Status
from jiugai.domain.planning.seating import Seating, seat
from jiugai.domain.planning.tables import Ints, Locks, Tables, tables
from jiugai.domain.planning.team import Team

OnProgress = Callable[[float | None, float | None, float], None]
LARGE = 6000
CLASH = 20.0  # seconds at most to find out which constraints clash
CLOSED = 2.5e-6  # what the margins of the bounds add


@dataclass
class Run:
    """What one call of `solve` knows so far: best plan, bound, clock, who listens."""

    problem: Problem
    seconds: float
    on_progress: OnProgress | None = None
    should_stop: Callable[[], bool] | None = None
    began: float = field(default_factory=perf_counter)
    starts: dict[str, int] = field(default_factory=dict)
    objective: float | None = None
    bound: float | None = None
    reserve: float = 0.05
    trace: list[Progress] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    @property
    def elapsed(self) -> float:
        """Seconds since the call."""
        return perf_counter() - self.began

    def left(self) -> float:
        """Seconds left for work, less what the last check of the plan takes."""
        return self.seconds - self.reserve - self.elapsed

    def over(self) -> bool:
        """Whether the time is up, the gap is closed, or somebody said stop."""
        return self.left() <= 0 or self.closed() or bool(self.should_stop and self.should_stop())

    def closed(self) -> bool:
        """Whether the plan reaches the bound."""
        if self.objective is None or self.bound is None:
            return False
        return self.bound - self.objective <= CLOSED * max(1.0, abs(self.bound))

    def offer(self, starts: Mapping[str, int]) -> bool:
        """Take a plan if it is feasible by the constraint functions and better than the best."""
        began = perf_counter()
        points = float(objective.total(self.problem, starts))
        if (self.objective is not None and points <= self.objective) or check(self.problem, starts):
            return False
        with self.lock:
            if self.objective is None or points > self.objective:
                self.starts, self.objective = dict(starts), points
        self.reserve = max(self.reserve, 0.05 + 1.5 * (perf_counter() - began))
        self.report()
        return True

    def lower(self, bound: float) -> None:
        """Take a proven bound if it is tighter."""
        with self.lock:
            tighter = bool(np.isfinite(bound)) and (self.bound is None or bound < self.bound)
            if tighter:
                self.bound = float(bound)
        if tighter:
            self.report()

    def report(self) -> None:
        """Tell the trace and the listener."""
        now = self.elapsed
        self.trace.append(Progress(now, self.objective, self.bound))
        if self.on_progress:
            self.on_progress(self.objective, self.bound, now)

    def result(self, status: Status, clash: tuple[str, ...] = (), reason: str = "") -> Result:
        """Return what is known; no plan has no bound, though the thread that lowers it may not have stopped yet."""
        bound = None if status is Status.INFEASIBLE else self.bound
        return Result(status, self.starts, self.objective, bound, self.elapsed, clash, reason, tuple(self.trace))


def solve(
    problem: Problem,
    *,
    seconds: float,
    threads: int = 2,
    seed: int = 1,
    work: int | None = None,
    on_progress: OnProgress | None = None,
    warm_start: Mapping[str, int] | None = None,
    fixed: Mapping[str, int] | None = None,
    must_in: Iterable[str] = (),
    must_out: Iterable[str] = (),
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Return the best plan found within `seconds`, and a proven bound.

    `on_progress(objective, bound, seconds)` is called whenever one of them improves, from whichever thread improved
    it. `warm_start` is a plan to begin with (parts that break a constraint are dropped). `fixed` holds starts that
    stay, `must_in` and `must_out` projects that are in or out. `should_stop()` ends the run early. The bound holds for
    plans that keep these locks. `work` counts the search's moves in thousands and makes the plan repeatable.
    """
    run = Run(problem, seconds, on_progress, should_stop)
    locks = Locks(dict(fixed or {}), frozenset(must_in), frozenset(must_out))
    t = tables(problem, locks)
    if not t.allowed[t.must].any(axis=1).all():
        return _none(run, locks)
    run.lower(simple_bound(t))
    team = Team(run, t, seed=seed, threads=threads, work=work)
    Thread(target=team.prepare, daemon=True).start()
    start, fits = _first(run, t, warm_start, team)
    # for a large problem the model of the musts takes longer to build than the search needs to seat them
    if not fits and t.count <= LARGE:
        seated, start = seat(t, seconds=run.left(), threads=threads, seed=seed)
        if seated is Seating.NONE:
            return _none(run, locks)
        run.offer(t.starts(start))
    team.search(start)
    return _finish(run)


def _first(run: Run, t: Tables, warm_start: Mapping[str, int] | None, team: Team) -> tuple[Ints, bool]:
    """Return a first plan: what is given, or a greedy one as far as the time goes; and whether it is feasible."""
    if warm_start:
        given = np.array([warm_start.get(ident, -1) for ident in t.ids], np.int64)
        rows = np.flatnonzero(given >= 0)
        given[rows[~t.allowed[rows, np.minimum(given[rows], t.months - 1)]]] = -1
        if (given[t.must] >= 0).all() and run.offer(t.starts(given)):
            return given, True
    board = greedy(t, lambda: run.over() or team.ready.is_set())
    if holds(board):
        run.offer(t.starts(board.chosen))
    return board.chosen, run.objective is not None


def _finish(run: Run) -> Result:
    if run.objective is None:
        return run.result(Status.UNKNOWN, reason="限时内没有找到可行计划，请延长求解时间")
    return run.result(Status.OPTIMAL if run.closed() else Status.FEASIBLE)


def _none(run: Run, locks: Locks) -> Result:
    """Say that there is no plan, and which constraints and locks clash."""
    clash = _clash(run, locks)
    reason = "锁定的安排与约束冲突，没有可行计划" if any(map(is_lock, clash)) else "没有可行计划"
    return run.result(Status.INFEASIBLE, clash=clash, reason=reason)


def _clash(run: Run, locks: Locks) -> tuple[str, ...]:
    from jiugai.domain.planning.clash import find_clash

    found = find_clash(run.problem, seconds=min(CLASH, max(5.0, run.left())), locks=locks, ways=False)
    return tuple(found.names) if found else ()


def simple_bound(t: Tables) -> float:
    """Return the points of all items at their best starts and of all pairs: valid, and far off."""
    best = t.gain.max(axis=1, initial=-np.inf, where=t.allowed)
    best = np.where(t.must | (t.bundle >= 0), np.where(np.isfinite(best), best, 0.0), np.maximum(best, 0.0))
    best = np.where(~t.must, np.maximum(best, 0.0), best)
    total = float(best.sum() + t.saving.sum())
    return total + 1e-9 * (1 + float(np.abs(best).sum()) + float(t.saving.sum()))
