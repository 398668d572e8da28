"""Reading csv: any of the encodings and separators that `sniff` finds, also inside gzip."""

import csv
import gzip
import io
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import IO

from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.readers.headers import LOOKED_AT, columns, find_header
from jiugai.domain.intake.rows import Column, RawRow

LONGEST_CELL = 1 << 20
MOST_PROBLEMS = 200


class DelimitedTable:
    """A csv file. Cells are texts; numbers of rows count lines of the table, as a spreadsheet shows them."""

    def __init__(
        self, path: Path, *, encoding: str, delimiter: str = ",", packed: bool = False, name: str = ""
    ) -> None:
        self._path, self._encoding, self._delimiter, self._packed = path, encoding, delimiter, packed
        self.name = name or path.stem
        head = list(islice(self._lines(), LOOKED_AT))
        self._header = find_header(head)
        self.columns: tuple[Column, ...] = columns(head[self._header]) if head else ()

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header that are not empty; cells beyond the header are dropped."""
        titles = [column.title for column in self.columns]
        for number, line in enumerate(self._lines(), 1):
            if number > self._header + 1 and any(cell.strip() for cell in line):
                yield RawRow(self.name, number, dict(zip(titles, line, strict=False)))

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Warnings for rows with more cells than the header: a separator inside a text shifts columns."""
        return tuple(islice(self._too_wide(), MOST_PROBLEMS))

    def _too_wide(self) -> Iterator[Problem]:
        width = len(self.columns)
        for number, line in enumerate(self._lines(), 1):
            if len(line) > width and number > self._header + 1 and any(cell.strip() for cell in line[width:]):
                found = warning("row_too_wide", f"有 {len(line)} 格，表头只有 {width} 格", "检查文字里有没有多余的逗号")
                yield found.at(sheet=self.name, row=number)

    def _lines(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CELL)
        with self._open() as text:
            yield from csv.reader(text, delimiter=self._delimiter)

    def _open(self) -> IO[str]:
        if self._packed:
            return io.TextIOWrapper(gzip.open(self._path), encoding=self._encoding, newline="")
        return self._path.open(encoding=self._encoding, newline="")
