"""Filters of a register, declared once and used by its list, its export, the map and the API.

A filter turns parameters of an address into a condition on a queryset, and into words.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, Model, Q, QuerySet
from django.utils import timezone

from jiugai.web.parts.dates import cn_full_date
from jiugai.web.parts.numbers import grouped
from jiugai.web.tables.params import BadFilter, Condition, Params, read, split

M = TypeVar("M", bound=Model)
EVERYTHING = Q()


class Option(NamedTuple):
    """One value of a choice: what stands in the address, the words, the condition, a remark."""

    value: str
    label: str
    q: Q
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter. `main` ones stand in the toolbar, the others behind 更多条件; `widget` says how they are drawn."""

    name: str
    label: str
    main: bool = False
    hidden: bool = False
    widget: str = field(default="", init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters this filter reads."""
        return (self.name,)

    def canonical(self, params: Params) -> dict[str, list[str]]:
        """Return this filter's parameters, one value per item."""
        return {name: list(params[name]) for name in self.names if params.get(name)}

    def q(self, params: Params, actor: Any) -> Q:
        """Return the condition; without parameters an empty one. Raises BadFilter."""
        raise NotImplementedError

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return the conditions in words, one per chip."""
        raise NotImplementedError

    def bad(self, value: str) -> BadFilter:
        """Return the exception for a value that cannot be read."""
        return BadFilter(self.label, value)


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One or more of a list of options; several are joined by 'or'. Options may overlap.

    `options` is a list, or a function of actor and parameters for options that live in the database.
    """

    options: Sequence[Option] | Callable[[Any, Params], Sequence[Option]]
    widget: str = field(default="choice", init=False)

    def canonical(self, params: Params) -> dict[str, list[str]]:
        """Return one value per item."""
        return {self.name: split(params[self.name])} if params.get(self.name) else {}

    def all_options(self, actor: Any, params: Params) -> Sequence[Option]:
        """Return the options a person can choose from."""
        return self.options(actor, params) if callable(self.options) else self.options

    def chosen(self, params: Params, actor: Any) -> list[Option]:
        """Return the chosen options in the order of the address. Raises BadFilter for an unknown one."""
        values = split(params.get(self.name, ()))
        if not values:
            return []
        known = {option.value: option for option in self.all_options(actor, params)}
        for value in values:
            if value not in known:
                raise self.bad(value)
        return [known[value] for value in values]

    def q(self, params: Params, actor: Any) -> Q:
        """Return 'any of the chosen'."""
        return reduce(or_, (option.q for option in self.chosen(params, actor)), EVERYTHING)

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return one condition per chosen option."""
        return [Condition(self._words(o), ((self.name, o.value),)) for o in self.chosen(params, actor)]

    def _words(self, option: Option) -> str:
        return f"{self.label}：{option.label}"


def equals(column: str, choices: Sequence[tuple[str, str]]) -> tuple[Option, ...]:
    """Build the options of a column with a closed list of values."""
    return tuple(Option(str(value), str(label), Q(**{column: value})) for value, label in choices)


def flag(column: str, yes: str, no: str, unknown: str = "资料不足") -> tuple[Option, ...]:
    """Build the options of a yes-no column that may be unknown."""
    return (
        Option("yes", yes, Q(**{column: True})),
        Option("no", no, Q(**{column: False})),
        Option("unknown", unknown, Q(**{f"{column}__isnull": True})),
    )


@dataclass(frozen=True, kw_only=True)
class Range(Filter):
    """From-to on a number column, both inclusive: `x_min` and `x_max`. Rows without a value never match.

    `prefix` is the x of the parameters where it differs from the name.
    """

    column: str
    prefix: str = ""
    unit: str = ""
    decimal: bool = False
    plain: bool = False
    widget: str = field(default="range", init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Two parameters."""
        prefix = self.prefix or self.name
        return (f"{prefix}_min", f"{prefix}_max")

    def q(self, params: Params, actor: Any) -> Q:
        """Return 'between'."""
        low, high = (self._number(params, name) for name in self.names)
        q = EVERYTHING if low is None else Q(**{f"{self.column}__gte": low})
        return q if high is None else q & Q(**{f"{self.column}__lte": high})

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return one condition for both ends."""
        low, high = (self._number(params, name) for name in self.names)
        if low is None and high is None:
            return []
        pairs = tuple((name, value) for name in self.names for value in params.get(name, ()))
        return [Condition(f"{self.label}：{self._words(low, high)}", pairs)]

    def _number(self, params: Params, name: str) -> Decimal | None:
        text = next(iter(params.get(name, ())), "")
        if not text:
            return None
        try:
            number = Decimal(unicodedata.normalize("NFKC", text).replace(",", ""))
        except InvalidOperation:
            raise self.bad(text) from None
        if not number.is_finite() or abs(number) > 10**9 or (not self.decimal and number % 1):
            raise self.bad(text)
        return number

    def _words(self, low: Decimal | None, high: Decimal | None) -> str:
        if low is not None and high is not None:
            return f"{self._write(low)}—{self._write(high)}{self.unit}"
        if low is not None:
            return f"{self._write(low)}{self.unit}及以上"
        return f"{self._write(high or Decimal(0))}{self.unit}及以下"

    def _write(self, number: Decimal) -> str:
        return str(number) if self.plain or number % 1 else grouped(number, 0)


@dataclass(frozen=True, kw_only=True)
class Dates(Filter):
    """From-to on a date or time column; `name`_from and `name`_to, both days included (local time)."""

    column: str
    is_time: bool = True
    widget: str = field(default="dates", init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Two parameters."""
        return (f"{self.name}_from", f"{self.name}_to")

    def q(self, params: Params, actor: Any) -> Q:
        """Return 'between the start of the first and the end of the last day'."""
        first, last = (self._date(params, name) for name in self.names)
        q = EVERYTHING if first is None else Q(**{f"{self.column}__gte": self._start(first)})
        return q if last is None else q & Q(**{f"{self.column}__lt": self._start(last + timedelta(days=1))})

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return one condition for both ends."""
        first, last = (self._date(params, name) for name in self.names)
        if first is None and last is None:
            return []
        words = "—".join(cn_full_date(day) for day in (first, last) if day)
        tail = "" if first and last else ("起" if first else "止")
        pairs = tuple((name, value) for name in self.names for value in params.get(name, ()))
        return [Condition(f"{self.label}：{words}{tail}", pairs)]

    def _date(self, params: Params, name: str) -> date | None:
        text = next(iter(params.get(name, ())), "")
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            raise self.bad(text) from None
        if found and not 1900 <= found.year <= 2200:
            raise self.bad(text)
        return found

    def _start(self, day: date) -> date | datetime:
        return timezone.make_aware(datetime.combine(day, time())) if self.is_time else day


@dataclass(frozen=True, kw_only=True)
class Text(Filter):
    """Search words, all of which must be found. `words` builds the condition for one word."""

    word: Callable[[str], Q]
    placeholder: str = ""
    widget: str = field(default="text", init=False)

    def q(self, params: Params, actor: Any) -> Q:
        """Return 'all words'."""
        return reduce(and_, (self.word(one) for one in words(self._text(params))), EVERYTHING)

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return one condition for the whole text."""
        text = self._text(params)
        return [Condition(f"“{text}”", tuple((self.name, v) for v in params[self.name]))] if words(text) else []

    def _text(self, params: Params) -> str:
        return " ".join(params.get(self.name, ()))


def words(text: str) -> list[str]:
    """Return the words of a search text, full-width forms folded, lower case, at most eight."""
    folded = unicodedata.normalize("NFKC", text).replace("\x00", "").lower()
    return re.split(r"[\s,、，;；]+", folded.strip(" ,、，;；"))[:8] if folded.strip(" ,、，;；\t\n") else []


@dataclass(frozen=True, kw_only=True)
class Exact(Filter):
    """A condition set by another page (a drawn shape, a list of ids): shown as a chip, never as a control.

    `parse` turns text and actor into a condition and words; it raises ValueError for what it cannot read.
    Several values are joined by 'and', or with `joined` read as one list.
    """

    parse: Callable[[str, Any], tuple[Q, str]]
    joined: bool = False
    hidden: bool = True
    widget: str = field(default="", init=False)

    def canonical(self, params: Params) -> dict[str, list[str]]:
        """Return the values, or their list as one."""
        found = super().canonical(params)
        return {name: [",".join(values)] for name, values in found.items()} if self.joined else found

    def q(self, params: Params, actor: Any) -> Q:
        """Return the parsed condition."""
        return reduce(and_, (self._parsed(value, actor)[0] for value in params.get(self.name, ())), EVERYTHING)

    def conditions(self, params: Params, actor: Any) -> list[Condition]:
        """Return one condition per value."""
        return [Condition(self._parsed(v, actor)[1], ((self.name, v),)) for v in params.get(self.name, ())]

    def _parsed(self, value: str, actor: Any) -> tuple[Q, str]:
        try:
            return self.parse(value, actor)
        except ValueError:
            raise self.bad(value) from None


class Unscoped(TypeError):
    """A register does not say who sees its rows."""


@dataclass(frozen=True)
class FilterSet:
    """The filters of one register. Parameters of other names are none of its business.

    Rows pass `.visible_to(actor)` first; a register whose rows everybody may see says so by `public`.
    """

    filters: tuple[Filter, ...]
    public: bool = False

    def check_scope(self, queryset: QuerySet[M]) -> None:
        """Raise Unscoped unless the rows have a scope, or are declared public and have none."""
        if hasattr(queryset, "visible_to") == self.public:
            raise Unscoped(f"{queryset.model.__name__}: rows need either visible_to or public=True, not both")

    def visible(self, queryset: Any, actor: Any) -> Any:
        """Return the rows the actor may see."""
        return queryset if self.public else queryset.visible_to(actor)

    def canonical(self, params: Any) -> dict[str, list[str]]:
        """Return the parameters that are conditions, in the order of the declaration, one value per item."""
        found = read(params)
        return {name: values for one in self.filters for name, values in one.canonical(found).items()}

    def q(self, params: Any, actor: Any, *, leave_out: str = "") -> Q:
        """Return all conditions joined, optionally without one filter's."""
        found = self.canonical(params)
        return reduce(and_, (f.q(found, actor) for f in self.filters if f.name != leave_out), EVERYTHING)

    def apply(self, queryset: QuerySet[M], params: Any, actor: Any, *, leave_out: str = "") -> QuerySet[M]:
        """Return the rows of `queryset` that the actor may see and that meet the conditions. Raises BadFilter."""
        rows: QuerySet[M] = self.visible(queryset, actor).filter(self.q(params, actor, leave_out=leave_out))
        return rows

    def describe(self, params: Any, actor: Any = None) -> list[Condition]:
        """Return the conditions in words, one per chip. Raises BadFilter."""
        found = self.canonical(params)
        return [condition for one in self.filters for condition in one.conditions(found, actor)]

    def in_words(self, params: Any, actor: Any = None) -> str:
        """Return all conditions in one line, for exports and the log."""
        return "；".join(condition.label for condition in self.describe(params, actor)) or "无（全部）"

    def get(self, name: str) -> Filter | None:
        """Return the filter of that name."""
        return next((one for one in self.filters if one.name == name), None)

    def counts(self, queryset: QuerySet[M], params: Any, actor: Any, choice: Choice) -> dict[str, int]:
        """Return how many rows each option of a choice would give beside the other conditions. One query."""
        options = choice.all_options(actor, self.canonical(params))
        rows = self.apply(queryset, params, actor, leave_out=choice.name).order_by()
        asked = {f"n{i}": Count("pk", filter=option.q) for i, option in enumerate(options)}
        found = rows.aggregate(**asked) if asked else {}
        return {option.value: found[f"n{i}"] for i, option in enumerate(options)}
