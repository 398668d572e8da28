"""Gathers sales records into building groups and figures of communities.

A group is what sales tell of like buildings: storeys, year, shape, with or without lift. It is no surveyed building and
is labelled so everywhere. Rows stream through; only counts are kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import median
from typing import NamedTuple, TypeVar

from jiugai.domain.geo.crs import to_cgcs2000
from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import RawRow

EARLIEST = 1850
SHAPE_WORDS = {"tower": "塔楼", "bungalow": "平房", "mixed": "板塔结合楼", "slab": "板楼"}
SHAPES = frozenset(SHAPE_WORDS)
STRUCTURES = frozenset({"mixed", "brick_wood", "brick_concrete", "steel", "steel_concrete"})
MASONRY = frozenset({"mixed", "brick_concrete"})
"""砖混 as the sales mean it: 混合结构 and 砖混结构, not the few of brick and wood."""
T = TypeVar("T")
_FLOOR = re.compile(r"(?:[^\d]*\s)?(\d{1,3})")


class Sale(NamedTuple):
    """One sale as far as it tells of the building. None where the record says nothing readable."""

    community: str
    lon: float | None
    lat: float | None
    storeys: int | None
    year: int | None
    shape: str | None
    structure: str | None
    lift: bool | None
    district: str | None


class GroupKey(NamedTuple):
    """What makes a group. The community's key is the source's."""

    community: str
    storeys: int | None
    year: int
    shape: str
    lift: bool | None


@dataclass(frozen=True)
class BuildingGroup:
    """Sales of like buildings of a community."""

    key: GroupKey
    sales: int
    structure: str | None

    @property
    def code(self) -> str:
        """A name that is the same in every import of the file."""
        lift = {True: "y", False: "n", None: "u"}[self.key.lift]
        return f"{self.key.community}-{self.key.storeys or 0}-{self.key.year}-{self.key.shape}-{lift}"

    @property
    def label(self) -> str:
        """Words for the list: 6层板楼（1985年，无电梯）."""
        storeys = f"{self.key.storeys}层" if self.key.storeys and self.key.shape != "bungalow" else ""
        lift = {True: "，有电梯", False: "，无电梯", None: ""}[self.key.lift]
        return f"{storeys}{SHAPE_WORDS[self.key.shape]}（{self.key.year}年{lift}）"


@dataclass
class Figures:
    """Counts over the sales of one community. Points are in the profile's system until `gather` converts them."""

    sales: int = 0
    points: Counter[tuple[float, float]] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    storeys: Counter[int] = field(default_factory=Counter)
    lifts: Counter[bool] = field(default_factory=Counter)
    structures: Counter[str] = field(default_factory=Counter)
    districts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Gathered:
    """What came of a file: values by community key, groups in a fixed order, and how many rows were unreadable."""

    communities: Mapping[str, Mapping[str, object]]
    groups: tuple[BuildingGroup, ...]
    rows: int


def read_sales(rows: Iterable[RawRow], *, profile: Profile) -> Iterator[tuple[Sale | None, Problem | None]]:
    """Read each row; a row without a community gives a problem, a row with shifted columns a warning."""
    title = {key: column for column, key in profile.columns.items()}
    codes = profile.codes
    for raw in rows:
        said = {key: plain_text(raw.cells.get(column)) for key, column in title.items()}
        words = {key: codes.get(key, {}).get(text, text) for key, text in said.items()}
        sale = _sale(words)
        if not sale.community:
            problem = Problem("sale_without_community", "没有小区编号，归不到小区", "补上编号，或删掉这一行")
            yield None, problem.at(sheet=raw.sheet, row=raw.number, column=title.get("community", ""))
        elif sale.storeys is None and sale.lift is None and sale.shape is None:
            note = warning("shifted_row", "这一行的各列像是错位了，只计成交笔数", "核对原表这一行")
            yield sale, note.at(sheet=raw.sheet, row=raw.number, column=title.get("floor", ""), typed=said.get("floor"))
        else:
            yield sale, None


@lru_cache(maxsize=65_536)
def plain_text(cell: object) -> str:
    """Return a cell as text; remembered, because the columns of sales repeat few values."""
    return cell.strip() if isinstance(cell, str) and cell.isascii() else plain(cell)  # type: ignore[arg-type]


