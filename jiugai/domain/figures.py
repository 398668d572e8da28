"""Dated figures: what number the policy, or we for want of one, set for a day; with clause, unit and state.

A figure is data (`parameters/figures/*.yaml`), never a constant in code. Outside the days it has a value for, it has
none, and a rule that needs it says `unknown`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from jiugai.domain.errors import Refusal
from jiugai.domain.finding import Used
from jiugai.domain.scalars import READERS, BadFigure, Scalar, kind_of, scalar, words

__all__ = [
    "BadFigure",
    "Dated",
    "Parameter",
    "ParameterSet",
    "Scalar",
    "UnknownFigure",
    "UnreadableValue",
    "Value",
    "load",
    "parse",
    "restore",
    "shipped",
    "typed",
]

FIGURES = Path(__file__).parent / "parameters" / "figures"
STATES = {"stated": "条款原文", "provisional": "暂定", "draft": "草案"}


class UnreadableValue(Refusal):
    """What was typed is no value of this figure."""

    code = "unreadable_value"


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

    @cached_property
    def text(self) -> str:
        """The value in words: a share of whole percent as such, a date in Chinese, other numbers plainly."""
        return words(self.value, self.unit)

    @cached_property
    def number(self) -> Fraction:
        """The value as an exact number. Raises BadFigure when it is none."""
        if isinstance(self.value, str | date):
            raise BadFigure(f"{self.name}: {self.value} is not a number")
        return Fraction(self.value)

    @cached_property
    def whole(self) -> int:
        """The value as a whole number. Raises BadFigure when it is none."""
        if self.number.denominator != 1:
            raise BadFigure(f"{self.name}: {self.value} is not whole")
        return int(self.number)

    def reached(self, part: int, whole: int) -> bool:
        """Tell whether part of whole is at least this share, in whole numbers. Raises BadFigure when it is none."""
        numerator, denominator = self._ratio
        return part * denominator >= numerator * whole

    @cached_property
    def used(self) -> Used:
        """The citation that findings carry."""
        return Used(self.label, self.text, "" if self.unit in ("比例", "日期") else self.unit, self.name)

    @cached_property
    def _ratio(self) -> tuple[int, int]:
        return self.number.as_integer_ratio()

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
    def kind(self) -> str:
        """What its values are: number, date or str. A figure that never had one goes by its unit."""
        if self.values:
            return kind_of(self.values[0].value)
        return "date" if self.unit == "日期" else "number"

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
            changes: per figure (day, raw value) pairs; None as value means that there is none from that day on.

        Raises:
            UnknownFigure: a name that no figure has.
            BadFigure: a value of another kind than the figure's, or one day twice.

        """
        return self._with(changes, status="draft")

    def with_adopted(self, changes: Mapping[str, Sequence[tuple[date, object]]], *, authority: str) -> "ParameterSet":
        """Return a set with the changes of an adopted draft, which are stated by the document that adopted them.

        Raises what `with_draft` raises.
        """
        return self._with(changes, status="stated", source=authority)

    def _with(self, changes: Mapping[str, Sequence[tuple[date, object]]], **more: Any) -> "ParameterSet":
        changed = {name: replace(_redraw(self.get(name), pairs), **more) for name, pairs in changes.items()}
        return ParameterSet(changed.get(one.name, one) for one in self)

    def dump(self) -> dict[str, dict[str, Any]]:
        """Return everything as plain JSON values, so that a set can be kept beside a verdict; `restore` reads it."""
        return {
            one.name: {part: getattr(one, part) for part in _PARTS} | {"values": [_plain(v) for v in one.values]}
            for one in sorted(self, key=lambda one: one.name)
        }

    def digest(self) -> str:
        """Return the fingerprint of all that `dump` keeps; equal sets give equal fingerprints."""
        return hashlib.sha256(json.dumps(self.dump(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def restore(kept: Mapping[str, Mapping[str, Any]]) -> ParameterSet:
    """Return the set that `ParameterSet.dump` wrote. Raises BadFigure, KeyError or ValueError for anything else."""
    return ParameterSet(
        Parameter(name=name, values=tuple(_revive(row) for row in one["values"]), **{p: one[p] for p in _PARTS})
        for name, one in kept.items()
    )


@cache
def shipped() -> ParameterSet:
    """Return the figures that come with the product, read once. Raises BadFigure."""
    return ParameterSet(load(FIGURES))


def load(folder: Path) -> list[Parameter]:
    """Read every file of figures in a folder. Raises BadFigure, also for a name used twice."""
    found: dict[str, Parameter] = {}
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - a safe loader
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


def typed(parameter: Parameter, text: str) -> Scalar:
    """Read what a person typed for a figure: 2027-12-31, 20%, 0.2, 2/3 or 90. Raises UnreadableValue with words."""
    text = text.strip()
    try:
        if parameter.kind == "number" and text.endswith("%"):
            return Decimal(text[:-1]) / 100
        return READERS[parameter.kind](text)
    except (ValueError, ArithmeticError):
        remedy = {"date": "写成 2027-12-31", "number": "写成 90、0.2、20% 或 2/3"}.get(parameter.kind, "写一个词")
        raise UnreadableValue(f"“{parameter.label}”读不懂“{text}”", where=parameter.label, remedy=remedy) from None


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
    if len({kind_of(one.value) for one in chained}) > 1:
        raise BadFigure(f"{name}: values of different kinds")
    return tuple(chained)


def _redraw(parameter: Parameter, pairs: Sequence[tuple[date, object]]) -> Parameter:
    """Replace the values from the first changed day on. None is a stretch without a value, on purpose."""
    first = min(day for day, _ in pairs)
    kept = [one for one in parameter.values if one.since < first]
    marks: list[tuple[date, object]] = [*((one.since, one.value) for one in kept), *sorted(pairs, key=_day)]
    days = [day for day, _ in marks]
    if len(set(days)) < len(days):
        raise BadFigure(f"{parameter.name}: two values from one day")
    eves: list[date | None] = [*(day - timedelta(days=1) for day in days[1:]), None]
    values = tuple(Dated(day, eve, scalar(raw)) for (day, raw), eve in zip(marks, eves, strict=True) if raw is not None)
    if {kind_of(one.value) for one in values} - {parameter.kind}:
        raise BadFigure(f"{parameter.name}: values of different kinds")
    return replace(parameter, values=values)


def _day(pair: tuple[date, object]) -> date:
    return pair[0]


def _plain(dated: Dated) -> dict[str, str | None]:
    until = str(dated.until) if dated.until else None
    return {"since": str(dated.since), "until": until, "kind": type(dated.value).__name__, "value": str(dated.value)}


def _revive(row: Mapping[str, str | None]) -> Dated:
    since, until, kind, value = (row[part] for part in ("since", "until", "kind", "value"))
    ended = date.fromisoformat(until) if until else None
    return Dated(date.fromisoformat(str(since)), ended, READERS[str(kind)](str(value)))


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARTS = ("label", "clause", "unit", "status", "source", "quote", "note")
