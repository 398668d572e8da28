"""The bridge to the pure part of imports: files become tables, stored rows become what they say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from jiugai.domain.intake.claiming import community_facts
from jiugai.domain.intake.fields.text import plain
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.intake.names import placeholder
from jiugai.domain.intake.problems import Problem, Severity, warning
from jiugai.domain.intake.readers.opening import open_tables
from jiugai.domain.intake.reading import read_rows
from jiugai.domain.intake.rows import Cell, Column, ParsedRow, RawRow, Table
from jiugai.domain.intake.sniff import Kind, Sniffed
from jiugai.registry.intake import echo
from jiugai.registry.intake.files import path_of
from jiugai.registry.intake.locating import Ground, Located
from jiugai.registry.intake.rows import IDENT, Parsed, number_space
from jiugai.registry.models import ImportBatch

ABOUT = "说明"
NOT_CLAIMED = frozenset({IDENT, echo.CODE, "district", "street"})
"""What a row states to be found by; the register keeps the area and the source's key instead."""
NOT_OF_A_BUILDING = frozenset({echo.CODE, "community", "district", "street"})
"""What a row of a building states to be found by; the register keeps the building's community instead."""


def sniffed(batch: ImportBatch) -> Sniffed:
    """Return what `sniff` found when the file came in."""
    found = batch.mapping.get("sniffed", {})
    return Sniffed(
        Kind(batch.file_kind), found.get("encoding", ""), found.get("delimiter", ""), packed=found.get("packed", False)
    )


def tables_of(batch: ImportBatch) -> list[Table]:
    """Open the sheets or layers of the batch's file. Raises FileGone, or a refusal of the reader.

    The sheet that says what a workbook is holds no rows: our own exports have one, and so have many others.
    """
    tables = open_tables(path_of(batch.file), sniffed(batch), name=batch.file_name)
    return [one for one in tables if one.name != ABOUT] or tables


def profile_of(batch: ImportBatch) -> Profile:
    """Return how the batch's columns are read."""
    return Profile.from_json(batch.mapping["profile"])


def frozen(raw: RawRow, columns: Sequence[Column]) -> dict[str, Any]:
    """Return a row as it is stored: its cells in the order of the columns, and its shape."""
    kept: dict[str, Any] = {"cells": [_storable(raw.cells.get(c.title)) for c in columns]}
    return kept | ({"shape": raw.geometry.hex()} if raw.geometry else {})


def _storable(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, date | datetime):
        return plain(cell)
    if isinstance(cell, str):
        return cell.replace("\x00", "")
    return cell if cell is None or isinstance(cell, int | float | bool) else str(cell)


def thawed(
    sheet: str, number: int, kept: Mapping[str, Any], columns: Sequence[Column], edits: Mapping[str, str]
) -> RawRow:
    """Return a stored row with what people changed since, by column letter."""
    cells = {c.title: edits.get(c.letter, cell) for c, cell in zip(columns, kept["cells"], strict=False)}
    return RawRow(sheet, number, cells, bytes.fromhex(kept["shape"]) if "shape" in kept else None)


def read(
    rows: Iterable[RawRow], *, profile: Profile, ground: Ground, source_key: str, year: int
) -> Iterator[tuple[ParsedRow, Parsed, list[Problem]]]:
    """Read rows and settle where they lie; yields the row, what it says, and all its problems."""
    anew, own = echo.said_anew(list(rows), profile)
    block = list(read_rows(anew, profile=profile, latest_year=year))
    ours = bool(echo.code_title(profile))
    for row, located in zip(block, ground.locate([row.values for row in block], ours=ours), strict=True):
        code = str(row.values.get(echo.CODE) or "")
        if code and code not in own:
            said, found = Parsed(code=code), [row.problem_at(echo.unknown(profile), echo.code_title(profile))]
        elif code and profile.target == "buildings":
            said, found = _own_building(row, profile, own[code])
        elif code:
            said, found = _own(row, profile, located, own[code], source_key, ground)
        elif profile.target == "buildings":
            said = _building(row, located)
            found = list(_lacking(row, profile, community=said.name, label=said.label))
        else:
            said = _community(row, located, source_key)
            # Only a file without a column of names may go by numbers alone.
            name = row.values.get("name") if "name" in profile.columns.values() else said.name
            found = [*_placed(row, profile, located, ours=ours), *_lacking(row, profile, name=str(name or ""))]
        yield row, said, [*row.problems, *found]


