"""Files that went out of this platform and come back: a cell that nobody changed says nothing.

Otherwise a list taken home and handed in again would make its sender the source of everything in it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Cell, RawRow
from jiugai.domain.intake.shapes import read_geometry
from jiugai.registry import map_files
from jiugai.registry.models import Building, Community
from jiugai.registry.queries.map_list import district_names, district_of
from jiugai.registry.tables import BUILDING_COLUMNS, COMMUNITY_COLUMNS, building_rows, community_rows
from jiugai.web.tables.columns import exported

CODE = "code"
Row = Community | Building
# Fields that mean something only together: one of them changed, all of them are said anew.
TOGETHER = (frozenset({"lon", "lat"}), frozenset({"district", "street"}))
SAME_PLACE = 1e-7  # degrees, about a centimetre
KINDS = {"communities": "小区", "buildings": "楼栋"}


@dataclass(frozen=True)
class Own:
    """A community that a row names by our own number, or that of the building it names, with the building's label."""

    code: str
    name: str
    area: str
    label: str = ""
    building: str = ""


def unknown(profile: Profile) -> Problem:
    """Return what is wrong with a number that is none of ours."""
    kind = KINDS[profile.target]
    return Problem(
        "code_unknown",
        f"没有这个{kind}编号",
        f"核对编号；新登记的{kind}把这一格清空，已撤回或并入别处的删掉这一行",
    )


def code_title(profile: Profile) -> str:
    """Return the column that holds our own numbers, empty where the file has none."""
    return next((title for title, key in profile.columns.items() if key == CODE), "")


def said_anew(rows: Sequence[RawRow], profile: Profile) -> tuple[list[RawRow], dict[str, Own]]:
    """Return the rows without cells and points that are still as they went out, and the records they name."""
    title = code_title(profile)
    codes = {code for row in rows if (code := plain(row.cells.get(title)))} if title else set()
    if not codes:
        return list(rows), {}
    known = _known(profile, codes)
    names = district_names()
    went_out = {code: _cells(one, profile, names) for code, one in known.items()}
    anew = [_anew(row, known.get(plain(row.cells.get(title))), went_out, profile) for row in rows]
    return anew, {code: _own(one) for code, one in known.items()}


def _known(profile: Profile, codes: Collection[str]) -> dict[str, Row]:
    rows: QuerySet[Any] = building_rows() if profile.target == "buildings" else community_rows()
    return {one.code: one for one in rows.filter(code__in=codes)}


def _own(one: Row) -> Own:
    if isinstance(one, Community):
        return Own(one.code, one.name, one.area.code)
    home = one.community
    return Own(home.code, home.name, home.area.code, label=one.label, building=one.code)


def _cells(one: Row, profile: Profile, names: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return what our files write into the columns of this one, by title as the readers give it."""
    found: dict[str, list[Any]] = {plain(title): [] for title, key in profile.columns.items() if key}
    for title, value in _written(one, names):
        if plain(title) in found:
            found[plain(title)].append(value)
    return found


def _written(one: Row, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield titles and cells of the list, and for a community also those of the map's files."""
    for column in COMMUNITY_COLUMNS if isinstance(one, Community) else BUILDING_COLUMNS:
        yield column.head, exported(column.value(one), column.kind)
    if isinstance(one, Community):
        yield from map_files.record(one, district_of(one.area_path, names), ("", "")).items()


def _anew(
    row: RawRow, one: Row | None, went_out: Mapping[str, Mapping[str, Sequence[Any]]], profile: Profile
) -> RawRow:
    if one is None:
        return row
    fields = {key: title for title, key in profile.columns.items() if key and key != CODE}
    out = went_out[one.code]
    same = {key for key, title in fields.items() if _among(row.cells.get(title), out[plain(title)])}
    gone = {fields[key] for key in same if not _kept_together(key, same, fields)}
    cells = {title: None if title in gone else cell for title, cell in row.cells.items()}
    return replace(row, cells=cells, geometry=None if _same_place(row, one, profile) else row.geometry)


def _kept_together(key: str, same: Collection[str], fields: Mapping[str, str]) -> bool:
    """Tell whether a field has to be said because another that belongs to it was changed."""
    return any(other in fields and other not in same for group in TOGETHER if key in group for other in group)


def _among(cell: Cell, written: Iterable[Any]) -> bool:
    return any(_same(cell, one) for one in written)


def _same(cell: Cell, written: Any) -> bool:
    """Compare a cell with what was written: spreadsheets give numbers back as they like, texts keep their quote."""
    here, there = plain(cell), plain(float(written) if isinstance(written, Decimal) else written)
    if here == there or here == f"'{there}":
        return True
    try:
        return abs(float(here) - float(there)) < 1e-9
    except ValueError:
        return False


def _same_place(row: RawRow, one: Row, profile: Profile) -> bool:
    if not row.geometry or one.point is None:
        return False
    point = read_geometry(row.geometry, profile.crs).point
    return point is not None and max(abs(point[0] - one.point.x), abs(point[1] - one.point.y)) < SAME_PLACE
