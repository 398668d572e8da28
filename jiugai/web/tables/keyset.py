"""Paging by the last row seen, not by counting rows: as fast on the last page as on the first.

The order is (sort field, pk) in one direction, rows without a value always last. Values and missing values are two
segments that are read one after the other, so that each can walk the index (field, id) in either direction.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Value

from jiugai.web.tables.params import BadFilter

M = TypeVar("M", bound=Model)


class Order(NamedTuple):
    """What a list is sorted by."""

    field: str
    descending: bool = False


class Cursor(NamedTuple):
    """A place in a list: the row's sort value and pk, and how many rows stand before the place."""

    value: Any
    pk: Any
    position: int


@dataclass(frozen=True)
class Page(Generic[M]):
    """A page of rows; `first` is the number of its first row, from 1."""

    rows: list[M]
    first: int
    previous: str = ""
    next: str = ""

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + len(self.rows) - 1


class Beyond(Func):
    """`(field, pk) > (value, pk)` as one comparison of rows, which an index answers by starting there."""

    output_field = BooleanField()
    arity = 4

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        """Write the comparison; `operator` is > or <."""
        parts = [compiler.compile(one) for one in self.get_source_expressions()]
        sql = "({}, {}) {} ({}, {})".format(parts[0][0], parts[1][0], self.extra["operator"], parts[2][0], parts[3][0])
        return sql, [param for part in parts for param in part[1]]


def page(rows: QuerySet[M], order: Order, *, size: int, after: str = "", before: str = "") -> Page[M]:
    """Return the page behind or before a cursor, at most three queries. Raises BadFilter for a broken cursor."""
    if before:
        return _backward(rows, order, size, decode(before, rows.model, order))
    return _forward(rows, order, size, decode(after, rows.model, order) if after else None)


def _forward(rows: QuerySet[M], order: Order, size: int, cursor: Cursor | None) -> Page[M]:
    found = _take(rows, _segments(rows, order, cursor), size + 1)
    kept, position = found[:size], cursor.position if cursor else 0
    return Page(
        kept,
        first=position + 1,
        previous=encode(kept[0], order, position) if cursor and kept else "",
        next=encode(kept[-1], order, position + size) if len(found) > size else "",
    )


def _backward(rows: QuerySet[M], order: Order, size: int, cursor: Cursor) -> Page[M]:
    turned = replace_direction(order)
    found = _take(rows, _segments(rows, turned, cursor, nulls_first=True), size + 1)
    kept = found[:size][::-1]
    more = len(found) > size
    position = max(cursor.position - len(kept), 0) if more else 0
    return Page(
        kept,
        first=position + 1,
        previous=encode(kept[0], order, position) if more else "",
        next=encode(kept[-1], order, position + len(kept)) if kept else "",
    )


def replace_direction(order: Order) -> Order:
    """Return the order read from its end."""
    return order._replace(descending=not order.descending)


def _take(rows: QuerySet[M], segments: Iterator[QuerySet[M]], wanted: int) -> list[M]:
    """Return the first rows of the segments: first their keys, then the rows with all that is joined to them.

    Joined tables have row level security of their own, behind which the planner cannot guess how many rows there
    are: with the joins in the same query it likes to start from the wrong table and read all of it.
    """
    keys: list[Any] = []
    for segment in segments:
        keys += segment.select_related(None).values_list("pk", flat=True)[: wanted - len(keys)]
        if len(keys) >= wanted:
            break
    found = {row.pk: row for row in rows.filter(pk__in=keys).order_by()} if keys else {}
    return [found[key] for key in keys if key in found]


def _segments(
    rows: QuerySet[M], order: Order, cursor: Cursor | None, *, nulls_first: bool = False
) -> Iterator[QuerySet[M]]:
    """Return the stretches of the list from the cursor on, in reading order."""
    sign = "-" if order.descending else ""
    if _is_pk(rows.model, order.field):
        yield (_beyond_pk(rows, order, cursor) if cursor else rows).order_by(f"{sign}pk")
        return
    filled = rows.order_by(f"{sign}{order.field}", f"{sign}pk")
    if not nullable(rows.model, order.field):
        yield _beyond(filled, order, cursor) if cursor else filled
        return
    filled = filled.filter(**{f"{order.field}__isnull": False})
    missing = rows.filter(**{f"{order.field}__isnull": True}).order_by(f"{sign}pk")
    at_missing = cursor is not None and cursor.value is None
    if cursor:
        missing, filled = (
            (_beyond_pk(missing, order, cursor), filled) if at_missing else (missing, _beyond(filled, order, cursor))
        )
    if nulls_first:
        yield from (missing, filled) if at_missing else (filled,)
    else:
        yield from (missing,) if at_missing else (filled, missing)


def _beyond(rows: QuerySet[M], order: Order, cursor: Cursor) -> QuerySet[M]:
    operator = "<" if order.descending else ">"
    return rows.filter(Beyond(F(order.field), F("pk"), Value(cursor.value), Value(cursor.pk), operator=operator))


def _beyond_pk(rows: QuerySet[M], order: Order, cursor: Cursor) -> QuerySet[M]:
    return rows.filter(**{"pk__lt" if order.descending else "pk__gt": cursor.pk})


def encode(row: Any, order: Order, position: int) -> str:
    """Write the place of a row for an address."""
    value = row
    for name in order.field.split("__"):
        value = getattr(value, name, None)
    text = json.dumps([_plain(value), row.pk, position], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def decode(text: str, model: type[Model], order: Order) -> Cursor:
    """Read a place from an address. Raises BadFilter for anything `encode` does not write."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        cursor = Cursor(*raw)
        value = None if cursor.value is None else field_of(model, order.field).to_python(cursor.value)
        pk = model._meta.pk.to_python(cursor.pk)  # noqa: SLF001 - Django's documented API
        return cursor._replace(value=value, pk=pk, position=max(int(cursor.position), 0))
    except (binascii.Error, UnicodeDecodeError, TypeError, ValueError, ValidationError) as problem:
        raise BadFilter("翻页位置", text) from problem


def field_of(model: type[Model], path: str) -> "Field[Any, Any]":
    """Return the field at the end of a path such as `community__name`."""
    first, _, rest = path.partition("__")
    found: Any = model._meta.pk if first == "pk" else model._meta.get_field(first)  # noqa: SLF001
    if rest:
        return field_of(found.related_model, rest)
    if not isinstance(found, Field):
        raise FieldDoesNotExist(path)
    return found


def nullable(model: type[Model], path: str) -> bool:
    """Tell whether rows may have no value at the end of a path."""
    steps = path.split("__")
    return any(field_of(model, "__".join(steps[: i + 1])).null for i in range(len(steps)))


def _is_pk(model: type[Model], path: str) -> bool:
    return "__" not in path and field_of(model, path).primary_key
