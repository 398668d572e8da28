"""Checks on site: planned by the risk grade, recorded in four fields, each problem becomes a finding (T20-1, T20-2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.guard import require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.projects import State
from jiugai.domain.site_safety import Field, Grade, rhythm, says
from jiugai.matters.actions import attach, hand_over, move, open_matter
from jiugai.planning.models import Project
from jiugai.policy.figures import current
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community, Document
from jiugai.registry.uploads import Upload
from jiugai.works.models import SiteCheck, SiteFinding, SiteRisk
from jiugai.works.models.site import Result


class BadCheck(Refusal):
    """The check does not hold together."""

    status = 422
    code = "bad_check"


@dataclass(frozen=True)
class Found:
    """A problem seen on a check, with a photo if there is one."""

    field: str
    place: str
    severity: str = "general"
    detail: str = ""
    works_stopped: bool = False
    photo: Upload | None = None
    document: Document | None = None


@dataclass(frozen=True)
class Seen:
    """What a check saw: a result in each of the four fields, and the problems."""

    results: Mapping[str, str]
    checked_on: date
    inspector: str
    found: Sequence[Found] = ()
    detail: str = ""


def plan_check(
    *, project: Project, community: Community, last: date, now: datetime, cause: Occurrence | None = None
) -> SiteCheck | None:
    """Put the next check of a community's site into the inbox, due by the rhythm; nothing when one waits already."""
    if project.stands is not State.ON_SITE:
        return None
    if SiteCheck.objects.open().filter(project=project, community=community).exists():
        return None
    risk = SiteRisk.objects.filter(project=project).first()
    grade = Grade(risk.grade) if risk else Grade.YELLOW
    every = rhythm(grade, current(), last)
    made: SiteCheck = open_matter(
        model=SiteCheck,
        values={
            "project": project, "due_on": date.fromordinal(last.toordinal() + every),
            "detail": says(grade, every) + ("" if risk else "（还没有分级，暂按一般风险）"),
        },
        community=community, actor=SYSTEM, now=now, cause=cause, provenance=project.provenance,
    )  # fmt: skip
    return made


@transaction.atomic
def record_check(
    *, project: Project, community: Community, seen: Seen, actor: Actor, now: datetime, check: SiteCheck | None = None
) -> SiteCheck:
    """Record a check: the planned one that waits, else a new one; open a finding for each problem.

    Raises NotAllowed, BadCheck, BadDay, WrongProject, Conflict.
    """
    require(actor, Permission.SITE_CHECK, community)
    _agree(seen)
    waiting = SiteCheck.objects.open().filter(project=project, community=community).order_by("due_on", "pk")
    row = check or waiting.first() or _unplanned(project, community, actor, now)
    if actor.organisation_id is not None and row.owner_id not in (None, actor.organisation_id):
        row = _take(row, actor, now)
    values = {**seen.results, "checked_on": seen.checked_on, "inspector": seen.inspector.strip()}
    done: SiteCheck = move(matter=row, move="record", actor=actor, now=now, values=values, reason=seen.detail)
    for one in seen.found:
        _find(done, one, actor, now)
    return done


def _unplanned(project: Project, community: Community, actor: Actor, now: datetime) -> SiteCheck:
    """Open a check that nobody planned; the one who checks has it."""
    made: SiteCheck = open_matter(
        model=SiteCheck, values={"project": project, "detail": "计划外检查"}, community=community, actor=actor, now=now,
        provenance=project.provenance,
    )  # fmt: skip
    return made


def _take(row: SiteCheck, actor: Actor, now: datetime) -> SiteCheck:
    """Let whoever checks first do it, whichever body the plan named: any check counts for the rhythm."""
    body = Organisation.objects.get(pk=actor.organisation_id or 0)
    taken: SiteCheck = hand_over(matter=row, to=body, actor=SYSTEM, now=now, reason="由先到现场的单位检查")
    return taken


def _agree(seen: Seen) -> None:
    fields = [one.value for one in Field]
    missing = [Field(name).label for name in fields if seen.results.get(name) not in Result.values]
    if missing:
        raise BadCheck(f"没有填{'、'.join(missing)}", where="检查结果", clause="T20-1", remedy="四个方面都要检查")
    named = {one.field for one in seen.found}
    silent = [Field(n).label for n in fields if seen.results[n] == Result.PROBLEM and n not in named]
    if silent:
        raise BadCheck(
            f"{'、'.join(silent)}有问题，却没有写是什么问题", where="问题", remedy="写清位置和问题，最好拍照"
        )
    odd = [Field(n).label for n in named if n in fields and seen.results[n] != Result.PROBLEM]
    if odd:
        raise BadCheck(f"{'、'.join(odd)}填了问题，结果却不是“有问题”", where="检查结果", remedy="改成有问题")


def _find(check: SiteCheck, found: Found, actor: Actor, now: datetime) -> SiteFinding:
    made: SiteFinding = open_matter(
        model=SiteFinding,
        values={
            "project": check.project, "field": found.field, "severity": found.severity, "place": found.place.strip(),
            "found_on": check.checked_on, "works_stopped": found.works_stopped, "detail": found.detail,
            "check_of": check,
        },
        community=check.community, actor=actor, now=now, provenance=check.provenance,
    )  # fmt: skip
    _evidence(made, found, actor, now)
    return made


def _evidence(finding: Any, found: Found, actor: Actor, now: datetime) -> None:
    """Put the photo into the finding's papers, under the checker's name though the finding lies with the contractor."""
    for_policy = replace(actor, is_system=True)
    if found.photo is not None:
        title = f"{finding.place}照片"
        attach(matter=finding, kind="现场照片", actor=for_policy, now=now, upload=found.photo, title=title)
    if found.document is not None:
        attach(matter=finding, kind="现场照片", actor=for_policy, now=now, document=found.document)
