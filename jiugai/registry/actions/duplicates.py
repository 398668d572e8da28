"""Deciding whether two communities are one: merge, take the merge back, or keep them apart."""

from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Model

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.registry.actions import values
from jiugai.registry.models import (
    Building,
    Community,
    CommunityAlias,
    CommunityContact,
    CommunityValue,
    Document,
    DuplicatePair,
)

CHILDREN: tuple[type[Model], ...] = (CommunityValue, Building, Document, CommunityContact, CommunityAlias)


class AlreadyDecided(Conflict):
    """Somebody else decided the pair first."""


class NotMergeable(Refusal):
    """The two must stay apart, whatever a person thinks of their names."""


@transaction.atomic
def merge(*, pair_id: int, keep_id: int, actor: Actor, reason: str, at: datetime) -> DuplicatePair:
    """Make one community of a pair: `keep_id` stays, all that hangs on the other moves to it.

    Nothing is deleted: the other record stays with `merged_into`, its name becomes an alias, and `moved` remembers
    every row that moved. Raises AlreadyDecided, NotMergeable, NotAllowed.
    """
    pair, kept, absorbed = _locked(pair_id, keep_id, actor)
    if pair.state != DuplicatePair.State.PROPOSED:
        raise AlreadyDecided(_who_decided(pair), remedy="刷新页面看结果；要改，请先撤销")
    _check_mergeable(kept, absorbed)
    with pghistory.context(reason=reason):
        moved: dict[str, list[Any]] = {model.__name__: _move(model, absorbed, kept) for model in CHILDREN}
        moved["alias"] = [_alias(kept, absorbed)]
        absorbed.merged_into = kept
        absorbed.save(update_fields=["merged_into", "updated_at"])
        _decide(pair, DuplicatePair.State.MERGED, actor, reason, at, kept=kept, moved=moved)
        values.refresh(community_ids=[kept.pk])
    audit.record(
        action=Action.COMMUNITY_MERGED,
        actor=actor,
        subject=kept,
        before={"被合并": absorbed.name, "编号": absorbed.code},
        after={"保留": kept.name, "编号": kept.code},
        reason=reason,
    )
    return pair


@transaction.atomic
def split(*, pair_id: int, actor: Actor, reason: str, at: datetime) -> DuplicatePair:
    """Take a merge back: what moved returns, and the pair is open again."""
    pair, kept, absorbed = _locked(pair_id, None, actor)
    if pair.state != DuplicatePair.State.MERGED:
        raise AlreadyDecided("这一对现在不是“已合并”，没有可撤销的", remedy="刷新页面看现在的状态")
    with pghistory.context(reason=reason):
        absorbed.merged_into = None
        absorbed.save(update_fields=["merged_into", "updated_at"])
        for model in CHILDREN:
            _rows(model, pk__in=pair.moved.get(model.__name__, [])).update(community=absorbed)
        CommunityAlias.objects.filter(pk__in=[a for a in pair.moved.get("alias", []) if a]).delete()
        _decide(pair, DuplicatePair.State.PROPOSED, actor, reason, at, kept=None, moved={})
        values.refresh(community_ids=[kept.pk, absorbed.pk])
    audit.record(action=Action.COMMUNITY_SPLIT, actor=actor, subject=kept, after={"恢复": absorbed.name}, reason=reason)
    return pair


@transaction.atomic
def keep_apart(*, pair_id: int, actor: Actor, reason: str, at: datetime) -> DuplicatePair:
    """Record that the two are different; the pair is not proposed again."""
    pair, first, second = _locked(pair_id, None, actor)
    if pair.state != DuplicatePair.State.PROPOSED:
        raise AlreadyDecided(_who_decided(pair), remedy="刷新页面看结果")
    _decide(pair, DuplicatePair.State.APART, actor, reason, at, kept=None, moved={})
    audit.record(
        action=Action.COMMUNITY_KEPT_APART, actor=actor, subject=first, after={"不同于": second.name}, reason=reason
    )
    return pair


def _locked(pair_id: int, keep_id: int | None, actor: Actor) -> tuple[DuplicatePair, Community, Community]:
    """Lock the pair, then both communities in the order of their numbers, so that two people cannot cross.

    Returns the one to keep first.
    """
    pair = DuplicatePair.objects.visible_to(actor).select_for_update().get(pk=pair_id)
    locked = Community.objects.select_for_update().order_by("pk").in_bulk([pair.first_id, pair.second_id])
    keep = keep_id or pair.kept_id or pair.first_id
    if keep not in locked or len(locked) != 2:
        raise NotMergeable("只能保留这一对中的一个", remedy="回到查重列表重新选")
    other = pair.second_id if keep == pair.first_id else pair.first_id
    for community in locked.values():
        require(actor, Permission.DUPLICATE_MERGE, community)
    return pair, locked[keep], locked[other]


def _check_mergeable(kept: Community, absorbed: Community) -> None:
    if kept.provenance != absorbed.provenance:
        raise NotMergeable("演示数据不能和真实数据合并", remedy="保留真实的一个，演示的不用处理")
    for community in (kept, absorbed):
        if community.merged_into_id:
            raise AlreadyDecided(f"{community.name}已经并入另一个小区", remedy="先打开并入后的小区再核对")
        if community.withdrawn_at:
            raise NotMergeable(f"{community.name}已经撤回", remedy="撤回的小区不用合并")


def _move(model: type[Model], absorbed: Community, kept: Community) -> list[int]:
    """Move rows to the kept community; of an import that named both, its own word stays where it is."""
    rows = _rows(model, community=absorbed)
    if model is CommunityValue:
        own = CommunityValue.objects.filter(community=kept, batch__isnull=False)
        taken = set(own.values_list("field", "source_id", "batch_id"))
        ids = [pk for pk, *key in rows.values_list("pk", "field", "source_id", "batch_id") if tuple(key) not in taken]
    elif model is CommunityAlias:
        names = set(CommunityAlias.objects.filter(community=kept).values_list("name", "source_id"))
        ids = [pk for pk, *key in rows.values_list("pk", "name", "source_id") if tuple(key) not in names]
    else:
        ids = list(rows.values_list("pk", flat=True))
    _rows(model, pk__in=ids).update(community=kept)
    return ids


def _rows(model: type[Model], **lookup: Any) -> Any:
    return model._default_manager.filter(**lookup)  # noqa: SLF001 - Django's documented API


def _alias(kept: Community, absorbed: Community) -> int | None:
    """Let the absorbed name go on finding the community; None when it is the same name."""
    if absorbed.name == kept.name:
        return None
    alias, created = CommunityAlias.objects.get_or_create(
        community=kept,
        name=absorbed.name,
        source=values.manual_source(),
        defaults={"name_norm": absorbed.name_norm},
    )
    return alias.pk if created else None


def _decide(
    pair: DuplicatePair,
    state: str,
    actor: Actor,
    reason: str,
    at: datetime,
    *,
    kept: Community | None,
    moved: dict[str, Any],
) -> None:
    pair.state, pair.kept, pair.moved, pair.reason = state, kept, moved, reason
    pair.decided_by_id, pair.decided_by_name, pair.decided_at = actor.user_id, actor.name, at
    pair.save()


def _who_decided(pair: DuplicatePair) -> str:
    return f"{pair.decided_by_name or '有人'}刚刚已经处理：{pair.get_state_display()}"
