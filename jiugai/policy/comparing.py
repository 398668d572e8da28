"""What a draft of figures would change in a district: which verdicts would flip."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from jiugai.domain.errors import TooLarge
from jiugai.domain.finding import Verdict
from jiugai.domain.gates import evaluate
from jiugai.policy import figures
from jiugai.policy.facts import load_in_chunks
from jiugai.policy.models import DraftSet
from jiugai.registry.models import Community

MOST = 20_000  # answered within a request; a whole city is the benchmark's business
SHOWN = 500


@dataclass
class Flips:
    """Counts of verdicts under the figures in force and under the draft, and whose verdict would differ."""

    total: int = 0
    open_now: int = 0
    open_then: int = 0
    changed: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    opens: list[int] = field(default_factory=list)
    shuts: list[int] = field(default_factory=list)


def compare(*, draft: DraftSet, gate: str, rows: QuerySet[Community], on: date) -> Flips:
    """Judge every community of `rows` twice and count. Waivers are left out: they hold under either.

    Raises TooLarge, BadFigure, UnknownFigure, UnknownGate.
    """
    count = rows.count()
    if count > MOST:
        raise TooLarge(f"一次最多比较 {MOST:,} 个小区，这里有 {count:,} 个", remedy="选一个区或街道再比较")
    now, then = figures.current(), figures.with_draft(figures.current(), draft)
    flips = Flips()
    for facts in load_in_chunks(rows, on=on):
        for pk, one in facts.items():
            _count(flips, pk, evaluate(gate, one, now), evaluate(gate, one, then))
    return flips


def _count(flips: Flips, pk: int, now: Verdict, then: Verdict) -> None:
    flips.total += 1
    flips.open_now += now.is_open
    flips.open_then += then.is_open
    if then.is_open != now.is_open:
        (flips.opens if then.is_open else flips.shuts).append(pk)
    different = [b.rule for a, b in zip(now.findings, then.findings, strict=True) if a.outcome is not b.outcome]
    flips.changed += bool(different)
    for rule in different:
        flips.by_rule[rule] = flips.by_rule.get(rule, 0) + 1


def named(keys: Sequence[int], rows: QuerySet[Community]) -> list[Community]:
    """Return the communities of some keys, at most as many as are shown."""
    return list(rows.filter(pk__in=keys[:SHOWN]).select_related("area").defer("boundary", "area__boundary"))
