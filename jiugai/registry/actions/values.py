"""Correct a fact, and take a correction back. Other sources' words stay; the column follows by `refresh`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.observed import check_observed
from jiugai.registry.actions.conflicts import column, refuse_stale
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.facts import Fact, Kind, fact_of
from jiugai.registry.models import Building, BuildingValue, Community, CommunityValue, Document, Source
from jiugai.registry.resolving import claim_of, settle
from jiugai.registry.typing_in import check

__all__ = ["NoReason", "Saved", "enter_value", "refresh", "withdraw_values"]

Subject = Community | Building
MANUAL = "manual"


class NoReason(Refusal):
    """A change without a reason could not be understood later."""

    code = "no_reason"

    def __init__(self) -> None:
        super().__init__("没有写原因", where="原因", remedy="写明依据什么更正，例如“现场核对竣工牌”")


class GoneRecord(Refusal):
    """The record was merged into another or withdrawn, and takes no more corrections."""

    status = 409
    code = "gone"


@dataclass(frozen=True)
class Saved:
    """What came of it. `counts` is False when another source's word still goes first."""

    value_id: int
    version: int
    counts: bool


@transaction.atomic
def enter_value(
    *,
    subject: Subject,
    field: str,
    value: Any,
    observed_on: date | None,
    actor: Actor,
    reason: str,
    on: date,
    source_key: str = MANUAL,
    document: Document | None = None,
    expected_version: int | None = None,
) -> Saved:
    """Add a person's word on one fact (T01-1) and let the record follow.

    `value` is the JSON value (see `typing_in.read`). `expected_version` is the version the person had on screen:
    when the fact has changed since, Conflict names who changed what. Raises NotAllowed, WrongValue, WrongDay,
    NoReason, GoneRecord.
    """
    require(actor, Permission.REGISTER_EDIT, subject)
    fact = fact_of(subject, field)
    check(fact, value, on=on)
    _check_words(reason, observed_on, on)
    _check_area(fact, value, actor)
    with pghistory.context(reason=reason):
        row = _locked(subject)
        refuse_stale(row, fact, expected_version=expected_version)
        before = column(row, field)
        added = _add(
            row, field, value, source_key, actor, observed_on=observed_on, reason=reason.strip(), document=document
        )
        return _follow(row, field, before, added.pk, actor=actor, reason=reason)


def _check_words(reason: str, observed_on: date | None, on: date) -> None:
    if not reason.strip():
        raise NoReason
    if observed_on is not None:
        check_observed(observed_on, on=on)


def _check_area(fact: Fact, value: Any, actor: Actor) -> None:
    """Moving a record needs the right at the place it moves to as well."""
    if fact.kind is not Kind.AREA:
        return
    target = Area.objects.filter(code=value).first()
    if target is None:
        raise Refusal(f"没有这个辖区：{value}", where=fact.label, remedy="从列出的辖区里选")
    require(actor, Permission.REGISTER_EDIT, target)


def _check_return(row: Subject, field: str, value_ids: Collection[int], actor: Actor) -> None:
    """Taking back where a record lies sends it back: that needs the right there as well."""
    if fact_of(row, field).kind is not Kind.AREA:
        return
    left = row.values.filter(field=field, withdrawn_at__isnull=True).exclude(pk__in=value_ids)
    settled = settle(claim_of(value) for value in left.select_related("source")).get(field)
    target = Area.objects.filter(code=settled.current.value).first() if settled else None
    if target is not None:
        require(actor, Permission.REGISTER_EDIT, target)


def _locked(subject: Subject) -> Subject:
    """Read the row again under a lock: two people saving at once go one after the other."""
    row = type(subject).objects.select_for_update().get(pk=subject.pk)
    if row.withdrawn_at is not None:
        raise GoneRecord(f"{row}已撤回，不能再更正", remedy="需要时请重新登记")
    if isinstance(row, Community) and row.merged_into_id is not None:
        raise GoneRecord(f"{row}已并入别的小区，不能再更正", remedy="请到并入的小区里更正")
    return row


def _add(
    row: Subject, field: str, value: Any, source_key: str, actor: Actor, **rest: Any
) -> CommunityValue | BuildingValue:
    """Insert the value with who and whence."""
    model, owner = (CommunityValue, "community") if isinstance(row, Community) else (BuildingValue, "building")
    return model.objects.create(
        **{owner: row},
        field=field,
        value=value,
        source=_source(source_key),
        entered_by_id=actor.user_id,
        entered_by_name=actor.name,
        **rest,
    )


def manual_source() -> Source:
    """Return the source of what people enter by hand, made on first use."""
    return Source.objects.get_or_create(key=MANUAL, defaults={"name": "平台录入", "mark": Source.Mark.ENTERED})[0]


def _source(key: str) -> Source:
    return manual_source() if key == MANUAL else Source.objects.get(key=key)


def _follow(row: Subject, field: str, before: Any, value_id: int, *, actor: Actor, reason: str) -> Saved:
    """Refresh the columns, write down what changed, and say whether the new word counts."""
    communities = isinstance(row, Community)
    refresh(community_ids=[row.pk] if communities else [], building_ids=[] if communities else [row.pk])
    row.refresh_from_db()
    after = column(row, field)
    audit.record(
        action=Action.COMMUNITY_EDITED if communities else Action.BUILDING_EDITED,
        actor=actor,
        subject=row,
        before={field: before},
        after={field: after},
        reason=reason,
    )
    return Saved(value_id, row.version, counts=_counts(row, value_id, field))


def _counts(row: Subject, value_id: int, field: str) -> bool:
    """Tell whether this word is the one the column follows."""
    live = row.values.filter(field=field, withdrawn_at__isnull=True).select_related("source")
    settled = settle(claim_of(value) for value in live).get(field)
    return settled is not None and settled.current.ident == str(value_id)


@transaction.atomic
def withdraw_values(
    *, subject: Subject, value_ids: Collection[int], actor: Actor, reason: str, on: date
) -> Saved | None:
    """Take back words entered by hand; what counted before counts again. The rows stay, marked as withdrawn.

    All `value_ids` must belong to one field of the subject. Returns None when all had been taken back before.
    Raises NotAllowed, NoReason, GoneRecord, and Refusal for words of an import (its batch is undone as a whole).
    """
    require(actor, Permission.REGISTER_EDIT, subject)
    _check_words(reason, None, on)
    with pghistory.context(reason=reason):
        row = _locked(subject)
        found = list(row.values.filter(pk__in=value_ids, withdrawn_at__isnull=True).select_related("source"))
        if not found:
            return None
        if any(v.batch_id is not None or v.source.mark != Source.Mark.ENTERED for v in found):
            raise Refusal("只能撤回人工录入的更正", remedy="导入的数据到导入批次里整批撤回；不对的可以另作更正")
        field = found[0].field
        _check_return(row, field, value_ids, actor)
        before = column(row, field)
        row.values.filter(pk__in=[v.pk for v in found]).update(withdrawn_at=Now())
        return _follow(row, field, before, found[0].pk, actor=actor, reason=reason)
