"""A page of a list: loads the rows in a constant number of queries and prepares everything the template shows."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from jiugai.web.parts import marks
from jiugai.web.tables import keyset, totals
from jiugai.web.tables.columns import Column
from jiugai.web.tables.params import Condition, without
from jiugai.web.tables.saved import views_of
from jiugai.web.tables.state import AFTER, BEFORE, COLUMNS, DEFAULT_COLUMNS, State
from jiugai.web.tables.table import Table

MAX_HINTS = 4


class Head(NamedTuple):
    """A column head; `sorted` is ascending, descending or empty."""

    column: Column
    url: str
    sorted: str


class Chip(NamedTuple):
    """A condition and the address without it."""

    label: str
    remove_url: str


class Drop(NamedTuple):
    """A condition that, removed, brings rows back; the label stands in quotation marks."""

    label: str
    url: str
    total: totals.Total


class Row(NamedTuple):
    """A row ready to show; `cells` are its written `<td>`s."""

    pk: Any
    name: str
    cells: SafeString


def list_context(state: State, actor: Any) -> dict[str, Any]:
    """Return what the list template needs. Raises BadFilter."""
    table = state.table
    rows = matching(state, actor)
    found = keyset.page(rows, state.order, size=table.page_size, after=state.after, before=state.before)
    count = totals.total(rows) if found.next or found.previous else totals.Total(len(found.rows))
    conditions = table.filters.describe(state.conditions, actor)
    return {
        "table": table,
        "state": state,
        "heads": heads(state),
        "rows": show_rows(state, found.rows),
        "chips": [Chip(c.label, state.url_without(c)) for c in conditions],
        "total": count,
        "page": pager(state, found, count),
        "drops": drops(state, conditions, actor) if not found.rows else [],
        "menus": menus(state, conditions),
        "more": more_menu(state, conditions),
        "all_columns": [(column, column in state.columns) for column in table.columns],
        "saved": views_of(table.key, actor),
        "sources": list(table.sources()) if table.sources else [],
        "none_title": none_title(state, conditions),
        "csv_query": state.url(format="csv"),
        "default_columns_url": state.url(**{COLUMNS: DEFAULT_COLUMNS}),
    }


def none_title(state: State, conditions: Sequence[Condition]) -> str:
    """Return the heading of a list whose conditions nothing meets."""
    what = f"这 {len(conditions)} 个条件" if len(conditions) > 1 else "这个条件"
    return f"没有符合{what}的{state.table.title}"


def matching(state: State, actor: Any) -> QuerySet[Any]:
    """Return the visible rows that meet the conditions."""
    return state.table.filters.apply(state.table.rows(), state.conditions, actor)


def heads(state: State) -> list[Head]:
    """Return the heads of the chosen columns."""
    return [_head(state, column) for column in state.columns]


def _head(state: State, column: Column) -> Head:
    if not column.sort:
        return Head(column, "", "")
    is_at = state.order.field == column.sort
    direction = "descending" if state.order.descending else "ascending"
    return Head(column, state.url_sorted(column), direction if is_at else "")


def show_rows(state: State, rows: Sequence[Any]) -> list[Row]:
    """Return rows ready to show, with the source marks of their facts.

    Cells are written here and not in the template, which takes five times as long for hundreds of them.
    """
    table, columns = state.table, state.columns
    facts = [column.fact for column in columns if column.fact]
    found = table.marks(rows, facts) if table.marks and facts and rows else {}
    starts = [_start(column) for column in columns]
    return [Row(row.pk, str(row), _cells(table, columns, starts, row, found)) for row in rows]


def _start(column: Column) -> str:
    kinds = (("num", column.numeric), ("lead", column.lead), ("wrap", column.wide and not column.lead))
    css = " ".join(name for name, yes in kinds if yes)
    label = "" if column.lead else f' data-label="{escape(column.head)}"'
    return f'<td class="{css}"{label}>' if css else f"<td{label}>"


def _cells(
    table: Table, columns: Sequence[Column], starts: Sequence[str], row: Any, found: Mapping[tuple[Any, str], str]
) -> SafeString:
    parts: list[str] = []
    for column, start in zip(columns, starts, strict=True):
        shown, second = column.cell(row), column.second(row) if column.second else ""
        if column.lead and table.link:
            shown = f'<a class="j-lists-name" data-open href="{escape(table.link(row))}">{shown}</a>'
        mark = found.get((row.pk, column.fact)) if column.fact else None
        small = f"<small>{escape(second)}</small>" if second else ""
        tag = f" {conditional_escape(column.tag(row))}" if column.tag else ""
        parts.append(f"{start}{shown}{tag}{_mark(mark) if mark else ''}{small}</td>")
    return mark_safe("".join(parts))


@cache
def _mark(mark: str) -> str:
    return str(marks.source(mark))


def pager(state: State, found: keyset.Page[Any], count: totals.Total) -> dict[str, Any]:
    """Return what the pager shows."""
    return {
        "first": found.first,
        "last": found.last,
        "total": count,
        "unit": state.table.unit,
        "previous_url": state.url(**{BEFORE: found.previous}) if found.previous else "",
        "next_url": state.url(**{AFTER: found.next}) if found.next else "",
    }


def drops(state: State, conditions: Sequence[Condition], actor: Any) -> list[Drop]:
    """Return which condition to remove, and how many rows come back, most first; those that bring none are left out."""
    tried = [_drop(state, condition, actor) for condition in conditions[:MAX_HINTS]]
    return sorted((drop for drop in tried if drop.total), key=lambda drop: -drop.total.number)


def _drop(state: State, condition: Condition, actor: Any) -> Drop:
    left = without(state.conditions, condition)
    rows = state.table.filters.apply(state.table.rows(), left, actor)
    label = condition.label if condition.label.startswith("“") else f"“{condition.label}”"
    return Drop(label, state.url_without(condition), totals.total(rows))


def menus(state: State, conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Return the filters that stand in the toolbar, with how many of their conditions are set."""
    main = [one for one in state.table.filters.filters if one.main]
    return [{"filter": one, "set": _set(one.names, conditions)} for one in main]


def more_menu(state: State, conditions: Sequence[Condition]) -> dict[str, Any] | None:
    """Return the menu of all other filters, if there are any."""
    others = [f for f in state.table.filters.filters if not f.main and not f.hidden and f.widget != "text"]
    names = [name for one in others for name in one.names]
    return {"set": _set(names, conditions)} if others else None


def _set(names: Sequence[str], conditions: Sequence[Condition]) -> int:
    return sum(1 for condition in conditions if condition.pairs[0][0] in names)
