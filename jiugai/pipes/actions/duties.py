"""How far the utilities serve and what they owe: boundary points, drains taken over, duties (T14-7, 8, 11)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.pipes.actions.jobs import BadPipe
from jiugai.pipes.models import BoundaryPoint, DrainTakeover, UtilityDuty
from jiugai.planning.models import Project
from jiugai.registry.models import Community


@transaction.atomic
def add_boundary(*, community: Community, values: Mapping[str, Any], actor: Actor, on: date) -> BoundaryPoint:
    """Keep the point up to which a utility serves (T14-7). Raises NotAllowed, BadPipe."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, community)
    if values["agreed_on"] > on:
        raise BadPipe("确认日期在今后", where="确认日期", remedy="核对日期")
    try:
        with transaction.atomic():
            made = BoundaryPoint.objects.create(community=community, **{"provenance": community.provenance, **values})
    except IntegrityError as problem:
        raise BadPipe("这个分界点已经登记", where="分界位置", remedy="写清是哪一处") from problem
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=made, after={"位置": made.description})
    return made


@transaction.atomic
def set_takeover(*, community: Community, values: Mapping[str, Any], actor: Actor, on: date) -> DrainTakeover:
    """Keep how far a drainage company has taken over (T14-8); its history stays. Raises NotAllowed, BadPipe."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, community)
    if values["taken_on"] > on:
        raise BadPipe("接管日期在今后", where="接管日期", remedy="核对日期")
    made, _ = DrainTakeover.objects.update_or_create(
        community=community, defaults={"provenance": community.provenance, **values}
    )
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=made, after={"管到": made.reach})
    return made


@transaction.atomic
def add_duty(*, project: Project, values: Mapping[str, Any], actor: Actor, now: datetime) -> UtilityDuty:
    """Name a duty of a company (T14-11). Raises NotAllowed, BadPipe."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, project)
    if values["since"] < project.proposed_on:
        raise BadPipe(f"明确日期早于项目提出（{project.proposed_on}）", where="明确日期", remedy="核对日期")
    if values["due_on"] < values["since"]:
        raise BadPipe("期限早于明确日期", where="期限", remedy="核对两个日期")
    try:
        with transaction.atomic():
            made = UtilityDuty.objects.create(project=project, **{"provenance": project.provenance, **values})
    except IntegrityError as problem:
        raise BadPipe("这家公司的这项责任已经登记", where="责任", remedy="在列表里登记履行") from problem
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=made, after={"期限": made.due_on})
    return made


@transaction.atomic
def finish_duty(*, duty: UtilityDuty, proof: str, actor: Actor, on: date) -> UtilityDuty:
    """Register that a duty was fulfilled. Raises NotAllowed, BadPipe."""
    if not actor.is_system:
        require(actor, Permission.PIPES_RECORD, duty)
    if not proof.strip():
        raise BadPipe("没有写履行凭据", where="履行凭据", clause="T14-11", remedy="写验收单、照片编号或文号")
    if on < duty.since:
        raise BadPipe("履行日期早于明确日期", where="履行日期", remedy="核对日期")
    duty.done_on, duty.proof = on, proof.strip()[:200]
    duty.save(update_fields=["done_on", "proof"])
    audit.record(action=Action.PIPES_SAVED, actor=actor, subject=duty, after={"履行": on})
    return duty