def _community(row: ParsedRow, located: Located, source_key: str) -> Parsed:
    """A source's own key finds the same community at the next import, whatever its name is then."""
    key = row.key
    ident = f"{number_space(source_key)}:{key}" if key else ""
    facts = {k: v for k, v in community_facts(row.values, located.position).items() if k not in NOT_CLAIMED}
    if located.area:
        facts["area"] = located.area
    number = str(row.values.get(IDENT) or "")
    return Parsed(
        name=facts.get("name") or (placeholder("编号", number) if number else ""),
        ident=ident,
        area=located.area,
        fields=facts | ({IDENT: ident} if ident else {}),
    )


def _own(
    row: ParsedRow, profile: Profile, located: Located, one: echo.Own, source_key: str, ground: Ground
) -> tuple[Parsed, list[Problem]]:
    """Read a row that names its community by our own number: it need not say where that is, or how it is called.

    A place that contains the one on record says nothing new, nor does a point in it: what a file enters would count,
    and move the community up.
    """
    said = replace(_community(row, located, source_key), code=one.code)
    said = replace(said, name=said.name or one.name, area=said.area or one.area)
    found = list(_placed(row, profile, located, ours=True)) if located.area else []
    stated = bool(row.values.get("district"))
    if not ground.holds(said.area, one.area) or (stated and said.area == one.area):
        return said, found
    if stated and not located.unplaced:
        wider = warning(
            "area_wider",
            f"只写到{ground.names[said.area]}，登记的是{ground.names[one.area]}，更细，不改",
            "要改划到别处，写明街道（乡镇）或社区（村）",
        )
        found.append(row.problem_at(wider, _title(profile, "district")))
    fields = {key: value for key, value in said.fields.items() if key != "area"}
    return replace(said, area=one.area, fields=fields), found


def _own_building(row: ParsedRow, profile: Profile, one: echo.Own) -> tuple[Parsed, list[Problem]]:
    """Read a row that names its building by our own number; it cannot move to another community."""
    facts = {key: value for key, value in row.values.items() if key not in NOT_OF_A_BUILDING}
    label = str(row.values.get("label") or one.label)
    said = Parsed(name=one.name, code=one.code, area=one.area, label=label, building_code=one.building, building=facts)
    if str(row.values.get("community") or one.name) == one.name:
        return said, []
    moved = Problem(
        "building_moved",
        f"这栋楼登记在{one.name}，清单改不了所属小区",
        "改回原来的小区；真登记错了的，在档案里撤回这栋，再到对的小区登记",
        suggestion=one.name,
    )
    return said, [row.problem_at(moved, _title(profile, "community"))]


def _title(profile: Profile, key: str) -> str:
    return next((title for title, meant in profile.columns.items() if meant == key), "")


def _building(row: ParsedRow, located: Located) -> Parsed:
    facts = {key: value for key, value in row.values.items() if key not in NOT_OF_A_BUILDING}
    name, label = str(row.values.get("community") or ""), str(row.values.get("label") or "")
    return Parsed(name=name, area=located.area, label=label, building=facts)


def _placed(row: ParsedRow, profile: Profile, located: Located, *, ours: bool) -> Iterator[Problem]:
    """Give problems of the place the column they are about. Others' words for a place are only doubted."""
    if located.unplaced is not None:
        found = located.unplaced
        doubted = replace(found, severity=Severity.WARNING, remedy=f"先登记在区里；{found.remedy}")
        about = "street" if row.values.get("street") else "district"
        yield row.problem_at(found if ours else doubted, _title(profile, about))
    title = {key: title for title, key in profile.columns.items()}
    for found in located.problems:
        about = "district" if found.is_error else "lon"
        column = title.get(about) or title.get("lon") or title.get("point") or title.get("name") or ""
        yield row.problem_at(found, column)


LACKING = {
    "name": Problem("no_name", "没有小区名称", "补上名称；不需要的跳过这一行"),
    "community": Problem("no_name", "没有写是哪个小区的楼", "补上小区名称；不需要的跳过这一行"),
    "label": Problem("no_label", "没有楼号", "补上楼号，如 6号楼"),
}


def _lacking(row: ParsedRow, profile: Profile, **said: str) -> Iterator[Problem]:
    title = {key: title for title, key in profile.columns.items()}
    for key, value in said.items():
        if not value:
            yield row.problem_at(LACKING[key], title.get(key, ""))
