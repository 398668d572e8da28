"""Keep the conditions of the map under a name (存为常用)."""

from urllib.parse import parse_qsl, urlencode

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.registry.models import SavedView

REGISTER = "map"
LONGEST_QUERY = 8000


class NamelessView(Refusal):
    """A saved view needs a name."""

    code = "nameless_view"


class ViewTooLong(Refusal):
    """The conditions do not fit into an address."""

    code = "view_too_long"


def save_map_view(*, actor: Actor, name: str, query: str) -> SavedView:
    """Save or replace the actor's view of that name. Raises NamelessView, ViewTooLong."""
    if actor.user_id is None:
        raise NamelessView("接口令牌没有常用条件", remedy="用自己的账号登录后再存")
    name = " ".join(name.split())[:60]
    if not name:
        raise NamelessView("还没有给这组条件起名", where="名称", remedy="写一个短的名称，如“朝阳待改造”")
    kept = urlencode([pair for pair in parse_qsl(query.lstrip("?")) if pair[0] not in {"id", "after"}])
    if len(kept) > LONGEST_QUERY:
        raise ViewTooLong("条件太长，存不下", remedy="圈选的点少一些，或改用区、年代等条件")
    view, _ = SavedView.objects.update_or_create(
        user_id=actor.user_id, register=REGISTER, name=name, defaults={"query": kept}
    )
    return view
