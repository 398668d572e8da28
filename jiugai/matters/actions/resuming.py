"""Letting the clock run again."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, save
from jiugai.matters.clocks import calendar, pauses_of, set_due
from jiugai.matters.models import Matter, MatterPause
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do


class NotSuspended(Conflict):
    """The clock runs already."""

    code = "not_suspended"


@transaction.atomic
def resume(*, matter: Matter, actor: Actor, now: datetime, version: int | None = None, reason: str = "") -> Any:
    """Let the clock run again from today, and put the due date back by the working days that were lost.

    A date given by hand moves by the days of the stop. Raises NotAllowed, NotSuspended, Conflict.
    """
    fresh = locked(matter, version=version)
    require_do(actor, Permission.MATTER_WORK, fresh)
    if fresh.suspended_on is None:
        raise NotSuspended("这件事项没有暂停计时", where=fresh.title, remedy="刷新后再看")
    before = fresh.due_on
    end_pause(fresh, today=timezone.localdate(now))
    save(fresh, "suspended_on", "due_on", "due_provisional")
    write(matter=fresh, what=What.RESUMED, actor=actor, now=now, reason=reason.strip(),
          before={"due_on": before}, after={"due_on": fresh.due_on})  # fmt: skip
    return fresh


def end_pause(matter: Any, *, today: date) -> None:
    """Close the open stop of a locked matter and work out its date anew, in memory."""
    began = matter.suspended_on
    MatterPause.objects.filter(matter_id=matter.pk, ends__isnull=True).update(ends=max(today, began))
    matter.suspended_on = None
    if matter.clock_unit == "given":
        _put_back(matter, began, today)
    else:
        set_due(matter, pauses_of(matter), calendar())


def _put_back(matter: Any, began: date, today: date) -> None:
    if matter.due_on is not None and today > began:
        moved = calendar().next_workday(matter.due_on + (today - began))
        matter.due_on, matter.due_provisional = moved.day, moved.provisional
