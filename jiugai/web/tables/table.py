"""The declaration of a register: everything its list, export, print and bulk actions need to know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

from django.db.models import QuerySet

from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import FilterSet
from jiugai.web.tables.keyset import Order

# For rows at hand and names of facts, the mark (off, crawl, rec, demo) of the source that counts: (pk, fact) -> mark.
Marks = Callable[[Sequence[Any], Sequence[str]], Mapping[tuple[Any, str], str]]

Choices = Sequence[tuple[str, str]]


class Link(NamedTuple):
    """A way on from an empty list or a toolbar: words, address, icon, and the right it needs."""

    label: str
    url: str
    icon: str = ""
    permission: Any = None


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What stands in a list that never had rows: `first` use, or data that has not arrived (`missing`)."""

    title: str
    text: str
    kind: str = "first"
    links: tuple[Link, ...] = ()


class Ask(NamedTuple):
    """A question of a bulk action: name, label, choices (empty for free text), hint.

    `choices` may be a function of the chosen rows and the actor, for choices that live in the database.
    """

    name: str
    label: str
    choices: Choices | Callable[[Sequence[Any], Any], Choices] = ()
    hint: str = ""

    def asked_of(self, rows: Sequence[Any], actor: Any) -> "Ask":
        """Return the question with the choices for these rows. Raises what the function raises."""
        return self._replace(choices=self.choices(rows, actor)) if callable(self.choices) else self


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """Something done to chosen rows.

    Args:
        key: its name in the address.
        label: verb and object.
        permission: the right each row needs.
        consequence: the sentence that stands above the confirmation, from the number of rows.
        keep: the way out, which says what stays.
        watch: refuse (409) when a row has changed since the person saw it; for rows with a `version`.
        asks: what the person must answer first; all are required.
        at_once: more rows than that are done in the background.
        run: does it for rows the actor may see; keyword arguments rows, actor, answers, on; returns the message.

    """

    key: str
    label: str
    icon: str
    permission: Any
    consequence: Callable[[int], str]
    keep: str
    run: Callable[..., str]
    watch: bool = False
    at_once: int = 1_000  # each row is locked, checked and logged: some fifteen seconds in all
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A register.

    Args:
        key: its name in saved views, cookies and the log.
        title: what the page is called; `unit` counts its rows (个, 栋, 件).
        name: start of its URL names, as in `community-list`.
        rows: its rows before scope, with what the columns need already joined.
        filters: its filters.
        columns: its columns; the first sortable one is the usual order unless `order` says otherwise.
        order: column key to sort by at first, with a minus for descending.
        link: address of a row's page.
        empty: what stands there before there are rows.
        bulk: actions on chosen rows.
        marks: gives source marks of facts for the rows of a page.
        sources: lines on where the data comes from, for foot and export.
        tools: links in the toolbar.
        search_hint: words in the search field.
        in_files: keys of columns that every workbook and text file has, chosen or not: what finds the row again.

    """

    key: str
    title: str
    unit: str
    name: str
    rows: Callable[[], QuerySet[Any]]
    filters: FilterSet
    columns: tuple[Column, ...]
    order: str
    link: Callable[[Any], str] | None = None
    empty: Empty
    bulk: tuple[BulkAction, ...] = ()
    marks: Marks | None = None
    sources: Callable[[], Iterable[str]] | None = None
    tools: tuple[Link, ...] = ()
    search_hint: str = ""
    exportable: bool = True
    in_files: tuple[str, ...] = ()
    page_size: int = field(default=50)

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    def for_rights(self, holds: Callable[..., Any]) -> "Table":
        """Return the register without the columns whose right is held nowhere, and blank in rows where it is not held.

        `holds` takes a right, and a row or nothing for anywhere.
        """
        if all(one.needs is None for one in self.columns):
            return self
        kept = [one for one in self.columns if one.needs is None or holds(one.needs)]
        shown = (one if one.needs is None else one.where(partial(holds, one.needs)) for one in kept)
        return replace(self, columns=tuple(shown))

    def order_by(self, sort: str) -> Order:
        """Return the order for `key` or `-key`; the usual one for anything that cannot be sorted by."""
        column = self.column(sort.lstrip("-"))
        if column is None or not column.sort:
            sort = self.order
            column = self.column(sort.lstrip("-"))
        return Order(column.sort if column else "pk", sort.startswith("-"))
