"""Lists as files: Excel and text, row by row, with source marks, and with a sheet that says what this is.

Nothing here grows with the number of rows but the temporary file.
"""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from jiugai.web.parts.marks import SOURCES
from jiugai.web.tables.columns import Column, exported
from jiugai.web.tables.table import Marks

CHUNK = 1000
EXCEL_ROWS = 1_048_575
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
PROVENANCE = {"real": "真实", "demo": "演示"}


@dataclass(frozen=True, kw_only=True)
class About:
    """What a file is: stands on its own sheet."""

    title: str
    who: str
    organisation: str
    at: datetime
    conditions: str
    count: int
    request: str = ""
    sources: Sequence[str] = field(default=())

    def lines(self) -> list[tuple[str, str]]:
        """Return the sheet's lines: what, who, when, conditions, how many, where from, what the marks mean."""
        marks = "；".join(f"{letter}＝{words}" for letter, words in SOURCES.values())
        return [
            ("内容", self.title),
            ("导出人", f"{self.who}　{self.organisation}".rstrip("　")),
            ("导出时间", f"{self.at:%Y-%m-%d %H:%M}"),
            ("筛选条件", self.conditions),
            ("行数", f"{self.count:,}"),
            *(("数据来源", line) for line in self.sources),
            ("来源标记", marks),
            ("数据", "“演示”行是编造的，不是真实情况，不得用于统计上报"),
            ("导出编号", self.request),
        ]


def safe_text(value: Any) -> Any:
    """Return text that no spreadsheet takes for a formula: it gets an apostrophe in front (CSV has no types)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(DANGEROUS) else value


def headings(columns: Sequence[Column], *, marked: bool) -> list[str]:
    """Return the heads: each fact is followed by its source, and 数据 says real or made up."""
    heads: list[str] = []
    for column in columns:
        heads.append(column.head)
        if marked and column.fact:
            heads.append(f"{column.label}来源")
    return [*heads, "数据"]


def lines(columns: Sequence[Column], rows: Iterable[Any], marks: Marks | None) -> Iterator[list[Any]]:
    """Return the lines of the file; marks are fetched for a thousand rows at a time."""
    facts = [column.fact for column in columns if column.fact]
    several = iter(rows)
    while chunk := list(islice(several, CHUNK)):
        found = marks(chunk, facts) if marks and facts else {}
        for row in chunk:
            yield _line(columns, row, found if marks else None)


def _line(columns: Sequence[Column], row: Any, found: Any) -> list[Any]:
    cells: list[Any] = []
    for column in columns:
        cells.append(exported(column.value(row), column.kind))
        if found is not None and column.fact:
            mark = found.get((row.pk, column.fact))
            cells.append(SOURCES[mark][0] if mark else "")
    return [*cells, PROVENANCE.get(getattr(row, "provenance", ""), "")]


def csv_lines(
    columns: Sequence[Column], rows: Iterable[Any], marks: Marks | None, *, sources: Sequence[str] = ()
) -> Iterator[str]:
    """Return the file as text, UTF-8 with a byte order mark so that Excel reads it.

    A text file has no second sheet: the first line on where the data come from stands in a last column, the same in
    every row, so that programs read the file as it is and a row taken out of it still says so.
    """
    writer, note = csv.writer(_Echo()), list(sources[:1])
    yield "\ufeff" + writer.writerow([*headings(columns, marked=marks is not None), *(["数据来源"] if note else [])])
    for line in lines(columns, rows, marks):
        yield writer.writerow([safe_text(cell) for cell in [*line, *note]])


class _Echo:
    """A file that hands back what is written."""

    def write(self, text: str) -> str:
        return text


def write_xlsx(about: About, columns: Sequence[Column], rows: Iterable[Any], marks: Marks | None) -> IO[bytes]:
    """Write the workbook to a temporary file that vanishes when closed, and return it at its start."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(about.title[:31])
    heads = headings(columns, marked=marks is not None)
    _shape(sheet, columns, heads, about.count)
    sheet.append([_head(sheet, text) for text in heads])
    for line in lines(columns, rows, marks):
        sheet.append([_cell(sheet, value) for value in line])
    _about_sheet(book, about)
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _shape(sheet: Any, columns: Sequence[Column], heads: Sequence[str], count: int) -> None:
    widths = {column.head: column.width for column in columns}
    for number, text in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(number)].width = widths.get(text, 9)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{count + 1}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"


def _head(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="F5F6F7")
    cell.alignment = Alignment(vertical="center")
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """Return a cell; text that looks like a formula stays text, marked as quoted so that Excel keeps it so."""
    if not isinstance(value, str):
        return value
    value = NOT_XML.sub("", value)[:32_767]
    if not value.startswith(DANGEROUS):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _about_sheet(book: Workbook, about: About) -> None:
    sheet = book.create_sheet("说明")
    sheet.column_dimensions["A"].width = 12
    sheet.column_dimensions["B"].width = 90
    for name, text in about.lines():
        sheet.append([_head(sheet, name), _cell(sheet, text)])
