"""Why a project is not in a plan: every start it could have is tried with the planner's own constraints."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiugai.domain.planning.constraints import Violation
from jiugai.domain.planning.rescore import Rescorer
from jiugai.planning.scoring import Loaded, in_words

MONEY = ("district_budget", "city_budget")
TAGS = {
    "district_budget": "资金", "city_budget": "资金", "capacity": "能力", "street_max_active": "工地", "ratio": "占比",
    "bundle": "打捆", "same_year": "当年", "earliest": "治理", "latest_finish": "期限", "must": "期限",
}  # fmt: skip


@dataclass(frozen=True)
class Try:
    """One start tried: what would break, and by how much money at most."""

    start: int
    label: str
    broken: tuple[Violation, ...]
    short: float

    @property
    def weight(self) -> tuple[int, float, int]:
        """How bad it is: fewest limits broken, then the least money, then the earliest."""
        return len(self.broken), self.short, self.start


@dataclass(frozen=True)
class WhyNot:
    """What keeps a project out."""

    tries: list[Try]
    best: Try | None
    tag: str
    words: list[str]
    change: float


def why_not(ready: Loaded, starts: Mapping[str, int], code: str) -> WhyNot:
    """Try every start of a project on a plan, and say which is nearest and what stands in its way."""
    rescorer = Rescorer(ready.problem, starts)
    before = {v.constraint for v in rescorer.score.violations}
    item = ready.problem.items[code]
    tries = []
    for start in ready.problem.start_months(item):
        score = rescorer.preview(code, start)
        broken = tuple(v for v in score.violations if v.constraint not in before)
        short = max([float(v.amount) for v in broken if v.kind in MONEY], default=0.0)
        tries.append(Try(start, ready.calendar.labels[start], broken, short))
    best = min(tries, key=lambda one: one.weight, default=None)
    if best is None:
        return WhyNot([], None, "期限", ["没有一个月能开工：最早开工、工期和最晚完工合不上"], 0.0)
    change = float(rescorer.preview(code, best.start).change)
    words = [one["words"] for one in in_words(list(best.broken), ready.told)]
    tag = TAGS.get(best.broken[0].kind, "条件") if best.broken else "得分"
    if not best.broken:
        words = ["放得进去，不超任何上限" + ("，得分还会增加" if change > 0 else "，但这时放进去得分不增加")]
    return WhyNot(tries, best, tag, words, change)


def as_bars(found: WhyNot, height: int = 44) -> list[dict[str, Any]]:
    """Draw the missing money of each start tried."""
    top = max([one.short for one in found.tries], default=0) or 1
    n = max(len(found.tries), 1)
    return [
        {"x": f"{300 * k / n:.1f}", "w": f"{max(300 / n - 1, 1):.1f}", "h": f"{max(2, height * one.short / top):.1f}",
         "y": f"{height - max(2, height * one.short / top):.1f}", "best": one is found.best, "label": one.label,
         "short": one.short}
        for k, one in enumerate(found.tries)
    ]  # fmt: skip
