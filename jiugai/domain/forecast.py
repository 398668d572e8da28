"""When approvals will be done, from how long others took (T19-4): honest about how much history there is.

Days are calendar days from the opening of a step to its decision, stops included: what people wait for. Where enough
finished cases were still in the same steps after as many days, their remaining times at the pace of this case are the
sample, so that slow cases stay slow in all their steps. Else the steps are drawn together, from the cases that took
each. Quantiles are order statistics with the (n + 1) rule, whose interval holds a new case of the same kind with the
stated share; where steps are drawn, n is what the thinnest step has, so that little history gives a wide interval.
With too few cases nothing is said but how many there are.
"""

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from jiugai.domain.approvals import Route, before, steps_of

DRAWS = 1_000
LEAST_FITTED = 10
TINY = 1e-9
TOGETHER = 0.5
SEED = 20_221_109


@dataclass(frozen=True)
class Progress:
    """Where a case stands: its route, steps done, and for each running step the days it has taken.

    `took` are the days of the steps that are done: whether the case has been a slow one so far.
    """

    route: Route
    done: frozenset[str]
    running: Mapping[str, int]
    took: Mapping[str, int] = field(default_factory=dict)

    @property
    def ahead(self) -> tuple[str, ...]:
        """Steps that are not done, in their order."""
        return tuple(step.code for step in steps_of(self.route) if step.code not in self.done)


@dataclass(frozen=True)
class Forecast:
    """Days from today to the end: median, nine in ten, and the interval that holds nine in ten cases.

    `method` is cases or steps, `count` how many cases it rests on (the least of all steps). `hasten` is the step whose
    shortening to what the fastest quarter takes saves most, `saves` how many days at the median.
    """

    p50: int
    p90: int
    low: int
    high: int
    method: str
    count: int
    hasten: str = ""
    saves: int = 0
    within: float | None = None


@dataclass(frozen=True)
class Thin:
    """Too little history: for each step that lacks it, how many cases there are."""

    needed: int
    have: tuple[tuple[str, int], ...]


Past = Mapping[str, int]
"""Days that each step of a finished case took."""


def forecast(progress: Progress, history: Sequence[Past], least: int, *, left: int | None = None) -> Forecast | Thin:
    """Forecast the end of a case. `left` are the days of the limit that remain; then `within` is the share in time."""
    if not progress.ahead:
        return Forecast(0, 0, 0, 0, "cases", len(history), within=1.0 if left is None or left >= 0 else 0.0)
    return by_cases(progress, history, least, left=left) or by_steps(progress, history, least, left=left)


def by_cases(progress: Progress, history: Sequence[Past], least: int, *, left: int | None = None) -> Forecast | None:
    """Forecast from whole cases that were in the same steps for as long; None where they are too few."""
    alike = [past for past in history if _alike(past, progress)]
    return _of(progress, alike, "cases", len(alike), left) if len(alike) >= least else None


def by_steps(progress: Progress, history: Sequence[Past], least: int, *, left: int | None = None) -> Forecast | Thin:
    """Forecast from steps drawn apart; says which steps lack history where there are too few."""
    pools = {step: _pool(step, progress, history) for step in progress.ahead}
    thin = tuple((step, len(pool)) for step, pool in pools.items() if len(pool) < least)
    if thin:
        return Thin(least, thin)
    return _of(progress, _drawn(pools), "steps", min(len(pool) for pool in pools.values()), left)


def _alike(past: Past, progress: Progress) -> bool:
    """Tell whether a past case took all the steps ahead, and was still in the running ones after as many days."""
    return all(step in past and past[step] > progress.running.get(step, -1) for step in progress.ahead)


def _pool(step: str, progress: Progress, history: Sequence[Past]) -> list[int]:
    elapsed = progress.running.get(step, -1)
    return [past[step] for past in history if step in past and past[step] > elapsed]


def _drawn(pools: Mapping[str, list[int]]) -> list[Past]:
    """Draw cases step by step; half of the steps of a draw take the same rank in their pools.

    How far slow steps go together is unknown where whole cases are too few, and drawing them apart would say too much.
    """
    chance = random.Random(SEED)  # noqa: S311 - the same forecast for the same history, no secret
    ordered = {step: sorted(pool) for step, pool in pools.items()}
    return [_draw(ordered, chance) for _ in range(DRAWS)]


def _draw(pools: Mapping[str, list[int]], chance: random.Random) -> Past:
    common = chance.random()
    ranks = {step: common if chance.random() < TOGETHER else chance.random() for step in pools}
    return {step: pool[int(ranks[step] * len(pool))] for step, pool in pools.items()}


