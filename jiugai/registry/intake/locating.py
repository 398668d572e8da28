"""In which area a row lies: by its point, by the district and street it states, and what to say when they differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from jiugai.accounts.models import Area
from jiugai.domain.geo.districts import CITY, District, DistrictIndex
from jiugai.domain.intake.positions import MISMATCH, OUTSIDE, SHARED, Position, judge
from jiugai.domain.intake.problems import Problem, warning


@dataclass(frozen=True)
class Located:
    """The code of the area (empty when unknown), what is said of the point, and what to tell the person."""

    area: str
    position: Position | None
    problems: tuple[Problem, ...] = ()


class Ground:
    """The area tree with the outlines of the districts, loaded once per job."""

    def __init__(self) -> None:
        rows = list(Area.objects.values_list("code", "name", "level", "parent__code", "path"))
        self.paths = {code: path for code, _, _, _, path in rows}
        self.names = {code: name for code, name, *_ in rows}
        self._streets = {
            (parent, _bare(name)): code for code, name, level, parent, _ in rows if level == Area.Level.STREET
        }
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

    def districts_at(self, points: Sequence[tuple[float, float]]) -> list[str | None]:
        """Return the district of each CGCS2000 point, None outside the city."""
        return self._index.locate([p[0] for p in points], [p[1] for p in points]) if points else []

    def locate(self, rows: Sequence[Mapping[str, Any]]) -> list[Located]:
        """Settle the area of each row by its values (`point`, `district`, `street`).

        Points shared by several rows are no matter here: they show only when the whole file has been read.
        """
        return [self._settle(values, position) for values, position in zip(rows, judge(rows, self._index), strict=True)]

    def _settle(self, values: Mapping[str, Any], position: Position | None) -> Located:
        stated = str(values.get("district") or "")
        if position is None:
            return Located(self._within(stated, values), None, () if stated else (_nowhere(has_point=False),))
        flags = tuple(f for f in position.flags if f != SHARED)
        outside = OUTSIDE in flags
        if outside and not stated:
            return Located("", None, (_nowhere(has_point=True),))
        # A point outside the city says nothing of the place; what the row states does.
        district = stated if outside or position.area == CITY else position.area
        area = self._within(district, values)
        return Located(area, Position(area, flags), tuple(self._doubts(flags, stated, district)))

    def _doubts(self, flags: Sequence[str], stated: str, found: str) -> Iterator[Problem]:
        if OUTSIDE in flags:
            yield warning(OUTSIDE, "坐标不在北京市范围内", "核对经纬度和坐标系；先按写明的区登记，位置标“待核实”")
        if MISMATCH in flags:
            words = f"写的是{self.names.get(stated, stated)}，坐标却落在{self.names.get(found, found)}"
            yield warning(MISMATCH, words, "核对坐标；先按坐标所在的区登记，位置标“待核实”")

    def _within(self, district: str, values: Mapping[str, Any]) -> str:
        """Return the stated street if the district has one of that name, else the district."""
        street = values.get("street")
        return self._streets.get((district, _bare(str(street))), district) if street else district


def _bare(street: str) -> str:
    for ending in ("街道办事处", "地区办事处", "街道", "地区", "镇", "乡"):
        if street.endswith(ending):
            return street.removesuffix(ending)
    return street


def _nowhere(*, has_point: bool) -> Problem:
    words = "坐标不在北京，也没有写明是哪个区" if has_point else "没有写明在哪个区，也没有坐标"
    return Problem("nowhere", words, "补上区名，如 朝阳区；不在北京的跳过这一行")
