"""A chart of readings as SVG: it prints, needs no script, and says its figures in words too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

WIDTH, HEIGHT, PAD = 640, 140, 8
Point = tuple[datetime, Decimal, bool]


@dataclass(frozen=True)
class Chart:
    """Points of a line, dots of alarms, heights of the limits, and the words under it."""

    line: str
    dots: list[tuple[float, float]]
    limits: list[tuple[float, str]]
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(points: Sequence[Point], *, low: Decimal | None, high: Decimal | None, unit: str, label: str) -> Chart:
    """Draw readings in the order of time, from zero or the lowest value up."""
    values = [value for _, value, _ in points] + [one for one in (low, high) if one is not None]
    bottom, top = min([Decimal(0), *values]), max(values)
    begin, end = points[0][0], points[-1][0]
    span = (end - begin).total_seconds() or 1.0

    def across(at: datetime) -> float:
        return round(PAD + (WIDTH - 2 * PAD) * (at - begin).total_seconds() / span, 1)

    def up(value: Decimal) -> float:
        return round(HEIGHT - PAD - (HEIGHT - 2 * PAD) * float((value - bottom) / ((top - bottom) or 1)), 1)

    drawn = [(across(at), up(value), alarm) for at, value, alarm in points]
    return Chart(
        line=" ".join(f"{x},{y}" for x, y, _ in drawn),
        dots=[(x, y) for x, y, alarm in drawn if alarm],
        limits=[
            (up(one), f"{word} {one.normalize():f}") for word, one in (("下限", low), ("上限", high)) if one is not None
        ],
        words=_words(points, unit, label),
    )


def _words(points: Sequence[Point], unit: str, label: str) -> str:
    begin, end = (timezone.localtime(points[n][0]) for n in (0, -1))
    highest, alarms = max(value for _, value, _ in points), sum(alarm for *_, alarm in points)
    return (
        f"{label}，{begin:%m-%d %H:%M} 至 {end:%m-%d %H:%M}，最高 {highest.normalize():f} {unit}，"
        f"最近 {points[-1][1].normalize():f} {unit}，超限 {alarms} 次"
    )
