"""Appointments of households (task 15): the street offers times of crews, a household takes one, nobody twice."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.pipes.models import RiserApplication, RiserHousehold, RiserSlot

LONGEST = timedelta(hours=10)
MOST_AT_ONCE = 200


class BadSlot(Refusal):
    """The time cannot be offered."""

    status = 422
    code = "bad_slot"


class SlotTaken(Conflict):
    """Somebody else was faster, or the household has an appointment."""

    code = "slot_taken"


class WrongCode(NotAllowed):
    """The code is not this household's."""

    code = "wrong_booking_code"


@dataclass(frozen=True)
class Offer:
    """Times of a crew on one day: from `first`, `count` stretches of `minutes` each."""

    crew: str
    first: datetime
    minutes: int
    count: int


@transaction.atomic
def offer_slots(*, application: RiserApplication, offer: Offer, actor: Actor, now: datetime) -> list[RiserSlot]:
    """Offer times of a crew. Raises NotAllowed, BadSlot, SlotTaken when the crew is elsewhere then."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, application)
    length = timedelta(minutes=offer.minutes)
    if not offer.crew.strip() or not 1 <= offer.count <= MOST_AT_ONCE or not timedelta(minutes=30) <= length <= LONGEST:
        raise BadSlot("写明班组，每段半小时到十小时", where="预约时段", remedy="核对班组、时长和段数")
    if offer.first <= now:
        raise BadSlot("时段已经过去", where="开始", remedy="填今后的时间")
    if application.stage not in ("agreed", "scheme", "on_site"):
        raise BadSlot("达成共识以后才能预约入户", where=str(application), remedy="先登记达成共识")
    slots = [
        RiserSlot(
            round=application.round, application=application, crew=offer.crew.strip()[:40],
            during=DateTimeTZRange(offer.first + n * length, offer.first + (n + 1) * length),
            provenance=application.provenance,
        )
        for n in range(offer.count)
    ]  # fmt: skip
    try:
        with transaction.atomic():
            RiserSlot.objects.bulk_create(slots)
    except IntegrityError as problem:
        raise SlotTaken(f"{offer.crew}这段时间已有安排", where="预约时段", remedy="换时间或换班组") from problem
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=application, after={"预约时段": len(slots)})
    return slots


@transaction.atomic
def book_slot(
    *, slot: RiserSlot, household: RiserHousehold, code: str, actor: Actor, now: datetime, moving: bool = False
) -> RiserSlot:
    """Take a time for a household; with `moving` its open appointment is given up for it.

    A resident proves the household by the code it got on paper; the street needs none.
    Raises NotAllowed, WrongCode, SlotTaken, BadSlot.
    """
    _may(household, code, actor)
    locked = RiserSlot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if locked.during.lower <= now:
        raise BadSlot("这个时段已经开始", where=str(locked), remedy="选以后的时段")
    if locked.household_id is not None:
        raise SlotTaken("这个时段刚被别人约走", where=str(locked), remedy="换一个时段")
    if moving:
        RiserSlot.objects.filter(household=household, done_on__isnull=True).exclude(pk=locked.pk).update(
            household=None, booked_by="", booked_at=None
        )
    locked.household, locked.booked_by, locked.booked_at = household, actor.name, now
    try:
        with transaction.atomic():
            locked.save(update_fields=["household", "booked_by", "booked_at"])
    except IntegrityError as problem:
        if "riser_slot_of_the_riser" in str(problem) or "another riser" in str(problem):
            raise BadSlot("这个时段是别的立管的", where=str(locked), remedy="选自己那件申请的时段") from problem
        raise SlotTaken(f"{household}已经约了时间", where=str(household), remedy="要改时间就点“改约”") from problem
    audit.record(action=Action.RISER_BOOKED, actor=actor, subject=locked, after={"住户": str(household)})
    return locked


def _may(household: RiserHousehold, code: str, actor: Actor) -> None:
    from jiugai.accounts.permissions import may

    if actor.is_system or may(actor, Permission.RISER_RUN, household):
        return
    require(actor, Permission.RISER_ASK, household)
    if not code.strip() or code.strip().upper() != household.code:
        raise WrongCode("预约码不对", where="预约码", remedy="看通知单上的 8 位预约码，或请社区代约")


@transaction.atomic
def give_up(*, slot: RiserSlot, code: str, actor: Actor, now: datetime) -> RiserSlot:
    """Give an appointment back. Raises NotAllowed, WrongCode, BadSlot."""
    locked = RiserSlot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if locked.household is None or locked.done_on is not None:
        raise BadSlot("这个时段没有预约，或已经做完", where=str(locked), remedy="刷新看看")
    _may(locked.household, code, actor)
    before = str(locked.household)
    locked.household, locked.booked_by, locked.booked_at = None, "", None
    locked.save(update_fields=["household", "booked_by", "booked_at"])
    audit.record(action=Action.RISER_BOOKED, actor=actor, subject=locked, before={"住户": before})
    return locked


@transaction.atomic
def mark_done(*, slot: RiserSlot, actor: Actor, on: date) -> RiserSlot:
    """Say that the household's works are done. Raises NotAllowed, BadSlot."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, slot)
    locked = RiserSlot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
    if locked.household_id is None or timezone.localdate(locked.during.lower) > on:
        raise BadSlot("没有预约，或还没到时间", where=str(locked), remedy="做完以后再登记")
    locked.done_on = on
    locked.save(update_fields=["done_on"])
    audit.record(action=Action.RISER_BOOKED, actor=actor, subject=locked, after={"完成": on})
    return locked
