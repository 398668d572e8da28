"""Registering buildings with their entrances and flats by hand; the property class of each flat (T01-3, T32-4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.db.models.functions import Now

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.ownership import Ownership
from jiugai.registry.actions.codes import next_code
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.actions.values import GoneRecord, NoReason, manual_source
from jiugai.registry.facts import BUILDING
from jiugai.registry.limits import LARGEST_FLAT_M2
from jiugai.registry.models import Building, BuildingValue, Community, Dwelling, Entrance
from jiugai.registry.typing_in import check


class SameLabel(Conflict):
    """The community has a building of this label already."""

    code = "same_label"


class WrongFlat(Refusal):
    """A flat cannot have this area or class."""

    code = "wrong_flat"


@transaction.atomic
def create_building(
    *, community: Community, label: str, facts: Mapping[str, Any], entrances: int, actor: Actor, reason: str, on: date
) -> Building:
    """Register a surveyed building with so many entrances. Raises NotAllowed, NoReason, WrongValue, SameLabel."""
    require(actor, Permission.REGISTER_CREATE, community)
    if not reason.strip():
        raise NoReason
    if community.withdrawn_at is not None or community.merged_into_id is not None:
        raise GoneRecord(f"{community}的档案已关闭，不能再加楼栋", remedy="到现行的档案里登记")
    said = {"label": label.strip(), **facts}
    for field, value in said.items():
        check(BUILDING[field], value, on=on)
    if community.buildings.filter(label=said["label"], record="surveyed", withdrawn_at__isnull=True).exists():
        raise SameLabel(f"{community}已有{said['label']}", where="楼号", remedy="打开原有的楼栋更正，或改楼号")
    with pghistory.context(reason=reason):
        made = _created(community, said, entrances, actor, reason=reason, on=on)
    audit.record(action=Action.BUILDING_CREATED, actor=actor, subject=made, after=said, reason=reason)
    return made


def _created(
    community: Community, said: Mapping[str, Any], entrances: int, actor: Actor, *, reason: str, on: date
) -> Building:
    made = Building.objects.create(
        code=next_code(Building, f"LD{community.code}"), community=community, label=said["label"]
    )
    BuildingValue.objects.bulk_create(
        BuildingValue(
            building=made,
            field=field,
            value=value,
            source=manual_source(),
            observed_on=on,
            entered_by_id=actor.user_id,
            entered_by_name=actor.name,
            reason=reason,
        )
        for field, value in said.items()
    )
    Entrance.objects.bulk_create(Entrance(building=made, number=number) for number in range(1, entrances + 1))
    refresh(building_ids=[made.pk])
    made.refresh_from_db()
    return made


@transaction.atomic
def withdraw_building(*, building: Building, actor: Actor, reason: str) -> None:
    """Take back a building registered by mistake; it stays, closed. Raises NotAllowed, NoReason, GoneRecord."""
    require(actor, Permission.REGISTER_CREATE, building)
    if not reason.strip():
        raise NoReason
    with pghistory.context(reason=reason):
        if not Building.objects.filter(pk=building.pk, withdrawn_at__isnull=True).update(withdrawn_at=Now()):
            raise GoneRecord(f"{building}已经撤回了", remedy="刷新页面")
    audit.record(
        action=Action.BUILDING_WITHDRAWN, actor=actor, subject=building, before={"label": building.label}, reason=reason
    )


@transaction.atomic
def save_dwelling(*, dwelling: Dwelling, ownership: str, area_cm2: int | None, actor: Actor, reason: str) -> Dwelling:
    """Correct the property class and floor area (cm²) of one flat. Raises NotAllowed, NoReason, WrongFlat."""
    require(actor, Permission.REGISTER_EDIT, dwelling)
    if not reason.strip():
        raise NoReason
    if ownership not in set(Ownership):
        raise WrongFlat(f"没有这个产权类别：{ownership}", where="产权", remedy="从列出的类别里选")
    if area_cm2 is not None and not 0 < area_cm2 <= LARGEST_FLAT_M2 * 10_000:
        raise WrongFlat(
            f"一户的建筑面积应在 0 到 {LARGEST_FLAT_M2} ㎡之间", where="建筑面积", remedy="核对单位，填平方米"
        )
    locked = Dwelling.objects.select_for_update().get(pk=dwelling.pk)
    before = {"ownership": locked.ownership, "area_cm2": locked.area_cm2}
    with pghistory.context(reason=reason):
        locked.ownership, locked.area_cm2 = ownership, area_cm2
        locked.save(update_fields=["ownership", "area_cm2"])
    after = {"ownership": ownership, "area_cm2": area_cm2, "房号": str(locked)}
    audit.record(
        action=Action.BUILDING_EDITED, actor=actor, subject=locked.building, before=before, after=after, reason=reason
    )
    return locked
