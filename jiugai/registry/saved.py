"""Saved views of lists and of the map: a person's own and those shared with the organisation."""

from collections.abc import Callable, Sequence

from django.db.models import Q
from django.http import QueryDict

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.registry.models import SavedView
from jiugai.web.tables.saved import Saved
from jiugai.web.tables.state import state_of
from jiugai.web.tables.table import Table

Reader = Callable[[QueryDict, Actor], str]
"""Returns what a register keeps of an address, each condition checked. Raises BadFilter."""
_readers: dict[str, Reader] = {}


class UnknownRegister(Refusal):
    """There is no register of that name whose views can be kept."""

    code = "unknown_register"


def keep(register: str, reader: Reader) -> None:
    """Let views of a register be saved. Called once per register, when apps are ready."""
    _readers[register] = reader


def keep_list(table: Table) -> None:
    """Let views of a list be saved: its conditions, order and columns, without the place."""

    def reader(params: QueryDict, actor: Actor) -> str:
        state = state_of(table, params)
        table.filters.describe(state.conditions, actor)
        return state.query

    keep(table.key, reader)


def kept_query(register: str, query: str, *, actor: Actor) -> str:
    """Return what is kept of an address of a register. Raises UnknownRegister, BadFilter."""
    if register not in _readers:
        raise UnknownRegister("没有这个列表", remedy="回到列表页，再存一次")
    return _readers[register](QueryDict(query.lstrip("?")), actor)


def saved_views(register: str, actor: Actor) -> Sequence[Saved]:
    """Return the views an actor finds beside a list, his own first. One query."""
    mine = Q(user=actor.user_id)
    shared = Q(shared_with=actor.organisation_id) if actor.organisation_id else Q(pk=None)
    rows = SavedView.objects.filter(mine | shared, register=register).select_related("user")
    found = [
        Saved(
            pk=row.pk,
            name=row.name,
            query=row.query,
            mine=row.user_id == actor.user_id,
            shared=row.shared_with_id is not None,
            by=row.user.display_name,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: not one.mine)
