"""What the address of a list says: conditions, order, columns, place; and addresses that differ in one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jiugai.web.tables.columns import Column, choose
from jiugai.web.tables.keyset import Order
from jiugai.web.tables.params import Condition, read, split, to_query, without
from jiugai.web.tables.table import Table

SORT, COLUMNS, AFTER, BEFORE = "sort", "cols", "after", "before"
DEFAULT_COLUMNS = "default"


@dataclass(frozen=True)
class State:
    """The state of one list. Everything is in the address; remembered columns are only the default."""

    table: Table
    conditions: Mapping[str, list[str]]
    sort: str = ""
    keys: tuple[str, ...] = ()
    remembered: tuple[str, ...] = ()
    after: str = ""
    before: str = ""

    @property
    def order(self) -> Order:
        """The order of rows."""
        return self.table.order_by(self.sort)

    @property
    def columns(self) -> list[Column]:
        """The columns shown."""
        return choose(self.table.columns, self.keys or self.remembered)

    @property
    def query(self) -> str:
        """Conditions, order and columns, without the place: what a saved view keeps."""
        return to_query(self.params())

    def params(self) -> dict[str, Any]:
        """Return the parameters of this state without the place."""
        params: dict[str, Any] = dict(self.conditions)
        if self.sort:
            params[SORT] = self.sort
        if self.keys:
            params[COLUMNS] = ",".join(self.keys)
        return params

    def url(self, **changes: Any) -> str:
        """Return the address of this list with other parameters; the place is left out unless given."""
        params = self.params() | changes
        return f"?{to_query({name: value for name, value in params.items() if value})}"

    def url_without(self, condition: Condition) -> str:
        """Return the address without one condition."""
        return replace(self, conditions=without(self.conditions, condition)).url()

    def url_clear(self) -> str:
        """Return the address without any condition."""
        return replace(self, conditions={}).url()

    def url_sorted(self, column: Column) -> str:
        """Return the address sorted by a column, turned round where it already is."""
        down = self.order == Order(column.sort)
        return self.url(**{SORT: f"{'-' if down else ''}{column.key}"})


def state_of(table: Table, source: Mapping[str, Any], *, remembered: str = "") -> State:
    """Read the state of a list from the parameters of its address and the remembered columns."""
    params = read(source)
    return State(
        table=table,
        conditions=table.filters.canonical(params),
        sort=params.get(SORT, [""])[0],
        keys=tuple(split(params.get(COLUMNS, ()))),
        remembered=tuple(split([remembered])),
        after=params.get(AFTER, [""])[0],
        before=params.get(BEFORE, [""])[0],
    )
