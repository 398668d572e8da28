"""Asking another department to dig together (T16-4), judging an overlap harmless, telling of answers never given."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.matters.actions import open_matter
from jiugai.matters.actions.moving import move
from jiugai.policy.reassessing import reassess
from jiugai.streetworks.models import Overlap, SynergyRequest


class AskedAlready(Conflict):
    """The other side has this question, or has agreed."""

    code = "asked_already"


class OverlapGone(Conflict):
    """Nothing overlaps here any more."""

    code = "overlap_gone"


class BadRequest(Refusal):
    """The request or the judgement does not hold together."""

    status = 422
    code = "bad_synergy_request"


@dataclass(frozen=True)
class Wish:
    """What the asking side would like."""

    detail: str = ""
    wanted_from: date | None = None
    wanted_until: date | None = None
    saving_yuan: int | None = None


@transaction.atomic
def ask_synergy(*, overlap: Overlap, wish: Wish, actor: Actor, now: datetime, on: date, provenance: str = "") -> Any:
    """Ask the department of the work; its clock begins. Raises NotAllowed, AskedAlready, OverlapGone, BadRequest."""
    if not actor.is_system:
        require(actor, Permission.SYNERGY_ASK, overlap)
    _check(overlap, wish, on)
    values = {
        "overlap": overlap, "project_ref": overlap.footprint.project_ref, "detail": wish.detail.strip(),
        "wanted_from": wish.wanted_from, "wanted_until": wish.wanted_until, "saving_yuan": wish.saving_yuan,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return open_matter(
                model=SynergyRequest, values=values, community=overlap.footprint.community, actor=actor, now=now,
                provenance=provenance or overlap.footprint.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        if "asked about" not in str(problem):
            raise
        raise AskedAlready("已经向对方发过请求", where=str(overlap), remedy="在待办里看答复，或先撤回那件") from problem


def _check(overlap: Overlap, wish: Wish, on: date) -> None:
    if overlap.gone_at is not None or not overlap.footprint.live:
        raise OverlapGone("这处交叉已经没有了", where=str(overlap), remedy="刷新列表")
    if overlap.harmless_on is not None:
        raise BadRequest("这处交叉已认定不需协同", where=str(overlap), remedy="先撤回认定")
    if bool(wish.wanted_from) != bool(wish.wanted_until):
        raise BadRequest("希望一起施工的起止要一起填", where="希望一起施工", remedy="补上另一个日期，或都不填")
    if wish.wanted_from and wish.wanted_until and wish.wanted_until < wish.wanted_from:
        raise BadRequest("希望一起施工的止早于起", where="希望一起施工止", remedy="核对两个日期")
    if wish.wanted_until and wish.wanted_until < on:
        raise BadRequest("希望一起施工的时间已经过去", where="希望一起施工止", remedy="填今后的日期")
    if wish.saving_yuan is not None and wish.saving_yuan < 0:
        raise BadRequest("预计节省不能是负数", where="预计节省", remedy="不知道就留空")


@transaction.atomic
def judge_harmless(*, overlap: Overlap, reason: str, actor: Actor, now: datetime, on: date) -> Overlap:
    """Record that an overlap needs no agreement, with the reason; an empty reason takes that back.

    Raises NotAllowed, BadRequest, AskedAlready.
    """
    require(actor, Permission.SYNERGY_ASK, overlap)
    locked = (
        Overlap.objects.select_for_update(of=("self",))
        .select_related("footprint__community", "work")
        .get(pk=overlap.pk)
    )
    reason = reason.strip()
    if not reason and locked.harmless_on is None:
        raise BadRequest("没有写不需协同的理由", where="理由", remedy="写明为什么互不影响")
    if reason and SynergyRequest.objects.open().filter(overlap=locked).exists():
        raise AskedAlready("已经向对方发过请求，还没有答复", where=str(locked), remedy="先撤回请求")
    before = locked.harmless_reason
    locked.harmless_reason, locked.harmless_on = reason, on if reason else None
    locked.harmless_by_id, locked.harmless_by_name = (actor.user_id, actor.name) if reason else (None, "")
    locked.save(update_fields=["harmless_reason", "harmless_on", "harmless_by", "harmless_by_name"])
    audit.record(
        action=Action.OVERLAP_JUDGED, actor=actor, subject=locked, before={"理由": before}, after={"理由": reason}
    )
    reassess(community=locked.footprint.community, actor=actor, now=now)
    return locked


def lapse_unanswered(*, actor: Actor, now: datetime, on: date) -> int:
    """Move every request whose day has passed to 逾期未答复; return how many. Each in its own transaction."""
    late = SynergyRequest.objects.filter(stage="asked", suspended_on__isnull=True, due_on__lt=on)
    done = 0
    for request in late.order_by("pk"):
        move(matter=request, move="lapse", actor=actor, now=now)
        done += 1
    return done
