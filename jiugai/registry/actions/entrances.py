"""Adding entrances (单元) to a building that is on record: surveys come later than the building."""

import pghistory
from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.values import GoneRecord, NoReason
from jiugai.registry.choices import BuildingRecord
from jiugai.registry.limits import MOST_ENTRANCES
from jiugai.registry.models import Building, Entrance


class NoEntrances(Refusal):
    """The record cannot have entrances, or not so many."""

    code = "no_entrances"


@transaction.atomic
def add_entrances(*, building: Building, count: int, has_lift: bool | None, actor: Actor, reason: str) -> list[int]:
    """Add so many entrances behind the last one; return their numbers.

    Raises NotAllowed, NoReason, GoneRecord, and NoEntrances for groups of sales or more than a building can have.
    """
    require(actor, Permission.REGISTER_EDIT, building)
    if not reason.strip():
        raise NoReason
    locked = Building.objects.select_for_update(of=("self",)).get(pk=building.pk)
    _check(locked)
    there = list(locked.entrances.values_list("number", flat=True))
    numbers = list(range(max(there, default=0) + 1, max(there, default=0) + count + 1))
    if count < 1 or len(there) + count > MOST_ENTRANCES:
        raise NoEntrances(
            f"一栋楼最多 {MOST_ENTRANCES} 个单元，已有 {len(there)} 个", where="单元数", remedy="核对单元数"
        )
    with pghistory.context(reason=reason):
        Entrance.objects.bulk_create(Entrance(building=locked, number=n, has_lift=has_lift) for n in numbers)
    after = {"单元": numbers, "有电梯": has_lift}
    audit.record(action=Action.BUILDING_EDITED, actor=actor, subject=locked, after=after, reason=reason)
    return numbers


def _check(building: Building) -> None:
    if building.withdrawn_at is not None:
        raise GoneRecord(f"{building}已撤回，不能再加单元", remedy="需要时请重新登记楼栋")
    if building.record != BuildingRecord.SURVEYED:
        raise NoEntrances(
            "这是按成交记录归并的一组，不对应某一栋楼，没有单元", where=building.label, remedy="先登记楼栋，再加单元"
        )
