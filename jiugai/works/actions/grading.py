"""Risk grades of sites, and the evaluation of a period for projects and firms (T20-2, T20-3)."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.projects import State
from jiugai.domain.site_safety import Evaluated, Grade, Hazards, Record, evaluated, graded, says, words_of
from jiugai.matters.actions import edit_matter
from jiugai.planning.models import Project
from jiugai.policy.figures import current
from jiugai.works.models import SafetyEvaluation, SiteCheck, SiteRisk
from jiugai.works.queries.safety import open_counts, record_of, record_of_firm

TYPED = tuple(one.name for one in fields(Hazards) if not one.name.startswith("open_"))
MOST = 50


class BadHazards(Refusal):
    """The counts cannot be."""

    status = 422
    code = "bad_hazards"


class NothingChecked(Refusal):
    """Nothing was checked in the period: the state of safety is not known."""

    code = "nothing_checked"


@transaction.atomic
def grade_site(*, project: Project, hazards: Mapping[str, int], actor: Actor, now: datetime, on: date) -> SiteRisk:
    """Grade a site by its hazards and what is open; waiting checks get the new rhythm. Raises NotAllowed, Refusal."""
    require(actor, Permission.SAFETY_GRADE, project)
    if project.stands is not State.ON_SITE:
        raise BadHazards(f"项目现在是“{project.stands.label}”，施工中才分级", where=project.code)
    odd = [name for name in hazards if name not in TYPED or not 0 <= hazards[name] <= MOST]
    if odd:
        raise BadHazards(f"危险作业的处数要在 0 到 {MOST} 之间", where="危险作业", remedy="填整数，没有就填 0")
    general, major = open_counts(project)
    found = graded(Hazards(**hazards, open_findings=general, open_major=major), current(), on)
    made = SiteRisk.objects.create(
        project=project, graded_on=on, grade=found.grade.value, points=found.points, every_days=found.every_days,
        hazards=dict(hazards), lines=words_of(found.lines), by_name=actor.name, at=now, provenance=project.provenance,
    )  # fmt: skip
    audit.record(action=Action.SITE_GRADED, actor=actor, subject=project,
                 after={"等级": found.grade.label, "分": found.points})  # fmt: skip
    _redate(project, found.grade, found.every_days, now=now)
    return made


def _redate(project: Project, grade: Grade, every: int, *, now: datetime) -> None:
    """Give the waiting checks the date of the new rhythm, counted from the last check or the start of works."""
    from jiugai.accounts.actor import SYSTEM

    for check in SiteCheck.objects.open().filter(project=project).select_related("community"):
        last = (
            SiteCheck.objects.filter(project=project, community=check.community, stage="done")
            .order_by("-checked_on").values_list("checked_on", flat=True).first()
        )  # fmt: skip
        start = last or project.works_started_on
        if start is not None:
            due = date.fromordinal(start.toordinal() + every)
            edit_matter(
                matter=check,
                values={"due_on": due, "detail": says(grade, every)},
                actor=SYSTEM,
                now=now,
                reason="风险等级变了",
            )


@transaction.atomic
def evaluate_project(*, project: Project, since: date, until: date, actor: Actor, now: datetime) -> SafetyEvaluation:
    """Issue the evaluation of a project for a period. Raises NotAllowed, NothingChecked, Conflict, Refusal."""
    require(actor, Permission.SAFETY_GRADE, project)
    record = record_of(project, since=since, until=until)
    return _issue(project.community.area, record, since, until, actor, now, project=project)


@transaction.atomic
def evaluate_firm(
    *, firm: Organisation, area: Area, since: date, until: date, actor: Actor, now: datetime, provenance: str = "real"
) -> SafetyEvaluation:
    """Issue the evaluation of a firm over its projects in an area. Raises as `evaluate_project`."""
    require(actor, Permission.SAFETY_GRADE, _Here(area.path))
    record = record_of_firm(firm, area, since=since, until=until)
    return _issue(area, record, since, until, actor, now, firm=firm, provenance=provenance)


class _Here:
    """Where an evaluation lies, for the question of rights."""

    def __init__(self, area_path: str) -> None:
        self.area_path = area_path


def _issue(
    area: Area, record: Record, since: date, until: date, actor: Actor, now: datetime, *,
    project: Project | None = None, firm: Organisation | None = None, provenance: str = "real",
) -> SafetyEvaluation:  # fmt: skip
    found = _judged(record, since, until)
    try:
        with transaction.atomic():
            made = SafetyEvaluation.objects.create(
                area=area, project=project, firm=firm, period_from=since, period_to=until, score=found.score,
                level=found.level, counts=vars(record), lines=words_of(found.lines), by_name=actor.name, at=now,
                provenance=project.provenance if project else provenance,
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "这一期已经测评过", where=str(project or firm), remedy="打开已有的测评；事实变了就换一个期间"
        ) from None
    made.refresh_from_db()
    audit.record(action=Action.SAFETY_EVALUATED, actor=actor, subject=made, after={"得分": found.score})
    return made


def _judged(record: Record, since: date, until: date) -> Evaluated:
    if since > until:
        raise Refusal("测评期的开始晚于结束", where="测评期", remedy="换过来")
    found = evaluated(record, current(), until)
    if found is None:
        raise NothingChecked("这一期没有检查记录，状况不清楚，不能测评", where="测评期", clause="T20-3",
                             remedy="先按检查节奏检查，再测评")  # fmt: skip
    return found
