"""How urgently a community needs lifts, estimated from height and sales, for the map (T01-4, T13)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

FIGURES = Path(__file__).parent / "parameters" / "lift_need.yaml"


class LiftNeed(StrEnum):
    """Classes of the map, in the order of its legend."""

    HIGH = "high"
    MID = "mid"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Words of the legend."""
        return LABELS[self]


LABELS = {
    LiftNeed.HIGH: "高：多层，多数无电梯",
    LiftNeed.MID: "中：有高层，多数无电梯",
    LiftNeed.LOW: "低：多数已有电梯",
    LiftNeed.NONE: "不涉及：3层及以下",
    LiftNeed.UNKNOWN: "资料不足",
}


@dataclass(frozen=True)
class Limits:
    """Figures in force: storeys that need no lift, storeys that people still climb, and what `most` means."""

    none_up_to: int
    walk_up_to: int
    most: float


@cache
def limits_on(day: date) -> Limits:
    """Return the figures in force on a day; before the first version, the first."""
    versions = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))["versions"]
    last = max((v for v in versions if v["from"] <= day), key=lambda v: v["from"], default=versions[0])
    return Limits(
        none_up_to=last["none_up_to_storeys"]["value"],
        walk_up_to=last["walk_up_to_storeys"]["value"],
        most=last["most"]["value"],
    )


def estimate(*, floors_max: int | None, share_no_lift: float | None, on: date) -> LiftNeed:
    """Return the estimated need of a community by its highest building and its share of sales without lift."""
    limits = limits_on(on)
    if floors_max is None:
        return LiftNeed.UNKNOWN
    if floors_max <= limits.none_up_to:
        return LiftNeed.NONE
    if share_no_lift is None:
        return LiftNeed.UNKNOWN
    if share_no_lift <= limits.most:
        return LiftNeed.LOW
    return LiftNeed.HIGH if floors_max <= limits.walk_up_to else LiftNeed.MID
