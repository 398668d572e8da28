"""From rows as they stood in a file to values of the register, by a profile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha1
from itertools import islice
from typing import Any

import numpy as np

from jiugai.domain.geo.crs import to_cgcs2000
from jiugai.domain.geo.districts import below_district, in_bounds
from jiugai.domain.intake.fields import PLACE_FIELDS, Field, field_of
from jiugai.domain.intake.fields.text import Reading, is_nothing, plain
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.problems import LEFT_EMPTY, Problem
from jiugai.domain.intake.rows import Cell, ParsedRow, RawRow
from jiugai.domain.intake.shapes import Shape, read_geometry

BLOCK = 1000
DRAWN = "drawn"
"""Key of a point taken from a shape until the row is done; it is in CGCS2000 already."""
BELOW = "below"
"""Key of what the cell of the district says behind it: 管庄地区 of 朝阳区 管庄地区."""
Values = dict[str, Any]


def read_rows(rows: Iterable[RawRow], *, profile: Profile, latest_year: int) -> Iterator[ParsedRow]:
    """Read rows by a profile, in blocks, because points are converted many at a time.

    `latest_year` is the year of the file: nothing in it was built later. The domain fields of a row are JSON types;
    points are [lon, lat] in CGCS2000 degrees.
    """
    stream = iter(rows)
    while block := list(islice(stream, BLOCK)):
        yield from _converted([_read(raw, profile, latest_year) for raw in block], profile)


def row_key(raw: RawRow, profile: Profile) -> str:
    """Return what identifies a row within its source: the cell if the key is one column, else a short digest."""
    said = [plain(raw.cells.get(title)) for title in profile.key]
    if len(said) == 1:
        return said[0]
    return sha1("\x1f".join(said).encode(), usedforsecurity=False).hexdigest()[:12] if any(said) else ""


def _read(raw: RawRow, profile: Profile, latest_year: int) -> ParsedRow:
    values: Values = {}
    problems: list[Problem] = []
    for title, key in profile.columns.items():
        if not key:
            continue
        cell, field = raw.cells.get(title), field_of(profile.target, key)
        reading = _read_cell(cell, field, profile, latest_year)
        _put(values, key, reading.value)
        if key == "district":
            _put(values, BELOW, below_district(plain(cell)) or None)
        if reading.problem is not None:
            found = _may_stay_empty(reading.problem, field)
            problems.append(found.at(sheet=raw.sheet, row=raw.number, column=title, typed=cell))
    shape = read_geometry(raw.geometry, profile.crs) if raw.geometry else Shape()
    if shape.problem is not None:
        problems.append(shape.problem.at(sheet=raw.sheet, row=raw.number))
    if shape.point is not None and _pair(values) is None:
        values[DRAWN] = shape.point
    key = row_key(raw, profile) or str(values.get("source_key") or "")
    return ParsedRow(raw.sheet, raw.number, key, values, tuple(problems), shape.outline, raw.cells)


def _may_stay_empty(found: Problem, field: Field) -> Problem:
    """Offer to leave a wrong cell empty where the register can do without it, so that the row is not lost."""
    wanted = found.is_error and found.suggestion is None and not field.required and field.key not in PLACE_FIELDS
    return replace(found, suggestion=LEFT_EMPTY) if wanted else found


def _read_cell(cell: Cell, field: Field, profile: Profile, latest_year: int) -> Reading:
    if is_nothing(cell) and field.key in profile.defaults:
        cell = profile.defaults[field.key]
    cell = profile.codes.get(field.key, {}).get(plain(cell), cell)
    if field.key.startswith("built_year"):
        return field.read(cell) if latest_year is None else _not_later(field.read(cell), latest_year)
    reading = field.read(cell)
    return Reading() if reading.value == 0 and field.key in profile.zero_is_missing else reading


def _not_later(reading: Reading, latest_year: int) -> Reading:
    """Refuse a year after the file was made."""
    last = reading.value["last"] if isinstance(reading.value, dict) else reading.value
    if last is None or last <= latest_year:
        return reading
    return Reading(None, Problem("year_in_future", f"文件是 {latest_year} 年的，不会有 {last} 年建成的", "核对年份"))


def _put(values: Values, key: str, value: Any) -> None:
    """Store a value; a span of years fills the two ends instead."""
    if isinstance(value, Mapping) and key == "built_year":
        values.setdefault("built_year_min", value["first"])
        values.setdefault("built_year_max", value["last"])
    elif isinstance(value, Mapping):
        values[key] = value["first" if key == "built_year_min" else "last"]
    elif value is not None:
        values[key] = value


def _converted(rows: list[ParsedRow], profile: Profile) -> Iterator[ParsedRow]:
    """Turn lon and lat into a CGCS2000 point, together for all rows."""
    pairs = [_pair(row.values) for row in rows]
    given = np.array([pair if pair else (np.nan, np.nan) for pair in pairs], dtype=np.float64).reshape(-1, 2)
    lon, lat = to_cgcs2000(profile.crs, given[:, 0], given[:, 1])
    for row, pair, x, y in zip(rows, pairs, lon.tolist(), lat.tolist(), strict=True):
        yield _with_point(row, pair, (x, y), profile)


def _pair(values: Mapping[str, Any]) -> tuple[float, float] | None:
    if "point" in values:
        return values["point"][0], values["point"][1]
    if "lon" in values and "lat" in values:
        return values["lon"], values["lat"]
    return None


def _with_point(
    row: ParsedRow, given: tuple[float, float] | None, point: tuple[float, float], profile: Profile
) -> ParsedRow:
    values = {k: v for k, v in row.values.items() if k not in {"lon", "lat", "point", DRAWN}}
    drawn = row.values.get(DRAWN) if given is None else None
    found = tuple(_drawn_problems(row, drawn) if drawn else _point_problems(row, given, point, profile))
    if not found and (drawn or given):
        x, y = drawn or point
        values["point"] = [round(x, 7), round(y, 7)]
    return replace(row, values=values, problems=row.problems + found)


def _drawn_problems(row: ParsedRow, drawn: tuple[float, float]) -> Iterator[Problem]:
    """Doubt a drawn point only where it is certainly turned round; other places are judged by district."""
    if _turned_round(*drawn):
        yield row.problem_at(Problem("swapped_point", "图形的经度和纬度填反了", "在 GIS 软件里对调坐标后重新导出"))


def _point_problems(
    row: ParsedRow, given: tuple[float, float] | None, point: tuple[float, float], profile: Profile
) -> Iterator[Problem]:
    title = {key: title for title, key in profile.columns.items() if key in PLACE_FIELDS}
    at = title.get("point") or title.get("lon", "")
    if given is None:
        lacking = [key for key in ("lon", "lat") if key not in row.values]
        unread = {problem.column for problem in row.problems}  # filled in, and complained of already
        if len(lacking) == 1 and title.get(lacking[0]) not in unread:
            problem = Problem("half_a_point", "经度和纬度只填了一个", "补上另一个，或两个都删掉")
            yield row.problem_at(problem, title.get(lacking[0], at))
    elif _turned_round(*given):
        swapped = Problem("swapped_point", "经度和纬度填反了", "两格对调")
        cells = (
            {at: f"{given[1]:g},{given[0]:g}"} if "point" in title else {at: f"{given[1]}", title["lat"]: f"{given[0]}"}
        )
        for column, suggestion in cells.items():
            yield row.problem_at(replace(swapped, suggestion=suggestion), column)
    elif np.isnan(point[0]):
        words = f"这个点不在中国，不会是 {profile.crs.value}"
        yield row.problem_at(Problem("point_not_in_china", words, "核对经纬度，或改选坐标系"), at)


def _turned_round(lon: float, lat: float) -> bool:
    return in_bounds(lat, lon) and not in_bounds(lon, lat)
