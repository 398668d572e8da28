"""In which area a row lies: by its point, by the district and street it states, and what to say when they differ."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from jiugai.accounts.models import Area
from jiugai.domain.geo.districts import CITY, District, DistrictIndex
from jiugai.domain.intake.positions import MISMATCH, OUTSIDE, SHARED, Position, judge
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.streets import Named, Places

# What a file of others writes behind the district is meant as a place when it ends like one.
PLACE_WORDS = re.compile(r"(?:街道|地区|镇|乡|社区|居委会|村委会)(?:办事处)?$")


@dataclass(frozen=True)
class Located:
    """The code of the area (empty when unknown), what is said of the point, and what to tell the person.

    `unplaced`: what the row states below the district names no place there.
    """

    area: str
    position: Position | None
    problems: tuple[Problem, ...] = ()
    unplaced: Problem | None = None


class Ground:
    """The area tree with the outlines of the districts, loaded once per job."""

    def __init__(self) -> None:
        rows = list(Area.objects.values_list("code", "name", "level", "parent__code", "path"))
        self.paths = {code: path for code, _, _, _, path in rows}
        self.names = {code: name for code, name, *_ in rows}
        self._places = Places(Named(code, name, level, parent or "") for code, name, level, parent, _ in rows)
        outlined = Area.objects.filter(level=Area.Level.DISTRICT, boundary__isnull=False)
        self._index = DistrictIndex(
            District(code, shapely.from_wkb(bytes(outline.wkb)))
            for code, outline in outlined.values_list("code", "boundary")
            if outline
        )

    def name_at(self, path: str) -> str:
        """Return the name of the district of a path, or of the area itself where it is the city."""
        codes = path.strip("/").split("/")
        code = codes[1] if len(codes) > 1 else codes[0]
        return self.names.get(code, code)

    def holds(self, outer: str, inner: str) -> bool:
        """Tell whether one area, by code, lies in another."""
        return outer in self.paths and self.paths.get(inner, "").startswith(self.paths[outer])

    def districts_at(self, points: Sequence[tuple[float, float]]) -> list[str | None]:
        """Return the district of each CGCS2000 point, None outside the city."""
        return self._index.locate([p[0] for p in points], [p[1] for p in points]) if points else []

    def locate(self, rows: Sequence[Mapping[str, Any]], *, ours: bool = False) -> list[Located]:
        """Settle the area of each row by its values (`point`, `district`, `street`, `below` the district).

        Points shared by several rows are no matter here: they show only when the whole file has been read. Files of
        `ours` name places below the district; in others trade areas stand there, so that only full names count.
        """
        judged = zip(rows, judge(rows, self._index), strict=True)
        return [self._settle(values, position, ours=ours) for values, position in judged]

    def _settle(self, values: Mapping[str, Any], position: Position | None, *, ours: bool) -> Located:
        stated = str(values.get("district") or "")
        if position is None:
            area, unplaced = self._within(stated, values, ours=ours)
            return Located(area, None, () if stated else (_nowhere(has_point=False),), unplaced)
        flags = tuple(f for f in position.flags if f != SHARED)
        outside = OUTSIDE in flags
        if outside and not stated:
            return Located("", None, (_nowhere(has_point=True),))
        # A point outside the city says nothing of the place; what the row states does.
        district = stated if outside or position.area == CITY else position.area
        area, unplaced = self._within(district, values, ours=ours)
        doubts = tuple(self._doubts(flags, stated, district))
        return Located(area, Position(area, flags), doubts, None if MISMATCH in flags else unplaced)

    def _doubts(self, flags: Sequence[str], stated: str, found: str) -> Iterator[Problem]:
        if OUTSIDE in flags:
            yield warning(OUTSIDE, "坐标不在北京市范围内", "核对经纬度和坐标系；先按写明的区登记，位置标“待核实”")
        if MISMATCH in flags:
            words = f"写的是{self.names.get(stated, stated)}，坐标却落在{self.names.get(found, found)}"
            yield warning(MISMATCH, words, "核对坐标；先按坐标所在的区登记，位置标“待核实”")

    def _within(self, district: str, values: Mapping[str, Any], *, ours: bool) -> tuple[str, Problem | None]:
        """Return the stated street or committee if the district has it, else the district and what is wrong."""
        street, below = str(values.get("street") or ""), str(values.get("below") or "")
        words = street or below
        if not words or not district:
            return district, None
        found = self._places.find(district, words, whole=not (ours or street))
        wrong = found is None and bool(ours or street or PLACE_WORDS.search(below))
        return found or district, self._unplaced(district, words) if wrong else None

    def _unplaced(self, district: str, words: str) -> Problem:
        return Problem(
            "place_unknown",
            f"{self.names.get(district, district)}没有“{words}”这个街道或社区",
            "填本区街道（乡镇）、社区（村）的全称或代码",
        )


def _nowhere(*, has_point: bool) -> Problem:
    words = "坐标不在北京，也没有写明是哪个区" if has_point else "没有写明在哪个区，也没有坐标"
    return Problem("nowhere", words, "补上区名，如 朝阳区；不在北京的跳过这一行")
