"""Telling the body above of a matter that is late."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, refuse_closed, save
from jiugai.matters.models import Matter
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do


class NobodyAbove(Conflict):
    """There is no body above the one that is told already."""

    code = "nobody_above"


@transaction.atomic
def escalate(*, matter: Matter, actor: Actor, now: datetime, reason: str = "") -> Any:
    """Let the body above the responsible one (or above the last one told) watch over a late matter.

    Who does the work does not change. Raises NotAllowed, NobodyAbove, Conflict for a matter that is not late.
    """
    fresh = locked(matter, version=None)
    require_do(actor, Permission.MATTER_WORK, fresh)
    refuse_closed(fresh)
    today = timezone.localdate(now)
    if fresh.due_on is None or fresh.due_on >= today or fresh.suspended_on is not None:
        raise Conflict("没有逾期，不用上报督办", where=fresh.title, remedy="催办请留言")
    before = fresh.escalated_to
    fresh.escalated_to, fresh.escalated_on = above(fresh), today
    save(fresh, "escalated_to", "escalated_on")
    late = (today - fresh.due_on).days
    write(matter=fresh, what=What.ESCALATED, actor=actor, now=now, reason=reason.strip() or f"逾期 {late} 天",
          before={"escalated_to": before}, after={"escalated_to": fresh.escalated_to})  # fmt: skip
    return fresh


def above(matter: Any) -> Organisation:
    """Return the next body above: the parent, else the housing department of the area above. Raises NobodyAbove."""
    last: Organisation | None = matter.escalated_to or matter.owner
    if last is not None and last.parent is not None:
        return last.parent
    level = last.area if last is not None else matter.area
    wanted = level.parent if last is not None else level
    found = None
    if wanted is not None:
        bodies = Organisation.objects.filter(area=wanted, kind__in=_KINDS)
        found = bodies.filter(name__contains="住房").order_by("pk").first() or bodies.order_by("pk").first()
    if found is None or (last is not None and found.pk == last.pk):
        raise NobodyAbove("上面没有可以督办的单位", where=matter.title, remedy="在组织里补上级单位")
    return found


_KINDS = (Organisation.Kind.CITY_DEPARTMENT, Organisation.Kind.DISTRICT_DEPARTMENT, Organisation.Kind.STREET)
