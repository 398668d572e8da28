"""`solve`: from a problem to a plan with a proven bound, better with time, never worse (docs/planner.md)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from jiugai.domain.planning import objective
from jiugai.domain.planning.constraints import check
from jiugai.domain.planning.greedy import greedy, holds
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.result import Progress, Result, Status
from jiugai.domain.planning.tables import Locks, Tables, tables

OnProgress = Callable[[float | None, float | None, float], None]


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
    trace: list[Progress] = field(default_factory=list)

    @property
    def elapsed(self) -> float:
        """Seconds since the call."""
        return perf_counter() - self.began

    def over(self) -> bool:
        """Whether the time is up or somebody said stop."""
        return self.elapsed >= self.seconds or bool(self.should_stop and self.should_stop())

    def offer(self, starts: Mapping[str, int]) -> bool:
        """Take a plan if it is feasible by the constraint functions and better than the best."""
        points = float(objective.total(self.problem, starts))
        if (self.objective is not None and points <= self.objective) or check(self.problem, starts):
            return False
        self.starts, self.objective = dict(starts), points
        self.report()
        return True

    def lower(self, bound: float) -> None:
        """Take a proven bound if it is tighter."""
        if self.bound is None or bound < self.bound:
            self.bound = bound
            self.report()

    def report(self) -> None:
        """Tell the trace and the listener."""
        now = self.elapsed
        self.trace.append(Progress(now, self.objective, self.bound))
        if self.on_progress:
            self.on_progress(self.objective, self.bound, now)


def solve(
    problem: Problem,
    *,
    seconds: float,
    threads: int = 2,
    seed: int = 1,
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
    plans that keep these locks.
    """
    run = Run(problem, seconds, on_progress, should_stop)
    t = tables(problem, Locks(dict(fixed or {}), frozenset(must_in), frozenset(must_out)))
    run.lower(simple_bound(t))
    if warm_start:
        run.offer(warm_start)
    board = greedy(t, run.over)
    if holds(board):
        run.offer(t.starts(board.chosen))
    status = Status.UNKNOWN if run.objective is None else Status.FEASIBLE
    reason = "" if run.objective is not None else "限时内没有找到可行计划"
    return Result(status, run.starts, run.objective, run.bound, run.elapsed, reason=reason, trace=tuple(run.trace))


def simple_bound(t: Tables) -> float:
    """Return the points of all items at their best starts and of all pairs: valid, and far off."""
    best = t.gain.max(axis=1, initial=0.0, where=t.allowed)
    total = float(best.sum() + t.saving.sum())
    return total + 1e-9 * (1 + abs(total))
