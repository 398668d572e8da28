"""Save, rename, share and remove named views of lists."""

from django.db import IntegrityError, transaction

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.registry.models import SavedView

MAX_VIEWS = 100
REGISTERS = frozenset({"communities", "buildings", "organisations", "people", "audit", "jobs", "imports"})


class NoName(Refusal):
    """A view without a name cannot be found again."""

    code = "no_name"


def save_view(*, register: str, name: str, query: str, shared: bool, actor: Actor) -> SavedView:
    """Keep a query under a name. Raises NoName, Conflict when the person has one of that name."""
    if actor.user_id is None:
        raise NotAllowed("只有登录的人能存常用筛选")
    if register not in REGISTERS:
        raise Refusal("没有这个列表", remedy="回到列表页，再存一次")
    view = SavedView(register=register, query=query[:4000], user_id=actor.user_id)
    if SavedView.objects.filter(user=actor.user_id).count() >= MAX_VIEWS:
        raise Refusal(f"常用筛选最多 {MAX_VIEWS} 个", remedy="先删去不用的")
    return _written(view, name, shared=shared, actor=actor)


def change_view(*, view: SavedView, name: str, shared: bool, actor: Actor) -> SavedView:
    """Rename a view or change who sees it. Raises NoName, Conflict."""
    return _written(view, name, shared=shared, actor=actor)


def remove_view(*, view: SavedView) -> None:
    """Remove a view; nothing else depends on it."""
    view.delete()


def _written(view: SavedView, name: str, *, shared: bool, actor: Actor) -> SavedView:
    view.name = " ".join(name.split())[:60]
    if not view.name:
        raise NoName("没有写名称", where="名称", remedy="给常用筛选起个名字，如“牛街 央产”")
    view.shared_with_id = actor.organisation_id if shared else None
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Conflict(f"您已经有叫“{view.name}”的常用筛选", where="名称", remedy="换个名称，或先删去原来的") from None
    return view