def _of(progress: Progress, cases: Sequence[Past], method: str, count: int, left: int | None) -> Forecast:
    rest = sorted(at_pace(progress, cases))
    hasten, saves = _to_hasten(progress, cases)
    within = None if left is None else sum(days <= left for days in rest) / len(rest)
    return Forecast(
        _at(rest, 0.5), _nth(rest, 0.9, count), _nth(rest, 0.05, count, low=True), _nth(rest, 0.95, count), method,
        count, hasten, saves, within,
    )  # fmt: skip


def at_pace(progress: Progress, cases: Sequence[Past]) -> list[int]:
    """Return the remaining days of past cases as they would be at the pace of this one.

    Slow cases tend to stay slow. How far the remaining time follows the pace of the steps done is fitted to the past
    cases (least squares in logarithms), for each of them without itself, so that none lies nearer to the fit than a new
    case would; each keeps its residual, so the spread stays the empirical one.
    """
    rest = [remaining(progress, past) for past in cases]
    paces = [_pace(past, progress.took) for past in cases]
    known = [(pace, math.log(days + 1)) for pace, days in zip(paces, rest, strict=True) if pace is not None]
    now = _pace(progress.took, progress.took)
    if now is None or len(known) < len(cases):
        return rest
    moved = (
        math.exp(days + slope * (now - pace)) - 1 for (pace, days), slope in zip(known, _slopes(known), strict=True)
    )
    return [max(0, round(days)) for days in moved]


def _pace(past: Past, steps: Iterable[str]) -> float | None:
    """Return the mean logarithm of the days that steps took; None where one is missing, or none is asked for."""
    named = list(steps)
    if not named or any(step not in past for step in named):
        return None
    return sum(math.log(past[step] + 1) for step in named) / len(named)


def _slopes(points: Sequence[tuple[float, float]]) -> list[float]:
    """Return, for each point, how far the second number follows the first in all the others: from 0 to one to one."""
    rest = len(points) - 1
    if rest < LEAST_FITTED:
        return [0.0] * len(points)
    sum_x, sum_y = (math.fsum(one[n] for one in points) for n in (0, 1))
    sum_xx, sum_xy = math.fsum(x * x for x, _ in points), math.fsum(x * y for x, y in points)
    found = []
    for x, y in points:
        spread = sum_xx - x * x - (sum_x - x) ** 2 / rest
        together = sum_xy - x * y - (sum_x - x) * (sum_y - y) / rest
        found.append(min(max(together / spread, 0.0), 1.0) if spread > TINY else 0.0)
    return found


def remaining(progress: Progress, past: Past) -> int:
    """Return the days to the end if every step ahead took what it took in a past case: the longest chain."""
    ends: dict[str, int] = {}
    for step in steps_of(progress.route):
        if step.code in progress.done:
            ends[step.code] = 0
            continue
        start = max((ends[code] for code in before(step, progress.route)), default=0)
        ends[step.code] = start + past[step.code] - progress.running.get(step.code, 0)
    return max(ends.values(), default=0)


def _at(ordered: Sequence[int], share: float) -> int:
    """Return an order statistic by the (n + 1) rule; beyond the ends, the end."""
    return _nth(ordered, share, len(ordered))


def _nth(ordered: Sequence[int], share: float, count: int, *, low: bool = False) -> int:
    """Return the order statistic that `count` cases allow, by the (n + 1) rule; beyond the ends, the end.

    Draws are as many as one likes, but say no more than the cases they are drawn from: of 19 cases the 95 % lie at the
    last one, so of a thousand draws from them too.
    """
    place, per_case = (count + 1) * share, len(ordered) / count
    index = math.floor((math.floor(place) - 1) * per_case) if low else math.ceil(math.ceil(place) * per_case) - 1
    return ordered[min(max(index, 0), len(ordered) - 1)]


def _to_hasten(progress: Progress, cases: Sequence[Past]) -> tuple[str, int]:
    """Return the step that saves most at the median when it takes what the fastest quarter needs."""
    median = _at(sorted(remaining(progress, past) for past in cases), 0.5)
    best, saves = "", 0
    for step in progress.ahead:
        fast = max(_quarter(past[step] for past in cases), progress.running.get(step, 0))
        shorter = [remaining(progress, {**past, step: min(past[step], fast)}) for past in cases]
        saved = median - _at(sorted(shorter), 0.5)
        if saved > saves:
            best, saves = step, saved
    return best, saves


def _quarter(values: Iterable[int]) -> int:
    known = list(values)
    return int(quantiles(known, n=4)[0]) if len(known) > 1 else known[0]
