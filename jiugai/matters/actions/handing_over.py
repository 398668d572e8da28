"""Handing a matter over to another body (T01-6)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Membership, Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.journal import write
from jiugai.matters.actions.locking import locked, refuse_closed, save
from jiugai.matters.models import Matter
from jiugai.matters.models.log import What
from jiugai.matters.rights import require_do


class WrongBody(Refusal):
    """The body cannot take the matter."""

    status = 422
    code = "wrong_body"


@transaction.atomic
def hand_over(
    *, matter: Matter, to: Organisation, actor: Actor, now: datetime, reason: str, version: int | None = None
) -> Any:
    """Make another body responsible; its own people take it up, the clock runs on.

    The body that has it may hand it over, and who may assign matters there. The reason is kept.
    Raises NotAllowed, WrongBody, Refusal without a reason, Conflict.
    """
    fresh = locked(matter, version=version)
    require_do(actor, Permission.MATTER_WORK, fresh)
    refuse_closed(fresh)
    if not reason.strip():
        raise Refusal("移交要写明原因", where="原因", remedy="写一句为什么由对方办")
    _check_body(fresh, to, on=timezone.localdate(now))
    before = {"owner": fresh.owner, "assignee": fresh.assignee}
    fresh.owner, fresh.assignee = to, None
    save(fresh, "owner", "assignee")
    write(matter=fresh, what=What.HANDED_OVER, actor=actor, now=now, reason=reason.strip(),
          before=before, after={"owner": to})  # fmt: skip
    return fresh


def _check_body(matter: Any, to: Organisation, *, on: date) -> None:
    if to.pk == matter.owner_id:
        raise WrongBody(f"这件事项现在就由{to}办理", where="接收单位", remedy="换一个单位")
    if not reaches(to, matter.area_path, on=on):
        raise WrongBody(f"{to}看不到这里的事项", where="接收单位", remedy="选本辖区或上级的单位")


def reaches(body: Organisation, path: str, *, on: date) -> bool:
    """Tell whether a body sees a place: it lies in its area, or somebody of it holds a role there."""
    if path.startswith(body.area_path):
        return True
    held = Membership.objects.in_force(on=on).filter(organisation=body).values_list("area__path", flat=True)
    return any(path.startswith(one) for one in held)
