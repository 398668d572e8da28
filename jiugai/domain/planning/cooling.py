"""How an annealing cools: stages of heat, slopes of the limits and charge for their use, on the clock or by moves."""

from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

ROUNDS = 60


@dataclass(frozen=True)
class Stage:
    """Part of an annealing: its share of the moves, and how heat, slopes and charge run from first to last.

    `slope` multiplies the prices of what stands above a limit, `least` is the lowest such price. `charge` is the share
    of the prices that is charged for all use, also below the limit: at first only what is worth its price comes in,
    in the end whatever fits. `swaps` is the share of exchanges among the moves.
    """

    share: float
    heat: tuple[float, float]
    slope: tuple[float, float]
    least: tuple[float, float]
    charge: tuple[float, float]
    swaps: float


def between(ends: tuple[float, float], share: float) -> float:
    """Return the value on the geometric way from the first to the last."""
    return float(ends[0] * (ends[1] / ends[0]) ** share)


class Step(NamedTuple):
    """One point of a stage."""

    heat: float
    slope: float
    least: float
    charge: float
    swaps: float


def steps(stages: tuple[Stage, ...], rounds: int) -> list[Step]:
    """Return the steps of the stages, about `rounds` in all."""
    found = []
    for stage in stages:
        count = max(2, round(rounds * stage.share))
        for share in (k / (count - 1) for k in range(count)):
            charge = stage.charge[0] + (stage.charge[1] - stage.charge[0]) * share
            heat, slope, least = (between(ends, share) for ends in (stage.heat, stage.slope, stage.least))
            found.append(Step(heat, slope, least, charge, stage.swaps))
    return found


@dataclass
class Pace:
    """How many moves each of `rounds` steps makes: a fixed number of moves, or what the time until `until` allows."""

    moves: int
    until: float | None = None
    rounds: int = 0
    done: int = 0

    def __post_init__(self) -> None:
        """Choose the number of steps."""
        self.rounds = self.rounds or int(min(ROUNDS, max(6, self.moves // 300)))

    def next(self, speed: float) -> int:
        """Return the moves of the next step."""
        left = max(1, self.rounds - self.done)
        self.done += 1
        if self.until is None:
            return max(1, self.moves // self.rounds)
        return max(1, int(speed * max(0.0, self.until - perf_counter()) / left))


WHOLE = (
    Stage(0.85, (0.05, 0.002), (0.05, 300.0), (0.02, 30.0), (1.0, 0.0), 0.5),
    Stage(0.15, (0.003, 0.0005), (300.0, 1000.0), (30.0, 300.0), (0.0, 0.0), 0.6),
)
AGAIN = (
    Stage(0.8, (0.05, 0.002), (0.1, 300.0), (0.03, 30.0), (1.0, 0.0), 0.5),
    Stage(0.2, (0.003, 0.001), (300.0, 1000.0), (30.0, 300.0), (0.0, 0.0), 0.6),
)
