"""Granting an exception to one rule for one community, and ending it."""

from dataclasses import dataclass
from datetime import date, datetime

import pghistory
from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain import waivers as domain
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.gates import GATE_RULES
from jiugai.domain.rules import rule_named
from jiugai.policy.models import Waiver
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community


class NotWaivable(Refusal):
    """No gate asks this rule, so there is nothing to make an exception from."""

    code = "not_waivable"


class WaiverOverlaps(Conflict):
    """A waiver of this rule holds on some of these days already."""

    code = "waiver_overlaps"


class WaiverEnded(Conflict):
    """Somebody ended it first."""

    code = "waiver_ended"


@dataclass(frozen=True)
class NewWaiver:
    """What the form asks for; both days are included."""

    rule: str
    authority: str
    reason: str
    since: date
    until: date


@transaction.atomic
def grant_waiver(*, community: Community, new: NewWaiver, actor: Actor, now: datetime) -> Waiver:
    """Let a rule be passed over for a community until a day, on somebody's authority.

    Raises NotAllowed, NotWaivable, BadWaiver, WaiverOverlaps (also when two people grant it at once).
    """
    require(actor, Permission.WAIVER_GRANT, community)
    if not any(new.rule in rules for rules in GATE_RULES.values()):
        raise NotWaivable("没有关口用这条规则，不需要例外", where=new.rule, remedy="从关口页选要放行的那一条")
    domain.checked(domain.Waiver(new.rule, new.authority, new.reason, new.since, new.until))
    made = _made(community, new, actor, now)
    title = rule_named(new.rule).title
    audit.record(
        action=Action.WAIVER_GRANTED,
        actor=actor,
        subject=made,
        after={"规则": title, "依据": new.authority, "起": str(new.since), "止": str(new.until)},
        reason=new.reason,
    )
    announce(
        code="waiver_granted",
        community=community,
        title=f"批准例外：{title}",
        words=f"{new.authority}，到 {new.until:%Y-%m-%d}。{new.reason}",
        actor=actor,
        now=now,
        detail={"waiver": made.pk, "rule": new.rule},
    )
    return made


def _made(community: Community, new: NewWaiver, actor: Actor, now: datetime) -> Waiver:
    try:
        with transaction.atomic(), pghistory.context(reason=new.reason):
            made = Waiver.objects.create(
                community=community,
                rule=new.rule,
                authority=new.authority.strip(),
                reason=new.reason.strip(),
                since=new.since,
                until=new.until,
                organisation_id=actor.organisation_id,
                granted_by_id=actor.user_id,
                granted_by_name=actor.name,
                granted_at=now,
            )
    except IntegrityError as overlap:
        if "waiver_one_at_a_time" not in str(overlap):
            raise
        raise WaiverOverlaps(
            "这条规则在这段时间已有例外",
            where=rule_named(new.rule).title,
            remedy="先看已有的例外；要改期限，先终止再批准",
        ) from overlap
    made.refresh_from_db()
    return made


@transaction.atomic
def end_waiver(*, waiver_id: int, actor: Actor, reason: str, now: datetime) -> Waiver:
    """End a waiver before its day; it stays on record. Raises NotAllowed, BadWaiver, WaiverEnded."""
    waiver = Waiver.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=waiver_id)
    require(actor, Permission.WAIVER_GRANT, waiver)
    if not reason.strip():
        raise domain.BadWaiver("没有写终止原因", where="终止原因", remedy="写明为什么终止")
    if waiver.ended_at is not None:
        raise WaiverEnded(f"{waiver.ended_by_name}已经终止了这条例外", remedy="刷新页面看现在的状态")
    waiver.ended_at, waiver.ended_by_name, waiver.ended_reason = now, actor.name, reason.strip()
    waiver.version += 1
    with pghistory.context(reason=reason):
        waiver.save(update_fields=["ended_at", "ended_by_name", "ended_reason", "version"])
    title = rule_named(waiver.rule).title
    audit.record(action=Action.WAIVER_ENDED, actor=actor, subject=waiver, after={"规则": title}, reason=reason)
    announce(
        code="waiver_ended",
        community=waiver.community,
        title=f"例外终止：{title}",
        words=reason.strip(),
        actor=actor,
        now=now,
        detail={"waiver": waiver.pk, "rule": waiver.rule},
    )
    return waiver
