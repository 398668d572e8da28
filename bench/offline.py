# ruff: noqa: S311 - random orders for measuring, no secret
"""Whether 1,000 random orders of arrival make one state, and how long folding takes beside a naive last-arrival-wins.

    python -m bench.offline --orders 1000 --edits 300

Five phones, one a year ahead and one an hour behind, edit one building: answers, defects, removals. Every order is
folded from scratch, with every third entry sent twice. The naive way (what arrives last wins, as when forms are simply
saved on arrival) is counted beside it.
"""

import argparse
import random
import statistics
import sys
import time
from dataclasses import dataclass

from jiugai.domain.arrivals import timing
from jiugai.domain.checkup.merge import Op, fold
from jiugai.domain.checkup.reading import first_edition

NOW = 1_795_449_600_000
HOUR, YEAR = 3_600_000, 365 * 24 * 3_600_000
# How far each phone's clock is off, in ms.
CLOCKS = {"p-right-one": 0, "p-right-two": 900, "p-a-year-on": YEAR, "p-an-hour-back": -HOUR, "p-right-three": -700}


@dataclass(frozen=True)
class Report:
    """What was measured. `states` and `naive` are the numbers of different results."""

    orders: int
    edits: int
    states: int
    naive: int
    median_ms: float


def edits(count: int, chance: random.Random) -> list[Op]:
    """Make edits as they stand after arrival, with every phone's clock corrected by `domain.arrivals`."""
    codes = [i.code for i in first_edition().indicators if i.answer == "verdict"]
    counters = dict.fromkeys(CLOCKS, 0)
    made: list[Op] = []
    for number in range(count):
        device = chance.choice(list(CLOCKS))
        counters[device] += 1
        wall = NOW - HOUR + number * 1000 + CLOCKS[device]
        when = timing(wall=wall, sent=NOW + CLOCKS[device], received=NOW)
        action = chance.choices(["set", "add", "remove"], weights=[8, 2, 1])[0]
        field = chance.choice(codes) if action == "set" else "defects"
        made.append(Op(device, counters[device], when.at, 0, device, action, field, _value(action, made, chance)))
    return made


def _value(action: str, made: list[Op], chance: random.Random) -> object:
    if action == "add":
        return {"indicator": "gas", "code": "G1", "severity": chance.choice(["light", "severe"])}
    if action == "remove":
        added = [op.ident for op in made if op.action == "add"]
        return chance.sample(added, min(len(added), 2))
    return chance.choice(["ok", "bad", "unsure"])


def last_arrival(ops: list[Op]) -> str:
    """Return the state when every arrival simply overwrites."""
    values = {op.field: op.value for op in ops if op.action == "set"}
    members = dict.fromkeys(op.ident for op in ops if op.action == "add")
    seen: set[str] = set()
    for op in ops:
        seen |= {op.ident} if op.action == "add" else set()
        for ident in op.value if op.action == "remove" and isinstance(op.value, list) else ():
            if ident in seen:
                members.pop(ident, None)
    return repr((sorted(values.items()), sorted(members)))


def measure(orders: int, count: int, seed: int) -> Report:
    """Fold the same edits in many orders."""
    chance = random.Random(seed)
    ops = edits(count, chance)
    states, naive, took = set[str](), set[str](), list[float]()
    for _ in range(orders):
        arrived = [*ops, *ops[::3]]
        chance.shuffle(arrived)
        start = time.perf_counter()
        state = fold(arrived)
        took.append((time.perf_counter() - start) * 1000)
        states.add(repr(state))
        naive.add(last_arrival(arrived))
    return Report(orders, count, len(states), len(naive), statistics.median(took))


def main() -> int:
    """Measure and print; ends with 1 when there is more than one state."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    report = measure(asked.orders, asked.edits, asked.seed)
    print(f"{report.orders:,} random orders of {report.edits} edits (a third of them sent twice) from five phones")
    print(f"states: {report.states}    with the last arrival simply winning: {report.naive:,}")
    print(f"folding one building from scratch: median {report.median_ms:.2f} ms")
    return 0 if report.states == 1 else 1


if __name__ == "__main__":
    sys.exit(main())
