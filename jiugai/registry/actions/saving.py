"""Save, rename, share and remove named views of lists and of the map."""

from django.db import IntegrityError, transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.registry.models import SavedView
from jiugai.registry.saved import kept_query

MAX_VIEWS = 100
LONGEST_QUERY = 6000
"""An address line holds 8,190 characters, and a page adds conditions of its own."""


class NoName(Refusal):
    """A view without a name cannot be found again."""

    code = "no_name"


class ViewTooLong(Refusal):
    """The conditions do not fit into an address."""

    code = "view_too_long"


def save_view(*, register: str, name: str, query: str, shared: bool, actor: Actor, replace: bool = False) -> SavedView:
    """Keep the conditions of an address under a name; with `replace` the person's view of that name gives way.

    Raises NoName, UnknownRegister, BadFilter, ViewTooLong, and Conflict when the person has one of that name.
    """
    if actor.user_id is None:
        raise NotAllowed("只有登录的人能存常用筛选")
    kept = kept_query(register, query, actor=actor)
    if len(kept) > LONGEST_QUERY:
        raise ViewTooLong("条件太长，存不下", remedy="圈选的角少一些，或改用区、年代等条件")
    mine = SavedView.objects.filter(user=actor.user_id)
    same = mine.filter(register=register, name=_clean(name)).first() if replace else None
    view = same or SavedView(register=register, user_id=actor.user_id)
    if same is None and mine.count() >= MAX_VIEWS:
        raise Refusal(f"常用筛选最多 {MAX_VIEWS} 个", remedy="先删去不用的")
    view.query = kept
    return _written(view, name, shared=shared, actor=actor)


def change_view(*, view: SavedView, name: str, shared: bool, actor: Actor) -> SavedView:
    """Rename a view or change who sees it. Raises NoName, Conflict."""
    return _written(view, name, shared=shared, actor=actor)


def remove_view(*, view: SavedView) -> None:
    """Remove a view; nothing else depends on it."""
    view.delete()


def _clean(name: str) -> str:
    return " ".join(name.split())[:60]


def _written(view: SavedView, name: str, *, shared: bool, actor: Actor) -> SavedView:
    view.name = _clean(name)
    if not view.name:
        raise NoName("没有写名称", where="名称", remedy="给常用筛选起个名字，如“牛街 央产”")
    view.shared_with_id = actor.organisation_id if shared else None
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Conflict(f"您已经有叫“{view.name}”的常用筛选", where="名称", remedy="换个名称，或先删去原来的") from None
    return view
