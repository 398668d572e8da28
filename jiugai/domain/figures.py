"""Dated figures: what number the policy, or we for want of one, set for a day; with clause, unit and state.

A figure is data (`parameters/figures/*.yaml`), never a constant in code. Outside the days it has a value for, it has
none, and a rule that needs it says `unknown`.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FIGURES = Path(__file__).parent / "parameters" / "figures"
STATES = {"stated": "条款原文", "provisional": "暂定", "draft": "草案"}
Scalar = int | Decimal | Fraction | date | str
_RATIO = re.compile(r"^\d+/[1-9]\d*$")


class BadFigure(ValueError):
    """A file of figures contradicts itself or lacks a part; the message names the figure."""


class UnknownFigure(LookupError):
    """No figure has this name."""


@dataclass(frozen=True)
class Dated:
    """One value and the days it holds for, both included; `until` None means until further notice."""

    since: date
    until: date | None
    value: Scalar


@dataclass(frozen=True)
class Value:
    """The value of a figure on one day, with what a finding has to cite."""

    name: str
    label: str
    value: Scalar
    unit: str
    clause: str
    status: str
    since: date

    @property
    def text(self) -> str:
        """The value in words: a share of whole percent as such, a date in Chinese, other numbers plainly."""
        return words(self.value, self.unit)

    @property
    def number(self) -> Fraction:
        """The value as an exact number. Raises BadFigure when it is none."""
        if isinstance(self.value, str | date):
            raise BadFigure(f"{self.name}: {self.value} is not a number")
        return Fraction(self.value)

    @property
    def whole(self) -> int:
        """The value as a whole number. Raises BadFigure when it is none."""
        if self.number.denominator != 1:
            raise BadFigure(f"{self.name}: {self.value} is not whole")
        return int(self.number)

    @property
    def day(self) -> date:
        """The value as a day. Raises BadFigure when it is none."""
        if not isinstance(self.value, date):
            raise BadFigure(f"{self.name}: {self.value} is not a day")
        return self.value


@dataclass(frozen=True)
class Parameter:
    """A figure through time. `quote` holds the words of the policy, `note` what is doubtful about it."""

    name: str
    label: str
    clause: str
    unit: str
    status: str
    source: str
    values: tuple[Dated, ...]
    quote: str = ""
    note: str = ""

    @property
    def status_label(self) -> str:
        """Words on screen."""
        return STATES[self.status]

    def on(self, day: date) -> Value | None:
        """Return the value that holds on a day; None outside its days."""
        for one in reversed(self.values):
            if one.since <= day:
                if one.until is not None and day > one.until:
                    return None
                return Value(self.name, self.label, one.value, self.unit, self.clause, self.status, one.since)
        return None


class ParameterSet:
    """All figures together; never changed in place."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._all = {one.name: one for one in parameters}
        self._days: dict[date, dict[str, Value | None]] = {}

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def get(self, name: str) -> Parameter:
        """Return a figure through time. Raises UnknownFigure."""
        try:
            return self._all[name]
        except KeyError:
            raise UnknownFigure(name) from None

    def value(self, name: str, on: date) -> Value | None:
        """Return a figure's value on a day; None when it has none on that day. Raises UnknownFigure."""
        # Gates are judged for whole districts on one day, so a day's values are worth keeping.
        today = self._days.setdefault(on, {})
        if name not in today:
            today[name] = self.get(name).on(on)
        return today[name]

    def with_draft(self, changes: Mapping[str, Sequence[tuple[date, object]]]) -> "ParameterSet":
        """Return a set in which figures take other values from given days on, marked as drafts.

        Args:
            changes: per figure (day, raw value) pairs; None as value means that the figure ends the day before.

        Raises:
            UnknownFigure: a name that no figure has.
            BadFigure: a value of another kind than the figure's, or one day twice.

        """
        changed = {name: _redraw(self.get(name), pairs) for name, pairs in changes.items()}
        return ParameterSet(changed.get(one.name, one) for one in self)

    def digest(self) -> str:
        """Return a fingerprint of every name and dated value; equal sets give equal fingerprints."""
        rows = sorted((one.name, one.unit, [_plain(dated) for dated in one.values]) for one in self)
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@cache
def shipped() -> ParameterSet:
    """Return the figures that come with the product, read once. Raises BadFigure."""
    return ParameterSet(load(FIGURES))


