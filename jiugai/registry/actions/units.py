"""Property units (产权单位) and what they hold in a building (T32-4)."""

from dataclasses import dataclass

import pghistory
from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.ownership import Ownership
from jiugai.registry.actions.codes import next_code
from jiugai.registry.actions.values import NoReason
from jiugai.registry.models import Building, BuildingHolding, OwnerUnit

ONE_NAME = "owner_unit_name_once"


class SameUnit(Conflict):
    """A property unit of this name is on record already."""

    code = "same_unit"


class WrongHolding(Refusal):
    """A holding needs an area or a number of flats, above zero."""

    code = "wrong_holding"


@dataclass(frozen=True)
class Place:
    """Where a unit is registered, as a subject of `may`."""

    area_path: str


@transaction.atomic
def save_unit(
    *, unit: OwnerUnit | None, name: str, ownership: str, area_path: str, actor: Actor, reason: str
) -> OwnerUnit:
    """Register a property unit, or correct its name, class and place.

    Raises NotAllowed, NoReason, SameUnit, Refusal.
    """
    require(actor, Permission.REGISTER_EDIT, Place(area_path))
    require(actor, Permission.REGISTER_EDIT, unit)
    name = name.strip()
    if not reason.strip():
        raise NoReason
    if not name or ownership not in set(Ownership) - {Ownership.UNKNOWN}:
        raise Refusal("产权单位要有名称和产权类别", where="产权单位", remedy="补全后再保存")
    before = _told(unit) if unit else None
    row = unit or OwnerUnit(code=next_code(OwnerUnit, "CQ"))
    row.name, row.ownership, row.area_path = name, ownership, area_path
    _keep(row, actor=actor, reason=reason)
    audit.record(
        action=Action.UNIT_SAVED,
        actor=actor,
        subject=row,
        before=before,
        after=_told(row),
        reason=reason,
    )
    return row


def _told(unit: OwnerUnit) -> dict[str, str]:
    return {"name": unit.name, "ownership": unit.ownership, "area_path": unit.area_path}


def _keep(row: OwnerUnit, *, actor: Actor, reason: str) -> None:
    """Save, unless the name is taken. The database decides: a twin may lie outside of the person's scope."""
    try:
        with transaction.atomic(), pghistory.context(reason=reason):
            row.save()
    except IntegrityError as twice:
        if ONE_NAME not in str(twice):
            raise
        seen = OwnerUnit.objects.visible_to(actor).filter(name=row.name).exists()
        raise SameUnit(
            f"已有产权单位“{row.name}”" if seen else f"“{row.name}”已由您辖区外的单位登记",
            where="名称",
            remedy="用已有的，或写全称以便区分" if seen else "写全称以便区分，或请市住房城乡建设委把它改登记到全市",
        ) from twice


@transaction.atomic
def save_holding(
    *,
    building: Building,
    unit: OwnerUnit,
    area_cm2: int | None,
    dwellings: int | None,
    actor: Actor,
    reason: str,
) -> BuildingHolding:
    """Write down what a unit holds in a building: area in cm², number of flats, or both.

    Raises NotAllowed, NoReason, WrongHolding.
    """
    require(actor, Permission.REGISTER_EDIT, building)
    if not reason.strip():
        raise NoReason
    if not (area_cm2 or dwellings) or (area_cm2 or 1) <= 0 or (dwellings or 1) <= 0:
        raise WrongHolding("没有写持有多少", where="持有", remedy="填建筑面积或户数，大于 0")
    with pghistory.context(reason=reason):
        holding, made = BuildingHolding.objects.update_or_create(
            building=building, unit=unit, defaults={"area_cm2": area_cm2, "dwellings": dwellings}
        )
    audit.record(
        action=Action.BUILDING_EDITED,
        actor=actor,
        subject=building,
        after={"产权单位": unit.name, "area_cm2": area_cm2, "dwellings": dwellings, "新增": made},
        reason=reason,
    )
    return holding


@transaction.atomic
def remove_holding(*, holding: BuildingHolding, actor: Actor, reason: str) -> None:
    """Take a holding away; its row history stays. Raises NotAllowed, NoReason."""
    require(actor, Permission.REGISTER_EDIT, holding)
    if not reason.strip():
        raise NoReason
    building, unit = holding.building, holding.unit
    before = {"产权单位": unit.name, "area_cm2": holding.area_cm2, "dwellings": holding.dwellings}
    with pghistory.context(reason=reason):
        holding.delete()
    audit.record(action=Action.BUILDING_EDITED, actor=actor, subject=building, before=before, reason=reason)
