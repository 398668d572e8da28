"""A row on its way in: as it stood in the file, and as it was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from jiugai.domain.intake.problems import Problem

Cell = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. `title` is unique within the sheet; `letter` is the spreadsheet's (A, B … AA)."""

    title: str
    letter: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stood in the file. `number` counts from 1 as the spreadsheet shows it; geometry is WKB."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    geometry: bytes | None = None


class Table(Protocol):
    """One sheet or layer of a file."""

    name: str
    columns: tuple[Column, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the sheet as a whole, or with rows before they are read."""

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows below the header, without those that are wholly empty. May be called again."""


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row as it was read: values by field key, JSON types only; `point` is [lon, lat] in CGCS2000 degrees.

    `geometry` is WKB in CGCS2000. `key` identifies the row within its source; empty when the profile names no key.
    """

    sheet: str
    number: int
    key: str
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    geometry: bytes | None = None
    raw: Mapping[str, Cell] = field(default_factory=dict)

    def problem_at(self, found: Problem, column: str = "") -> Problem:
        """Place a problem in this row."""
        return found.at(sheet=self.sheet, row=self.number, column=column, typed=self.raw.get(column, ""))
