"""How far the points of a file can be trusted: outside the city, in another district than stated, shared by several.

Wrong points are flagged and shown, never dropped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jiugai.domain.geo.districts import CITY, DistrictIndex, same_ground

OUTSIDE = "outside"
MISMATCH = "district_mismatch"
SHARED = "shared_point"
LABELS = {OUTSIDE: "坐标不在北京", MISMATCH: "坐标不在所说的区", SHARED: "几个小区同一坐标"}


@dataclass(frozen=True)
class Position:
    """What can be said of a point: the area it lies in (the city when outside every district), and what is doubtful."""

    area: str
    flags: tuple[str, ...]


def judge(rows: Sequence[Mapping[str, Any]], districts: DistrictIndex) -> list[Position | None]:
    """Return for the values of each row (`point`, `district`) its position; None without a point.

    All rows of a source are judged together, because a point that several rows share is a bad geocode.
    """
    points = [row.get("point") for row in rows]
    nowhere = (float("nan"), float("nan"))
    found = districts.locate([(p or nowhere)[0] for p in points], [(p or nowhere)[1] for p in points])
    shared = Counter(tuple(p) for p in points if p)
    judged: list[Position | None] = []
    for row, point, code in zip(rows, points, found, strict=True):
        judged.append(_judge(row.get("district"), code, shared[tuple(point)]) if point else None)
    return judged


def _judge(stated: str | None, found: str | None, times: int) -> Position:
    flags = []
    if found is None:
        flags.append(OUTSIDE)
    elif stated and not same_ground(stated, found):
        flags.append(MISMATCH)
    if times > 1:
        flags.append(SHARED)
    return Position(found or CITY, tuple(flags))
