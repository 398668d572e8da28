"""Taking a matter into one's hands: one at a time, and only the version one has seen."""

from typing import Any, cast

from django.db.models import F

from jiugai.domain.errors import Conflict
from jiugai.matters.kinds import kind
from jiugai.matters.models import Matter


class AlreadyClosed(Conflict):
    """The matter is closed; only a move that reopens it leads on."""

    code = "matter_closed"


def locked(matter: Matter, *, version: int | None) -> Any:
    """Lock a matter and return it fresh, as its kind's model.

    Raises Conflict (409) when somebody changed it after `version`, with who and what; None takes any version.
    """
    base = Matter.objects.select_for_update(of=("self",)).get(pk=matter.pk)
    if version is not None and base.version != version:
        raise Conflict(_what_happened(base), where=base.title, remedy="看过最新情况后再办一次")
    model: Any = kind(base.kind).model
    rows = model.objects.select_related("owner", "community", "assignee", "area", "cause").defer("area__boundary")
    return cast("Any", rows.get(pk=base.pk))


def _what_happened(matter: Matter) -> str:
    last = matter.log.order_by("-pk").first()
    if last is None:
        return "这件事项刚被别人改过"
    return f"您打开之后，{last.actor_name}已经{last.get_what_display()}了这件事项"


def refuse_closed(matter: Matter) -> None:
    """Raise AlreadyClosed for a closed matter."""
    if matter.closed_at is not None:
        raise AlreadyClosed("这件事项已经办结", where=matter.title, remedy="需要再办的，另提一件或重新打开")


def save(matter: Any, *fields: str) -> None:
    """Save columns that `Matter` has and count up its version; the caller has locked it."""
    matter.version += 1
    values = {name: getattr(matter, name) for name in fields}
    Matter.objects.filter(pk=matter.pk).update(**values, version=F("version") + 1)