def _sale(said: Mapping[str, str]) -> Sale:
    shape, structure, lift = said.get("building_type"), said.get("structure"), said.get("has_lift")
    return Sale(
        said.get("community", ""),
        _degrees(said.get("lon", "")),
        _degrees(said.get("lat", "")),
        _storeys(said.get("floor", "")),
        _year(said.get("built_year", "")),
        shape if shape in SHAPES else None,
        structure if structure in STRUCTURES else None,
        {"yes": True, "no": False}.get(lift or ""),
        said.get("district") or None,
    )


@lru_cache(maxsize=65_536)
def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _storeys(text: str) -> int | None:
    """Read "高 26" (band and storeys of the building) or a bare number."""
    found = _FLOOR.fullmatch(text)
    return int(found[1]) if found and 1 <= int(found[1]) <= 150 else None


@lru_cache(maxsize=4096)
def _year(text: str) -> int | None:
    return int(text) if text.isdigit() and EARLIEST <= int(text) <= 2100 else None


def gather(sales: Iterable[Sale], *, profile: Profile, groups_before: int | None = None) -> Gathered:
    """Gather sales into values of communities and building groups.

    Groups are made only of sales whose year and shape are known, and, with `groups_before`, built before that year.
    """
    figures: dict[str, Figures] = {}
    counts: Counter[GroupKey] = Counter()
    structures: dict[GroupKey, Counter[str]] = {}
    rows = 0
    for sale in sales:
        rows += 1
        _count(figures.setdefault(sale.community, Figures()), sale)
        key = _group_key(sale, groups_before)
        if key is not None:
            counts[key] += 1
            structures.setdefault(key, Counter())[sale.structure or ""] += 1
    groups = (BuildingGroup(key, n, _usual(structures[key]) or None) for key, n in counts.items())
    ordered = tuple(sorted(groups, key=lambda g: g.code))
    return Gathered(_values(figures, profile), ordered, rows)


def _group_key(sale: Sale, before: int | None) -> GroupKey | None:
    if sale.year is None or sale.shape is None or (before is not None and sale.year >= before):
        return None
    return GroupKey(sale.community, sale.storeys, sale.year, sale.shape, sale.lift)


def _count(figures: Figures, sale: Sale) -> None:
    figures.sales += 1
    if sale.lon is not None and sale.lat is not None:
        figures.points[sale.lon, sale.lat] += 1
    for counter, value in (
        (figures.years, sale.year),
        (figures.storeys, sale.storeys),
        (figures.lifts, sale.lift),
        (figures.structures, sale.structure),
        (figures.districts, sale.district),
    ):
        if value is not None:
            counter[value] += 1  # type: ignore[index]


def _values(figures: Mapping[str, Figures], profile: Profile) -> dict[str, dict[str, object]]:
    """Return the values of each community, points converted together."""
    keys = sorted(figures)
    points = [_usual(figures[key].points) or (float("nan"), float("nan")) for key in keys]
    lon, lat = to_cgcs2000(profile.crs, [p[0] for p in points], [p[1] for p in points])
    return {
        key: _community(figures[key], (round(x, 7), round(y, 7)))
        for key, x, y in zip(keys, lon.tolist(), lat.tolist(), strict=True)
    }


def _community(figures: Figures, point: tuple[float, float]) -> dict[str, object]:
    lifts, structures = figures.lifts, figures.structures
    district: str | None = _usual(figures.districts)
    masonry = sum(n for name, n in structures.items() if name in MASONRY)
    said: dict[str, object | None] = {
        "point": None if point[0] != point[0] else list(point),
        "district": district,
        "built_year": int(median(figures.years.elements())) if figures.years else None,
        "built_year_min": min(figures.years, default=None),
        "built_year_max": max(figures.years, default=None),
        "floors_max": max(figures.storeys, default=None),
        "share_no_lift": round(lifts[False] / lifts.total(), 3) if lifts else None,
        "share_masonry": round(masonry / structures.total(), 3) if structures else None,
        "sales": figures.sales,
    }
    return {key: value for key, value in said.items() if value is not None}


def _usual(counter: Counter[T]) -> T | None:
    """Return the most frequent value; among equals the smallest, so that the order of rows does not matter."""
    return min(counter, key=lambda value: (-counter[value], str(value)), default=None)
