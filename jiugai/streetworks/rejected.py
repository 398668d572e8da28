"""The wrong rows of a file of works, handed back as a workbook with comments in their cells (T16-1)."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

import shapely

from jiugai.domain.intake.annotate import Note, annotate_rows
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import RawRow, Table

SHAPE, WHY = "图形", "问题和改法"
MOST_ROWS = 2_000


def rejected_workbook(tables: Sequence[Table], problems: Sequence[Problem]) -> bytes:
    """Write the rows with an error, each with what is wrong; the file can be mended and sent again.

    Shapes of GIS files stand in the column 图形, as the template has it.
    """
    by_row: dict[tuple[str, int], list[Problem]] = {}
    for one in problems:
        if one.is_error:
            by_row.setdefault((one.sheet, one.row), []).append(one)
    sheets, notes = {}, list[Note]()
    for table in tables:
        heads = _heads(table)
        rows = list(islice(_rows(table, heads, by_row), MOST_ROWS))
        if rows:
            sheets[table.name] = (heads, rows)
            notes += _notes(table.name, heads, rows, by_row)
    out = BytesIO()
    if sheets:
        annotate_rows(out, sheets, notes)
    return out.getvalue()


def _heads(table: Table) -> list[str]:
    titles = [column.title for column in table.columns]
    return [*titles, *([] if SHAPE in titles else [SHAPE]), WHY]


Rows = list[tuple[int, Sequence[Any]]]


def _rows(
    table: Table, heads: Sequence[str], by_row: Mapping[tuple[str, int], Sequence[Problem]]
) -> Iterator[tuple[int, Sequence[Any]]]:
    for raw in table.rows():
        wrong = by_row.get((raw.sheet, raw.number))
        if wrong:
            why = "；".join(f"{one.column or '整行'}：{one.message}，{one.remedy}" for one in wrong)
            values = {SHAPE: _text_of(raw), **{k: v for k, v in raw.cells.items() if v is not None}, WHY: why}
            yield raw.number, [values.get(head) for head in heads]


def _text_of(raw: RawRow) -> str | None:
    try:
        return shapely.from_wkb(raw.geometry).wkt if raw.geometry else None
    except shapely.errors.GEOSException:
        return None


def _notes(
    name: str, heads: Sequence[str], rows: Rows, by_row: Mapping[tuple[str, int], Sequence[Problem]]
) -> Iterator[Note]:
    for number, _ in rows:
        for one in by_row[name, number]:
            at = heads.index(one.column) if one.column in heads else len(heads) - 1
            yield Note(name, number, _letter(at), f"{one.message}。{one.remedy}")


def _letter(index: int) -> str:
    number, letters = index + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
