"""Does the 90 % interval of the approvals' forecast hold 90 % of new cases? On simulated histories, cases held out.

    make bench ARGS="forecast"

Durations are drawn from log-normal distributions per step with a factor common to all steps of a case (slow cases are
slow everywhere), or without one; some histories drift (later cases are faster), which nobody who looks back can know.
Each held-out case is met at its start, on a day drawn apart from it while it runs, and half-way through its own time.
The last is the hardest and no fair draw: who is met half-way needs as long again as he took, and no history knows that.
`product` is the method of `domain.forecast`, `steps` what it falls back to, on the same cases; `said` the share of
cases of which something was said at all, with the least history that the product asks for.
"""

import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from jiugai.domain.approvals import Route, before, steps_of
from jiugai.domain.forecast import Forecast, Past, Progress, by_steps, forecast, remaining

ROUTE = Route.GOVERNMENT
TYPICAL = {"initiation": 14, "planning": 12, "outside": 35, "budget": 20, "finance": 28, "permit": 8}
HELD_OUT, REPEATS, LEAST = 25, 24, 19


@dataclass(frozen=True)
class World:
    """How a history is made: spread of steps, of whole cases, and drift per case."""

    name: str
    steps: float
    cases: float
    drift: float = 0.0


WORLDS = (World("independent steps", 0.5, 0.0), World("slow cases slow everywhere", 0.35, 0.5),
          World("heavy tails", 0.9, 0.4), World("getting 1 % faster per case", 0.35, 0.4, -0.01))  # fmt: skip


def main() -> None:
    """Print coverage of the interval, width of it, and share below P90."""
    chance, start = random.Random(7), time.perf_counter()  # noqa: S311 - the same worlds each time
    print(f"{'history':30} {'cases':>5} {'met':>9} {'method':>8} {'said':>6} {'in 90 %':>8} {'<= P90':>7} {'width':>6}")
    for world in WORLDS:
        for size in (20, 60, 200):
            for when in ("start", "on a day", "half-way"):
                for method in ("product", "steps"):
                    said, *line = measure(world, size, when, method, chance)
                    print(f"{world.name:30} {size:5} {when:>9} {method:>8} {said:6.0%} {line[0]:8.1%} {line[1]:7.1%}"
                          f" {line[2]:6.1f}", flush=True)  # fmt: skip
    print(f"{time.perf_counter() - start:.0f} s, {HELD_OUT * REPEATS} held-out cases a line")


def measure(
    world: World, size: int, when: str, method: str, chance: random.Random
) -> tuple[float, float, float, float]:
    """Return the share of cases of which something was said; of those, coverage, share below P90 and mean width."""
    inside = below = counted = asked = 0
    width = 0.0
    for _ in range(REPEATS):
        made = [case(world, n, chance) for n in range(size + HELD_OUT)]
        history, fresh = made[:size], made[size:]
        usual = sorted(lasts(past) for past in history)[size // 2]
        for one in fresh:
            progress = met(one, when, chance.randrange(1, usual))
            if progress is None:
                continue
            asked += 1
            found = foresee(progress, history, method)
            if not isinstance(found, Forecast):
                continue
            took = remaining(progress, one)
            counted += 1
            inside += found.low <= took <= found.high
            below += took <= found.p90
            width += found.high - found.low
    if not counted:
        return 0.0, math.nan, math.nan, math.nan
    return counted / asked, inside / counted, below / counted, width / counted


def case(world: World, number: int, chance: random.Random) -> dict[str, int]:
    """Draw the durations of a case."""
    common = chance.gauss(0, world.cases) + world.drift * number
    return {s: max(1, round(m * math.exp(chance.gauss(0, world.steps) + common))) for s, m in TYPICAL.items()}


def ends_of(past: Past) -> dict[str, int]:
    """Return the day on which each step of a case is done."""
    ends: dict[str, int] = {}
    for step in steps_of(ROUTE):
        ends[step.code] = max((ends[code] for code in before(step, ROUTE)), default=0) + past[step.code]
    return ends


def lasts(past: Past) -> int:
    """Return the days a case takes."""
    return max(ends_of(past).values())


def met(past: Past, when: str, day: int) -> Progress | None:
    """Return where a case stands when it is met; None where it is over by that day."""
    if when == "start":
        return Progress(ROUTE, frozenset(), {s.code: 0 for s in steps_of(ROUTE) if not before(s, ROUTE)})
    ends, last = ends_of(past), lasts(past)
    now = day if when == "on a day" else last // 2
    if now >= last:
        return None
    begun = {s: ends[s] - past[s] for s in ends}
    running = {s: now - begun[s] for s in ends if begun[s] <= now < ends[s]}
    done = frozenset(s for s in ends if ends[s] <= now)
    return Progress(ROUTE, done, running, {s: past[s] for s in done})


def foresee(progress: Progress, history: Sequence[Past], method: str) -> object:
    """Forecast by the product's method, or by the steps apart alone."""
    return (forecast if method == "product" else by_steps)(progress, history, LEAST)


if __name__ == "__main__":
    main()
