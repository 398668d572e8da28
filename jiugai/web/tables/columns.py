"""Columns of a register: what a cell holds, how it looks, how it is sorted and exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from jiugai.web.parts import dates, marks, numbers

Kind = Literal["text", "number", "decimal", "share", "year", "date", "time"]
WIDE = 20
NUMERIC = {"number", "decimal", "share", "year"}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column.

    Args:
        key: its name in addresses and saved views.
        label: the head; `unit` stands behind it, never in the cells.
        value: takes a row, returns the plain value that exports write; None or "" is unknown.
        show: takes a row, returns what the cell shows; by default `value` written by `kind`.
        sort: the model field to sort by; one that starts an index, empty where sorting is not offered.
        kind: how the value is written on screen and typed in a workbook.
        default: shown unless the person chose columns.
        fact: name of the fact whose source mark stands beside the value, empty for what is no fact.
        lead: the first line of a phone's card.
        blank: words for a missing value; without them it takes the mark of an unknown fact.
        second: a grey second line.
        tag: a mark behind the text, which stays when a long text is cut.
        needs: the right without which nobody sees the column or sorts by it, nor the cells of rows in areas where
            the right is not held (`Table.for_rights`); such rows have an `area_path`.

    """

    key: str
    label: str
    value: Callable[[Any], Any]
    show: Callable[[Any], Any] | None = None
    sort: str = ""
    unit: str = ""
    kind: Kind = "text"
    default: bool = True
    fact: str = ""
    lead: bool = False
    blank: str | None = None
    second: Callable[[Any], Any] | None = None
    tag: Callable[[Any], Any] | None = None
    width: int = 14
    needs: Any = None

    @property
    def head(self) -> str:
        """The head with its unit."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def numeric(self) -> bool:
        """Whether the cells stand right."""
        return self.kind in NUMERIC

    @property
    def wide(self) -> bool:
        """Whether long texts may take several lines."""
        return self.width >= WIDE

    def cell(self, row: Any) -> SafeString | str:
        """Return what the cell shows, safe to put into a page."""
        if self.show is not None:
            return conditional_escape(self.show(row))
        value = self.value(row)
        if value is None or value == "":
            return marks.unknown() if self.blank is None else self.blank
        return conditional_escape(written(value, self.kind))

    def where(self, holds: Callable[[Any], Any]) -> "Column":
        """Return the column with nothing in the rows that `holds` denies, on pages and in files."""

        def only(what: Callable[[Any], Any], blank: Any = "") -> Callable[[Any], Any]:
            return lambda row: what(row) if holds(row) else blank

        return replace(
            self,
            value=only(self.value, None),
            show=only(self.cell),
            second=self.second and only(self.second),
            tag=self.tag and only(self.tag),
        )


def written(value: Any, kind: Kind) -> str:
    """Write a value the way pages do."""
    writers: dict[str, Callable[[Any], str]] = {
        "number": lambda v: numbers.grouped(v, 0),
        "decimal": lambda v: numbers.grouped(v, 2),
        "share": numbers.percent,
        "date": lambda v: dates.cn_date(v, today=timezone.localdate()),
        "time": lambda v: dates.cn_time(v, today=timezone.localdate()),
    }
    return writers.get(kind, str)(value)


@lru_cache(maxsize=200)
def dot(colour: str, words: str) -> SafeString:
    """Return words behind a dot of one of the map's palettes; hollow for unknown."""
    return format_html('<span class="j-dot {}" aria-hidden="true"></span> {}', f"c-{colour}", words)


def exported(value: Any, kind: Kind) -> Any:
    """Return a value as workbooks and text files take it: numbers as numbers, times without zone (local)."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, int | float | date):
        return value
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return value if kind in NUMERIC else str(value)


def choose(columns: Sequence[Column], keys: Sequence[str]) -> list[Column]:
    """Return the columns named by `keys` in their order, unknown ones left out; the defaults for no keys."""
    by_key = {column.key: column for column in columns}
    chosen = [by_key[key] for key in dict.fromkeys(keys) if key in by_key]
    return chosen or [column for column in columns if column.default]
