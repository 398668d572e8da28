"""Withdraw a check-up that was made in the wrong place or by mistake: it stays on record and counts for nothing."""

from datetime import datetime

import pghistory
from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.checkup.actions.finishing import announce_result, lock, refuse_withdrawn
from jiugai.checkup.actions.telling import untell_need
from jiugai.checkup.models import Checkup
from jiugai.domain.errors import Refusal
from jiugai.registry.models import Community

CHECKED = "checked"
LONGEST_REASON = 300


@transaction.atomic
def withdraw_checkup(*, checkup: Checkup, reason: str, actor: Actor, now: datetime) -> Checkup:
    """Withdraw the check-up: map, need, coverage and gates follow as if it had never been finished.

    A community that reached 体检 by it alone goes back to 登记.
    Raises NotAllowed, Conflict, and Refusal without a reason.
    """
    require(actor, Permission.CHECKUP_RECORD, checkup)
    if not reason.strip():
        raise Refusal("没有写撤回原因", where="撤回原因", remedy="写明为什么撤回，例如“填到了别的小区”")
    locked = lock(checkup.pk)
    refuse_withdrawn(locked)
    counted = locked.state == Checkup.State.FINISHED
    locked.state, locked.withdrawn_at, locked.withdrawn_by_name = Checkup.State.WITHDRAWN, now, actor.name
    locked.withdrawn_reason = reason.strip()[:LONGEST_REASON]
    with pghistory.context(reason="体检撤回"):
        locked.save(update_fields=["state", "withdrawn_at", "withdrawn_by_name", "withdrawn_reason"])
    audit.record(action=Action.CHECKUP_WITHDRAWN, actor=actor, subject=locked, reason=locked.withdrawn_reason)
    if counted:
        untell_need(checkup=locked, actor=actor, on=timezone.localdate(now))
        title = f"{locked.year} 年度体检撤回，{locked.withdrawn_reason}"
        announce_result(locked, _event(locked.community_id), title, actor, now)
    return locked


def _event(community_id: int) -> str:
    """Return which event it is: without another check-up, a community that went no further is where it began."""
    others = Checkup.objects.filter(community_id=community_id, state=Checkup.State.FINISHED)
    stage = Community.objects.values_list("stage", flat=True).get(pk=community_id)
    return "checkup_gone" if stage == CHECKED and not others.exists() else "checkup_withdrawn"
