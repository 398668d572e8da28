"""What can be wrong with a cell, in words for the person who typed it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

LEFT_EMPTY = ""
"""A suggestion to leave the cell empty: the value is lost, the row is not."""


class Severity(StrEnum):
    """Errors stop the writing; warnings are shown, and writing goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what was typed, why it is wrong, how to mend it.

    `column` is the column's title, empty when the row as a whole is meant; `row` is 0 when the sheet is meant.
    `suggestion` is the text to put into the cell for a one-click remedy, None when only a person can know.
    """

    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    sheet: str = ""
    row: int = 0
    column: str = ""
    typed: str = ""
    suggestion: str | None = None
    clause: str = ""

    @property
    def is_error(self) -> bool:
        """Whether this stops the writing."""
        return self.severity is Severity.ERROR

    def at(self, *, sheet: str, row: int, column: str = "", typed: object = "") -> "Problem":
        """Return the same problem at a place."""
        return replace(self, sheet=sheet, row=row, column=column, typed=shown(typed))

    def as_json(self) -> Mapping[str, Any]:
        """Return a plain mapping, for storing."""
        return {**self.__dict__, "severity": self.severity.value}


def warning(code: str, message: str, remedy: str, *, suggestion: str | None = None) -> Problem:
    """Build a problem that does not stop the writing."""
    return Problem(code, message, remedy, Severity.WARNING, suggestion=suggestion)


def shown(value: object, *, longest: int = 120) -> str:
    """Return what was typed, short enough for a table cell."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # workbooks keep every number as a fraction
    text = "" if value is None else str(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
