"""Reading workbooks (xlsx, xls) with calamine: fast, values only, never evaluating a formula."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineSheet, CalamineWorkbook

from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.readers.headers import LOOKED_AT, column_letter, columns, find_header
from jiugai.domain.intake.readers.sheet_xml import Oddities, oddities
from jiugai.domain.intake.rows import Cell, Column, RawRow

Range = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merge, row and column counted from 0."""
MOST_PROBLEMS = 200
BLANK = ("", None)


class SheetTable:
    """One sheet. Merged cells are filled with their value, as a reader sees them."""

    def __init__(self, workbook: CalamineWorkbook, name: str, odd: Oddities) -> None:
        self.name = name
        self._sheet: CalamineSheet = workbook.get_sheet_by_name(name)
        self._merges: Sequence[Range] = self._sheet.merged_cell_ranges or []
        head = [row for _, row in zip(range(LOOKED_AT), self._filled(), strict=False)]
        self._header = find_header(head)
        self.columns: tuple[Column, ...] = columns(_trimmed(head[self._header])) if head else ()
        self.problems: tuple[Problem, ...] = tuple(self._problems(odd))

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header that are not empty."""
        titles = [column.title for column in self.columns]
        for index, row in enumerate(self._filled()):
            if index > self._header and any(cell not in BLANK for cell in row[: len(titles)]):
                cells = {title: cell if cell != "" else None for title, cell in zip(titles, row, strict=False)}
                yield RawRow(self.name, index + 1, cells)

    def _filled(self) -> Iterator[list[Cell]]:
        """Yield all rows from the first, with the value of each merge in all its cells."""
        if not self._sheet.total_height:
            return
        waiting: dict[Range, Cell] = {}
        for index, row in enumerate(self._sheet.iter_rows()):
            cells: list[Cell] = list(row)
            for merge in self._merges:
                _fill(cells, index, merge, waiting)
            yield cells

    def _problems(self, odd: Oddities) -> Iterator[Problem]:
        """Yield what is wrong with the sheet itself, each at its cell."""
        for first, last in self._merges:
            if first[0] > self._header:
                yield self._merged(first, last)
        for row, letter in odd.formulas[:MOST_PROBLEMS]:
            words = Problem(
                "formula_without_value", "公式没有算出结果", "在 Excel 里打开，重新计算后保存，或粘贴为数值"
            )
            yield self._at(words, row, letter)
        for row, letter in odd.errors[:MOST_PROBLEMS]:
            yield self._at(Problem("formula_error", "公式出错（#REF! 一类）", "改好公式，或直接填值"), row, letter)
        yield from self._formulas_as_text()

    def _formulas_as_text(self) -> Iterator[Problem]:
        found = 0
        for index, row in enumerate(self._sheet.iter_rows() if self._sheet.total_height else ()):
            for place, cell in enumerate(row):
                if index > self._header and isinstance(cell, str) and cell[:1] == "=" and found < MOST_PROBLEMS:
                    found += 1
                    words = Problem(
                        "formula_as_text", "公式被存成了文字，没有结果", "改成数值，或把单元格格式改为“常规”后重新输入"
                    )
                    yield self._at(words, index + 1, column_letter(place), cell)

    def _merged(self, first: tuple[int, int], last: tuple[int, int]) -> Problem:
        place = f"{column_letter(first[1])}{first[0] + 1}:{column_letter(last[1])}{last[0] + 1}"
        words = warning("merged_cells", f"{place} 是合并单元格，每一格都按同一个值读入", "取消合并，把每一格填上")
        return self._at(words, first[0] + 1, column_letter(first[1]))

    def _at(self, words: Problem, row: int, letter: str, typed: object = "") -> Problem:
        title = next((column.title for column in self.columns if column.letter == letter), "")
        return words.at(sheet=self.name, row=row, column=title, typed=typed)


def open_workbook(path: Path) -> list[SheetTable]:
    """Open the visible sheets of a workbook; a broken one raises whatever calamine and the XML reader raise."""
    workbook = CalamineWorkbook.from_path(str(path))
    shown = [m.name for m in workbook.sheets_metadata if "Visible" in str(m.visible) and "WorkSheet" in str(m.typ)]
    odd = oddities(path)
    return [SheetTable(workbook, sheet, odd.get(sheet, Oddities())) for sheet in shown]


def _fill(cells: list[Cell], index: int, merge: Range, waiting: dict[Range, Cell]) -> None:
    (top, left), (bottom, right) = merge
    if not top <= index <= bottom or left >= len(cells):
        return
    if index == top:
        waiting[merge] = cells[left]
    for place in range(left, min(right + 1, len(cells))):
        cells[place] = waiting.get(merge)


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    """Drop the blank cells at the end of a header: formats beyond the table make no columns."""
    last = max((i for i, cell in enumerate(row) if cell not in BLANK), default=-1)
    return row[: last + 1]