def load(folder: Path) -> list[Parameter]:
    """Read every file of figures in a folder. Raises BadFigure, also for a name used twice."""
    found: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, row in data["parameters"].items():
            if name in found:
                raise BadFigure(f"{name}: stands in two files")
            found[name] = parse(name, {"source": data["source"], **row})
    return list(found.values())


def parse(name: str, row: Mapping[str, Any]) -> Parameter:
    """Read one figure. Raises BadFigure when values overlap, leave days out, or a part is missing."""
    missing = [key for key in ("label", "clause", "unit", "status", "source", "values") if key not in row]
    if missing or row["status"] not in STATES:
        raise BadFigure(f"{name}: lacks {', '.join(missing) or 'a known status'}")
    return Parameter(
        name=name,
        label=row["label"],
        clause=row["clause"],
        unit=row["unit"],
        status=row["status"],
        source=row["source"],
        values=_chain(name, row["values"]),
        quote=row.get("quote", ""),
        note=row.get("note", ""),
    )


def scalar(raw: object) -> Scalar:
    """Bring a raw value into exact form: 0.2 a Decimal, "2/3" a Fraction. Raises BadFigure for other kinds."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | Fraction | date | str):
        raise BadFigure(f"{raw!r} is no figure")
    if isinstance(raw, float):
        return Decimal(str(raw))
    if isinstance(raw, str) and _RATIO.match(raw):
        return Fraction(raw)
    return raw


def words(value: Scalar, unit: str) -> str:
    """Write a value for people: ratios of whole percent as such, other ratios as fractions, days in Chinese."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if unit == "比例" and not isinstance(value, str):
        percent = Fraction(value) * 100
        return f"{percent}%" if percent.denominator == 1 else f"{Fraction(value)}"
    return str(value)


def _chain(name: str, rows: Sequence[Mapping[str, Any]]) -> tuple[Dated, ...]:
    """Give each value its last day, and refuse overlaps, days left out between two values, and mixed kinds."""
    rows = sorted(rows, key=lambda row: row["from"])
    followers = [*rows[1:], None] if rows else []
    chained: list[Dated] = []
    for row, after in zip(rows, followers, strict=True):
        eve = after["from"] - timedelta(days=1) if after else None
        until = row.get("until", eve)
        if (after and until != eve) or (until is not None and until < row["from"]):
            raise BadFigure(
                f"{name}: the value from {row['from']} overlaps the next one or leaves days without a value"
            )
        chained.append(Dated(row["from"], until, scalar(row["value"])))
    if len({_kind(one.value) for one in chained}) > 1:
        raise BadFigure(f"{name}: values of different kinds")
    return tuple(chained)


def _redraw(parameter: Parameter, pairs: Sequence[tuple[date, object]]) -> Parameter:
    first = min(day for day, _ in pairs)
    kept = [{"from": one.since, "value": one.value} for one in parameter.values if one.since < first]
    rows: list[dict[str, Any]] = [*kept, *({"from": day, "value": value} for day, value in sorted(pairs, key=_day))]
    if rows[-1]["value"] is None:
        end: date = rows.pop()["from"]
        if rows:
            rows[-1]["until"] = end - timedelta(days=1)
    return replace(parameter, status="draft", values=_chain(parameter.name, rows))


def _day(pair: tuple[date, object]) -> date:
    return pair[0]


def _kind(value: Scalar) -> str:
    return "number" if isinstance(value, int | Decimal | Fraction) else type(value).__name__


def _plain(dated: Dated) -> list[str]:
    return [str(dated.since), str(dated.until or ""), _kind(dated.value), str(dated.value)]
