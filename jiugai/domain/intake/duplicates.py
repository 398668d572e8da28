"""Finds pairs of communities that may be one: by name, distance and year. A person decides, never this code."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from math import cos, hypot, radians

FAR_M = 800
"""Two places further apart than this are never proposed (the join of the crawls used the same figure)."""
NEAR_M = 60
"""Within this distance a pair is proposed whatever the names, unless a number or direction tells them apart."""
LEAST_SCORE = 0.55
LEAST_LIKENESS = 0.7
"""Beyond NEAR_M, names less alike than this are two places."""
CELL_DEGREES = 0.01
METRES_PER_DEGREE = 111_320
FAR_DEGREES = FAR_M / METRES_PER_DEGREE
MARKS = frozenset(
    "东西南北中前后左右上下新老大小0123456789一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    "ABCDEFGHabcdefgh"
)
"""Characters that tell neighbours apart: 慧忠里 and 慧忠北里 are two communities, not one."""


@dataclass(frozen=True)
class Place:
    """What is compared. `name` is normalised by `names.normalise`; empty when the source gave only a number.

    `sources` are those that list the place: one source rarely lists one place twice, so two places of one source are
    only proposed when their names are the same.
    """

    key: Hashable
    name: str
    lon: float
    lat: float
    year: int | None = None
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Proposal:
    """Two places that may be one. `score` lies in 0…1; `reasons` are Chinese phrases for the page."""

    first: Place
    second: Place
    score: float
    distance_m: int
    reasons: tuple[str, ...]


def find(places: Iterable[Place], *, among: Iterable[Place] | None = None) -> list[Proposal]:
    """Return the proposals between `places` (or between `places` and `among`), best first.

    Each pair comes once, in the order of first appearance; equal scores keep that order, so the result is stable.
    """
    fresh = list(places)
    known = list(among) if among is not None else []
    grid = _grid(known)
    found = []
    for place in fresh:
        found += [p for other in _near(grid, place) if (p := compare(other, place)) is not None]
        if among is None:
            grid[_cell(place)].append(place)
    return sorted(found, key=lambda p: -p.score)


def compare(first: Place, second: Place) -> Proposal | None:
    """Return a proposal for two places, or None when they are too far apart or too unlike."""
    if abs(first.lat - second.lat) > FAR_DEGREES or first.key == second.key:
        return None
    distance = distance_m(first, second)
    if distance > FAR_M or (distance > NEAR_M and not _could_be_alike(first.name, second.name)):
        return None
    likeness = name_likeness(first.name, second.name)
    score = round(_score(first, second, likeness, distance), 3)
    if distance > NEAR_M and (likeness < LEAST_LIKENESS or score < LEAST_SCORE):
        return None
    if (first.sources & second.sources and likeness < 1) or _told_apart(first.name, second.name):
        return None
    return Proposal(first, second, score, round(distance), _reasons(first, second, likeness, distance))


def _could_be_alike(first: str, second: str) -> bool:
    """Rule out most pairs cheaply: unless one holds the other, names are at most as alike as the letters they share."""
    if not (first and second):
        return False
    if first in second or second in first:
        return True
    common = min(sum(c in second for c in first), sum(c in first for c in second))
    return 2 * common >= LEAST_LIKENESS * (len(first) + len(second))


def _score(first: Place, second: Place, likeness: float, distance: float) -> float:
    closeness = 1 - distance / FAR_M
    if not (first.name and second.name):
        likeness = 0.5
    return 0.5 * likeness + 0.35 * closeness + 0.15 * _year_likeness(first.year, second.year)


def _year_likeness(first: int | None, second: int | None) -> float:
    """Communities span years: within five counts as the same (77 % of the crawls' pairs), beyond 25 as different."""
    if first is None or second is None:
        return 0.5
    gap = abs(first - second)
    return 1.0 if gap <= 5 else max(0.0, 1 - (gap - 5) / 20)


@lru_cache(maxsize=200_000)
def name_likeness(first: str, second: str) -> float:
    """Return how alike two normalised names are, 0…1."""
    if not first or not second:
        return 0.0
    if first == second:
        return 1.0
    if first in second or second in first:
        return 0.9
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _told_apart(first: str, second: str) -> bool:
    """Tell whether two names differ in a number or direction though they are otherwise alike."""
    if not (first and second) or _marks(first) == _marks(second):
        return False
    return name_likeness(_plain(first), _plain(second)) >= 0.5


def _plain(name: str) -> str:
    return "".join(c for c in name if c not in MARKS)


def _marks(name: str) -> list[str]:
    return sorted(c for c in name if c in MARKS)


def distance_m(first: Place, second: Place) -> float:
    """Return the distance in metres, exact enough below a few kilometres."""
    east = (second.lon - first.lon) * cos(radians((first.lat + second.lat) / 2))
    return hypot(east, second.lat - first.lat) * METRES_PER_DEGREE


def _reasons(first: Place, second: Place, likeness: float, distance: float) -> tuple[str, ...]:
    near = f"相距 {round(distance)} 米"
    return (*_name_words(first, second, likeness), near, *_year_words(first, second))


def _name_words(first: Place, second: Place, likeness: float) -> Iterator[str]:
    if not (first.name and second.name):
        yield "一方没有名称"
    elif likeness == 1:
        yield "名称相同"
    elif likeness >= LEAST_LIKENESS:
        yield f"名称相近（{int(likeness * 100)}%）"
    else:
        yield "名称不同，位置几乎重合"


def _year_words(first: Place, second: Place) -> Iterator[str]:
    if first.year is None or second.year is None:
        yield "建成年份不全"
    elif first.year == second.year:
        yield "建成年份相同"
    else:
        yield f"建成年份差 {abs(first.year - second.year)} 年"


def _grid(places: Iterable[Place]) -> defaultdict[tuple[int, int], list[Place]]:
    grid: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        grid[_cell(place)].append(place)
    return grid


def _cell(place: Place) -> tuple[int, int]:
    return int(place.lon / CELL_DEGREES), int(place.lat / CELL_DEGREES)


def _near(grid: dict[tuple[int, int], list[Place]], place: Place) -> Iterator[Place]:
    """Yield places of the cell and its neighbours: a cell is wider than FAR_M in both directions at Beijing."""
    column, row = _cell(place)
    for x in (column - 1, column, column + 1):
        for y in (row - 1, row, row + 1):
            yield from grid.get((x, y), ())
