"""Set up a district's co-ordination, hold its meetings, name liaisons (T06-1, T06-5, T32-2)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.crypto import seal
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.permissions import Permission
from jiugai.assessment.models import LiaisonContact, Mechanism, MechanismMember, Meeting
from jiugai.domain.errors import Conflict, Refusal

LIAISON_PLACE = "liaisoncontact.unit_phone"


class Member(NamedTuple):
    """A body of the mechanism with its person and duty."""

    organisation: Organisation
    person: str
    duty: str


class Place(NamedTuple):
    """Where something lies, for the question of rights."""

    area_path: str


@transaction.atomic
def save_mechanism(
    *, area: Area, values: Mapping[str, Any], members: Iterable[Member], actor: Actor, provenance: str = "real"
) -> Mechanism:
    """Put a mechanism in force; the one before ends the day before. Raises NotAllowed, Refusal."""
    _may(actor, area.path)
    if area.level != "district":
        raise Refusal("协调机制按区设立", where="区", clause="T06-1", remedy="选一个区")
    found = list(members)
    if not found:
        raise Refusal("没有成员单位", where="成员单位", clause="T06-1", remedy="至少列一个成员单位和分工")
    _end_before(area, values["starts"])
    made = Mechanism.objects.create(area=area, provenance=provenance, **values)
    MechanismMember.objects.bulk_create(
        MechanismMember(mechanism=made, organisation=one.organisation, person=one.person, duty=one.duty)
        for one in found
    )
    made.refresh_from_db()
    audit.record(action=Action.MECHANISM_SAVED, actor=actor, subject=made,
                 after={"leader": made.leader, "members": len(found)})  # fmt: skip
    return made


def _end_before(area: Area, starts: date) -> None:
    last = Mechanism.objects.select_for_update().filter(area=area).order_by("-starts").first()
    if last is None:
        return
    if last.starts >= starts:
        raise Conflict(f"已有 {last.starts} 设立的机制", where="设立日期", remedy="填更晚的日期")
    if last.until is None:
        last.until = starts - timedelta(days=1)
        last.save(update_fields=["until"])


@transaction.atomic
def hold_meeting(
    *, mechanism: Mechanism, values: Mapping[str, Any], actor: Actor, now: datetime, provenance: str = "real"
) -> Meeting:
    """Put a meeting on record. Raises NotAllowed, Refusal for one in the future or before the mechanism."""
    _may(actor, mechanism.area_path)
    held = values["held_on"]
    if held > timezone.localdate(now) or held < mechanism.starts:
        raise Refusal("会议日期不对", where="会议日期", remedy="填机制设立之后、今天以前的日期")
    made = Meeting.objects.create(mechanism=mechanism, provenance=provenance, **values)
    made.refresh_from_db()
    audit.record(action=Action.MEETING_SAVED, actor=actor, subject=made, after={"held_on": held})
    return made


@transaction.atomic
def save_liaison(
    *, area: Area, values: Mapping[str, Any], phone: str, actor: Actor, provenance: str = "real"
) -> LiaisonContact:
    """Name the liaison of a central unit with an area; the one before ends. Raises NotAllowed, Refusal."""
    _may(actor, area.path)
    if area.level != values["level"]:
        raise Refusal(f"{area.name}不是这个层级的辖区", where="辖区", clause="T32-2", remedy="层级和辖区选一致的")
    _end_liaison(area, values["unit"], values["since"])
    sealed = seal(phone.strip(), place=LIAISON_PLACE) if phone.strip() else None
    made = LiaisonContact.objects.create(area=area, unit_phone=sealed, provenance=provenance, **values)
    made.refresh_from_db()
    audit.record(action=Action.LIAISON_SAVED, actor=actor, subject=made, after={"unit": made.unit})
    return made


def _end_liaison(area: Area, unit: str, since: date) -> None:
    last = LiaisonContact.objects.select_for_update().filter(unit=unit, area=area, ended_on__isnull=True).first()
    if last is None:
        return
    if last.since > since:
        raise Conflict(f"已有 {last.since} 起的联络人", where="起始日期", remedy="填那一天或以后的日期")
    last.ended_on = since
    last.save(update_fields=["ended_on"])


def _may(actor: Actor, path: str) -> None:
    if not actor.is_system:
        require(actor, Permission.TASK_MANAGE, Place(path))
