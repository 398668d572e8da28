"""Registering a community by hand, and taking a wrong registration back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.intake.names import normalise
from jiugai.registry.actions.codes import next_code
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.actions.values import NoReason, manual_source
from jiugai.registry.facts import COMMUNITY
from jiugai.registry.limits import TWIN_NEAR_M
from jiugai.registry.models import Community, CommunityValue
from jiugai.registry.typing_in import check

MOST_TWINS = 8


class LooksLikeAnother(Conflict):
    """Communities of the same name or place are on record already; the person must say that this is another one."""

    code = "looks_like_another"

    def __init__(self, twins: list[Community]) -> None:
        super().__init__(
            f"已有 {len(twins)} 个像的小区", where="小区名称", remedy="先打开看看；确实不是同一个，勾选后再登记"
        )
        self.twins = twins


class StillInUse(Refusal):
    """Something hangs on the record, so that it cannot be taken back."""

    status = 409
    code = "still_in_use"


@dataclass(frozen=True)
class NewCommunity:
    """What the form asks for. `facts` holds further JSON values by field."""

    name: str
    area: Area
    facts: dict[str, Any]


def twins_of(new: NewCommunity, *, actor: Actor) -> list[Community]:
    """Return communities that may be the same: equal name in the same district, or within 150 m."""
    district = "/".join(new.area.path.split("/")[:3]) + "/"
    alike = Q(name_norm=normalise(new.name)) | Q(aliases__name_norm=normalise(new.name))
    near = Q()
    if "point" in new.facts:
        lon, lat = new.facts["point"]
        point = Point(lon, lat, srid=4490)
        near = Q(point__dwithin=(point, _degrees(TWIN_NEAR_M)))
    found = Community.objects.visible_to(actor).current().filter(alike & Q(area_path__startswith=district) | near)
    return list(found.select_related("area").distinct().order_by("name", "pk")[:MOST_TWINS])


def _degrees(metres: int) -> float:
    """A box a little wide for Beijing's latitude: the warning may be generous."""
    return float(D(m=metres).m) / 85_000


@transaction.atomic
def create_community(*, new: NewCommunity, actor: Actor, reason: str, on: date, not_a_twin: bool = False) -> Community:
    """Register a community by hand; every fact becomes a value of the source 录入.

    Raises NotAllowed, NoReason, WrongValue, and LooksLikeAnother unless `not_a_twin` says that the person has looked.
    """
    require(actor, Permission.REGISTER_CREATE, new.area)
    if not reason.strip():
        raise NoReason
    facts = {"name": new.name.strip(), **new.facts}
    for field, value in facts.items():
        check(COMMUNITY[field], value, on=on)
    twins = twins_of(new, actor=actor)
    if twins and not not_a_twin:
        raise LooksLikeAnother(twins)
    with pghistory.context(reason=reason):
        return _created(new, facts, actor, reason=reason, on=on)


def _created(new: NewCommunity, facts: dict[str, Any], actor: Actor, *, reason: str, on: date) -> Community:
    made = Community.objects.create(
        code=next_code(Community, f"XQ{new.area.code[:6]}"), name=facts["name"], area=new.area
    )
    CommunityValue.objects.bulk_create(
        CommunityValue(
            community=made,
            field=field,
            value=value,
            source=manual_source(),
            observed_on=on,
            entered_by_id=actor.user_id,
            entered_by_name=actor.name,
            reason=reason,
        )
        for field, value in facts.items()
    )
    refresh(community_ids=[made.pk])
    made.refresh_from_db()
    audit.record(action=Action.COMMUNITY_CREATED, actor=actor, subject=made, after=facts, reason=reason)
    return made


@transaction.atomic
def withdraw_community(*, community: Community, actor: Actor, reason: str) -> None:
    """Take back a registration made by mistake. The record stays, closed; lists and map leave it out.

    Raises NotAllowed, NoReason, and StillInUse while buildings, documents or merged communities hang on it.
    """
    require(actor, Permission.REGISTER_CREATE, community)
    if not reason.strip():
        raise NoReason
    locked = Community.objects.select_for_update().get(pk=community.pk)
    _refuse_in_use(locked)
    with pghistory.context(reason=reason):
        Community.objects.filter(pk=locked.pk).update(withdrawn_at=Now())
    audit.record(
        action=Action.COMMUNITY_WITHDRAWN, actor=actor, subject=locked, before={"name": locked.name}, reason=reason
    )


def _refuse_in_use(community: Community) -> None:
    if community.withdrawn_at is not None:
        raise StillInUse("这个小区已经撤回了", remedy="刷新页面")
    hanging = {
        "楼栋": community.buildings.filter(withdrawn_at__isnull=True).count(),
        "材料": community.documents.filter(withdrawn_at__isnull=True).count(),
        "并入的小区": community.absorbed.count(),
    }
    left = [f"{count} 条{name}" for name, count in hanging.items() if count]
    if left:
        raise StillInUse(f"还挂着 {'、'.join(left)}，不能撤回", remedy="先撤回楼栋、作废材料，或用查重合并到正确的小区")
