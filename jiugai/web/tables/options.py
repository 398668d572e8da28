"""The menus of filters: options with their counts, fetched when a menu is opened."""

from typing import Any, NamedTuple

from jiugai.web.tables import totals
from jiugai.web.tables.filters import Choice, Filter, Option
from jiugai.web.tables.page import matching
from jiugai.web.tables.params import split
from jiugai.web.tables.state import State

COUNT_UP_TO = 100_000


class Line(NamedTuple):
    """An option in a menu with the rows it would give."""

    option: Option
    chosen: bool
    total: totals.Total


def menu_context(state: State, actor: Any, name: str) -> dict[str, Any]:
    """Return what the menu of one filter shows; `more` is the menu of all that have none of their own."""
    wanted = _filters(state, name)
    names = {parameter for one in wanted for parameter in one.names}
    return {
        "table": state.table,
        "state": state,
        "name": name,
        "fields": _fields(state, actor, wanted, more=name == "more"),
        "hidden": [(n, value) for n, value in _others(state, names)],
        "total": totals.total(matching(state, actor)),
    }


def _filters(state: State, name: str) -> list[Filter]:
    every = state.table.filters.filters
    if name == "more":
        return [one for one in every if not one.main and not one.hidden and one.widget != "text"]
    return [one for one in every if one.name == name and one.main]


def _fields(state: State, actor: Any, wanted: list[Filter], *, more: bool) -> list[dict[str, Any]]:
    """Return what each filter shows; among many, a choice that offers this person nothing is left out."""
    found = [_field(state, actor, one) for one in wanted]
    return [one for one in found if not more or one["lines"] or not isinstance(one["filter"], Choice)]


def _field(state: State, actor: Any, one: Filter) -> dict[str, Any]:
    values = {parameter: ",".join(state.conditions.get(parameter, [])) for parameter in one.names}
    lines = _lines(state, actor, one) if isinstance(one, Choice) else []
    return {"filter": one, "values": list(values.items()), "lines": lines}


def _lines(state: State, actor: Any, choice: Choice) -> list[Line]:
    options = choice.all_options(actor, state.conditions)
    chosen = set(split(state.conditions.get(choice.name, [])))
    counts = _counts(state, actor, choice)
    return [Line(option, option.value in chosen, counts[option.value]) for option in options]


def _counts(state: State, actor: Any, choice: Choice) -> dict[str, totals.Total]:
    """Count the rows of each option beside the other conditions; in huge tables by sample."""
    table, options = state.table, choice.all_options(actor, state.conditions)
    size = totals.table_size(table.rows().model)
    if size <= COUNT_UP_TO:
        exact = table.filters.counts(table.rows(), state.conditions, actor, choice)
        return {value: totals.Total(number) for value, number in exact.items()}
    rows = table.filters.apply(table.rows(), state.conditions, actor, leave_out=choice.name)
    found = totals.sample_each(rows, [option.q for option in options], size)
    return {o.value: totals.Total(totals.rounded(n), exact=False) for o, n in zip(options, found, strict=True)}


def _others(state: State, names: set[str]) -> list[tuple[str, str]]:
    """Return the parameters that the menu's form must carry along."""
    kept: list[tuple[str, str]] = []
    for name, value in state.params().items():
        if name not in names:
            kept += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return kept
