"""An owner's own decoration along with the works (T15-9): its money is kept apart from all others."""

from datetime import date, datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.streetworks import PRIVATE
from jiugai.pipes.actions.risers import BadRiser
from jiugai.pipes.models import OwnerDecoration, RiserHousehold
from jiugai.streetworks.actions.funding import Money, record_fund
from jiugai.streetworks.models import FundEntry


@transaction.atomic
def add_decoration(
    *, household: RiserHousehold, content: str, amount_fen: int, agreed_on: date, actor: Actor, now: datetime, on: date
) -> OwnerDecoration:
    """Keep what an owner has done at his own cost. Raises NotAllowed, BadRiser."""
    if not actor.is_system:
        require(actor, Permission.RISER_RUN, household)
    if not content.strip() or amount_fen <= 0:
        raise BadRiser("内容和金额都要写", where="个性化装修", clause="T15-9", remedy="补上")
    if agreed_on > on:
        raise BadRiser("约定日期在今后", where="约定日期", remedy="核对日期")
    application = household.application
    money = Money(
        f"业主（{household}）",
        PRIVATE,
        FundEntry.Purpose.PRIVATE,
        amount_fen,
        agreed_on,
        f"{application.number} {content}",
        matter_ref=application.number,
        provenance=application.provenance,
    )
    entry = record_fund(
        money=money, area=application.area, actor=SYSTEM, now=now, on=on, community=application.community
    )
    made = OwnerDecoration.objects.create(
        household=household, content=content.strip()[:200], amount_fen=amount_fen, agreed_on=agreed_on, entry=entry,
        provenance=application.provenance,
    )  # fmt: skip
    audit.record(action=Action.RISER_SAVED, actor=actor, subject=made, after={"金额（分）": amount_fen})
    return made
