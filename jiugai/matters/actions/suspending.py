"""Stopping the clock while somebody else owes something."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, refuse_closed, save
from jiugai.matters.models import Matter, MatterPause
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do


class CannotSuspend(Conflict):
    """There is no running clock to stop."""

    code = "cannot_suspend"


@transaction.atomic
def suspend(*, matter: Matter, actor: Actor, now: datetime, reason: str, version: int | None = None) -> Any:
    """Stop the clock from today; the reason says what is waited for.

    Raises NotAllowed, CannotSuspend (no date, or stopped already, or late already), Refusal without a reason, Conflict.
    """
    fresh = locked(matter, version=version)
    require_do(actor, Permission.MATTER_WORK, fresh)
    refuse_closed(fresh)
    today = timezone.localdate(now)
    if not reason.strip():
        raise Refusal("暂停计时要写明在等什么", where="原因", remedy="写一句，例如：等补绿化现状图")
    if fresh.due_on is None or fresh.suspended_on is not None:
        words = "这件事项没有期限，不用暂停" if fresh.due_on is None else "计时已经暂停"
        raise CannotSuspend(words, where=fresh.title, remedy="刷新后再看")
    if fresh.due_on < today:
        raise CannotSuspend("已经逾期，不能暂停计时", where=fresh.title, remedy="尽快办理，或移交、留言说明原因")
    _stop(fresh, today, reason)
    write(matter=fresh, what=What.SUSPENDED, actor=actor, now=now, reason=reason.strip())
    return fresh


def _stop(matter: Any, today: Any, reason: str) -> None:
    MatterPause.objects.create(matter_id=matter.pk, starts=today, reason=reason.strip()[:300])
    matter.suspended_on = today
    save(matter, "suspended_on")
