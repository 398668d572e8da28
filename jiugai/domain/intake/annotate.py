"""Hands a file back as a workbook with a comment in every cell that needs mending."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "旧改平台"
RED = PatternFill("solid", fgColor="FCEFED")
AMBER = PatternFill("solid", fgColor="FFF6E0")
MOST_COMMENTS = 5000
"""Spreadsheet programs crawl beyond some thousand comments; further cells are only coloured."""
MOST_SHEET_ROWS = 1_048_576


@dataclass(frozen=True)
class Note:
    """What to write at a cell. `column` is a letter, empty for the row as a whole; `row` counts from 1."""

    sheet: str
    row: int
    column: str
    text: str
    is_error: bool = True


def annotate_workbook(source: Path | IO[bytes], out: Path | IO[bytes], notes: Iterable[Note]) -> int:
    """Copy an xlsx with its formats and write the notes into it; return how many cells carry one.

    Reads the whole workbook into memory: for files up to about 20 MB.
    """
    book = load_workbook(source)
    done = 0
    for (sheet, row, column), found in _by_cell(notes).items():
        page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        cell = page.cell(row=row, column=column_index_from_string(column or "A"))
        if isinstance(cell, Cell):  # a cell covered by a merge cannot carry anything
            _mark(cell, found, comment=done < MOST_COMMENTS)
            done += 1
    _harmless(book.worksheets)
    book.save(out)
    return done


def _harmless(pages: Iterable[Worksheet]) -> None:
    """Keep formulas that were in the workbook, but do not let text become one."""
    for page in pages:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type == "s" and str(cell.value).startswith(("=", "@")):
                    cell.quotePrefix = True


def annotate_rows(
    out: Path | IO[bytes],
    sheets: Mapping[str, tuple[Sequence[str], Iterable[tuple[int, Sequence[Any]]]]],
    notes: Iterable[Note],
) -> int:
    """Write rows of any file into a new workbook, each on the line it had, with the notes; return marked cells.

    `sheets` gives for each sheet the header cells and (row number, cells) in order. Rows that are left out leave
    no gap behind the header, so that a very long file can be handed back as its wrong rows only.
    """
    book = Workbook(write_only=True)
    by_cell = _by_cell(notes)
    done = 0
    for name, (header, rows) in sheets.items():
        page = book.create_sheet(_title(name))
        page.append([_plain(page, value) for value in header])
        for number, cells in islice(rows, MOST_SHEET_ROWS - 1):
            made = [_plain(page, value) for value in cells]
            for index, cell in enumerate(made, 1):
                if found := by_cell.get((name, number, _letter(index))):
                    _mark(cell, found, comment=done < MOST_COMMENTS)
                    done += 1
            page.append(made)
    book.save(out)
    return done


def _by_cell(notes: Iterable[Note]) -> dict[tuple[str, int, str], list[Note]]:
    found: dict[tuple[str, int, str], list[Note]] = {}
    for note in notes:
        found.setdefault((note.sheet, note.row, note.column or "A"), []).append(note)
    return found


def _mark(cell: Any, notes: Sequence[Note], *, comment: bool) -> None:
    cell.fill = RED if any(n.is_error for n in notes) else AMBER
    if comment:
        text = "\n".join(n.text for n in notes)
        if cell.comment is not None:
            text = f"{cell.comment.text}\n{text}"
        cell.comment = Comment(text, AUTHOR, width=320, height=60 + 20 * text.count("\n"))


def _plain(page: Any, value: Any) -> Any:
    """Make a cell whose text stays text: a leading '=' must not become a formula in somebody's Excel."""
    cell = WriteOnlyCell(page, value=_storable(value))
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return "".join(c for c in value if c in "\t\n\r" or ord(c) >= 32)[:32_767]
    return value if value is None or isinstance(value, int | float | bool) else str(value)


def _title(name: str) -> str:
    return "".join("_" if c in r"[]:*?/\\" else c for c in name)[:31] or "数据"


_LETTERS: list[str] = []


def _letter(index: int) -> str:
    while len(_LETTERS) < index:
        number, letters = len(_LETTERS) + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        _LETTERS.append(letters)
    return _LETTERS[index - 1]
