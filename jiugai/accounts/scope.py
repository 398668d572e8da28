"""Scope: the one filter every object passes before a person sees it, in Python and again in PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import reduce
from operator import or_
from typing import Any, Self, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

from jiugai.accounts.actor import Actor

M = TypeVar("M", bound=Model)
EVERYTHING = "*"


class ScopedQuerySet(QuerySet[M]):
    """A queryset of rows that lie in the area tree.

    `scope_field` names the path column, across relations where the row has none of its own.
    """

    scope_field = "area_path"

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; nobody sees anything without a role."""
        if actor.sees_all:
            return self
        if not actor.paths:
            return self.none()
        return self.filter(within(actor.paths, self.scope_field))


def within(paths: tuple[str, ...], field: str = "area_path") -> Q:
    """Build the condition 'lies in one of these areas'. Paths are whole segments, so prefixes are exact."""
    return reduce(or_, (Q(**{f"{field}__startswith": p}) for p in paths))


def scope_setting(actor: Actor) -> str:
    """Return what row level security reads: `*` for the whole city, else the paths joined by commas."""
    return EVERYTHING if actor.sees_all else ",".join(actor.paths)


def set_scope(value: str) -> str:
    """Set the scope of this database session and return the one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('jiugai.scope', true), set_config('jiugai.scope', %s, false)", [value])
        row: tuple[Any, ...] = cursor.fetchone()
    return row[0] or ""


@contextmanager
def scoped(actor: Actor) -> Iterator[None]:
    """Let row level security of this session see with the actor's eyes, and close it again afterwards."""
    before = set_scope(scope_setting(actor))
    try:
        yield
    finally:
        if not connection.needs_rollback:
            set_scope(before)
