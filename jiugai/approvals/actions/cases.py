"""Starting the approvals of a project, opening step after step, deciding the permit (T19-1…5, T20-5, T20-6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiugai.accounts import audit
from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.approvals.actions.supervising import assign_supervision
from jiugai.approvals.models import ApprovalCase, ApprovalStep
from jiugai.approvals.queries.bodies import owner_of
from jiugai.domain.approvals import Asked, Route, Step, ready, route_of, step_of, steps_of
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.facts import ApprovalFacts, Facts
from jiugai.domain.process import Clock, Move, Unit
from jiugai.domain.rules import rule_in_force
from jiugai.matters.actions import move, open_matter
from jiugai.planning.facts import load_project_facts
from jiugai.planning.models import Project
from jiugai.policy import figures
from jiugai.policy.occurrences import announce

DONE = ("done", "exempt")


class CaseRuns(Conflict):
    """The project's approvals are under way, or done."""

    code = "approval_case_runs"


class WrongCase(Refusal):
    """The case cannot be started as it is said."""

    status = 422
    code = "wrong_approval_case"


class NotFree(Refusal):
    """The works need a construction permit."""

    status = 422
    code = "permit_needed"


@dataclass(frozen=True)
class Start:
    """What decides the route. `started_on` is the day the first application was accepted."""

    government: bool
    new_building: bool
    started_on: date
    area_m2: int | None = None
    storeys_most: int | None = None


@transaction.atomic
def start_case(*, project: Project, start: Start, actor: Actor, now: datetime, on: date) -> ApprovalCase:
    """Start the approvals: the route follows from the figures of the day (T19-1…3), the first steps are opened.

    Raises NotAllowed, CaseRuns, WrongCase.
    """
    require(actor, Permission.APPROVAL_RUN, project)
    held = Project.objects.select_for_update(of=("self",)).select_related("community", "lead").get(pk=project.pk)
    if ApprovalCase.objects.filter(project=held, withdrawn_on__isnull=True).exists():
        raise CaseRuns("这个项目已经申报审批", where=held.code, remedy="在审批页看各环节；要重来先撤回")
    if start.started_on != on:
        raise WrongCase("受理日期只能是今天：各环节从受理起计时", where="受理日期", clause="T19-4", remedy="填今天")
    params = figures.current()
    asked = Asked(start.government, start.new_building, start.area_m2 or held.works_area_m2, start.storeys_most)
    route = route_of(asked, params, on)
    limit, unit = params.value(route.figure, on) if route.figure else None, params.value("approval_day_unit", on)
    case = ApprovalCase.objects.create(
        project=held, route=route.value, government=start.government, new_building=start.new_building,
        low_risk=route is Route.LOW_RISK, limit_days=limit.whole if limit else None,
        unit=_unit(route, str(unit.value) if unit else ""), started_on=on, started_by_name=actor.name,
        provenance=held.provenance,
    )  # fmt: skip
    case.refresh_from_db(fields=["area_path"])  # set by a trigger
    audit.record(action=Action.APPROVAL_STARTED, actor=actor, subject=held, after={"路径": route.label})
    _announce(case, "approvals_started", f"申报审批：{route.label}", actor, now)
    open_ready(case, now)
    return case


def _unit(route: Route, setting: str) -> str:
    """Low-risk works count working days, as their law does; the others by the setting."""
    if route is Route.LOW_RISK:
        return ApprovalCase.Unit.WORKING
    return setting if setting in ApprovalCase.Unit.values else ApprovalCase.Unit.CALENDAR


def open_ready(case: ApprovalCase, now: datetime) -> int:
    """Open the steps whose predecessors are done; return how many."""
    rows = list(case.steps.values_list("step", "stage"))
    done = [step for step, stage in rows if stage in DONE]
    begun = [step for step, stage in rows if stage in (*DONE, "working")]
    steps = [step for step in ready(Route(case.route), done, begun) if not _refused_last(case, step)]
    for step in steps:
        _open(case, step, now)
    return len(steps)


def _refused_last(case: ApprovalCase, step: Step) -> bool:
    """A refused step is opened again only by a new application."""
    last = case.steps.filter(step=step.code).order_by("-pk").first()
    return last is not None and last.stage in ("refused", "stopped")


def _open(case: ApprovalCase, step: Step, now: datetime) -> Any:
    project = case.project
    values = {
        "case": case, "step": step.code, "project_ref": project.code, "title": f"{step.label}：{project}"[:160],
        "owner": owner_of(step.owner, project),
    }  # fmt: skip
    return open_matter(
        model=ApprovalStep, values=values, community=project.community, actor=SYSTEM, now=now,
        provenance=project.provenance,
    )  # fmt: skip


@transaction.atomic
def apply_again(*, case: ApprovalCase, step: str, actor: Actor, now: datetime) -> Any:
    """Open a step anew that was refused or taken back. Raises NotAllowed, CaseRuns."""
    require(actor, Permission.APPROVAL_RUN, case)
    held = _locked(case)
    wanted = step_of(step)
    last = held.steps.filter(step=step).order_by("-pk").first()
    if last is None or last.stage not in ("refused", "stopped") or held.withdrawn_on:
        raise CaseRuns(f"{wanted.label}不能重新申报", where=str(held), remedy="刷新后看现在的状态")
    return _open(held, wanted, now)


@transaction.atomic
def withdraw_case(*, case: ApprovalCase, reason: str, actor: Actor, now: datetime, on: date) -> None:
    """Take the whole application back; what is open is stopped, what was decided stays on record.

    Raises NotAllowed, CaseRuns, WrongCase.
    """
    require(actor, Permission.APPROVAL_RUN, case)
    held = _locked(case)
    if held.withdrawn_on is not None or held.finished_on is not None:
        raise CaseRuns("审批已经办完或撤回", where=str(held), remedy="刷新后再看")
    if not reason.strip():
        raise WrongCase("没有写撤回原因", where="原因", remedy="写一句为什么撤回")
    for step in held.steps.filter(closed_at__isnull=True).order_by("pk"):
        move(matter=step, move="stop", actor=SYSTEM, now=now, reason=reason)
    held.withdrawn_on, held.withdrawn_reason = on, reason.strip()[:300]
    held.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    audit.record(action=Action.APPROVAL_WITHDRAWN, actor=actor, subject=held.project, reason=reason)
    _announce(held, "approval_moved", "撤回审批申报", actor, now, words=held.withdrawn_reason)


def _locked(case: ApprovalCase) -> ApprovalCase:
    rows = ApprovalCase.objects.select_for_update(of=("self",)).select_related("project__community", "project__lead")
    return rows.get(pk=case.pk)


def clock_of(row: Any, stage: Any, on: date) -> Clock | None:
    """Return the step's own limit of the day (T19-4); none where no figure has a value."""
    if stage.end:
        return None
    step = step_of(row.step)
    limit = figures.current().value(step.figure, on)
    return Clock(limit.whole, Unit.WORKING, step.clause) if limit else None


def check_step(row: Any, move: Move, actor: Actor, now: datetime) -> None:
    """Refuse what contradicts the case: a step of a case that was taken back, an exemption that does not hold.

    Raises CaseRuns, NotFree.
    """
    case = _locked(row.case)
    if case.withdrawn_on is not None and move.code != "stop":
        raise CaseRuns("这次申报已经撤回", where=str(case), remedy="看项目现在的申报")
    if move.code != "exempt":
        return
    if row.step != "permit":
        raise NotFree("只有施工许可可以认定免办", where=row.title, clause="T20-5", remedy="按环节办结或不予批准")
    found = _if_free(case, row, timezone.localdate(now))
    if found is not None and not found.outcome.opens:
        raise NotFree(found.says, where=row.title, clause="T20-5", remedy=found.remedy)


def _if_free(case: ApprovalCase, row: Any, on: date) -> Any:
    """Ask rule T20-5 as if the exemption stood."""
    home = case.project.community_id
    rule = rule_in_force("t20_5_permit_free", on)
    said = ApprovalFacts(permit="exempt", permit_ref=row.reference or "免办认定", permit_on=on)
    facts = Facts(home, on, project=load_project_facts([home], on)[home], approvals=said)
    return rule.check(facts, figures.current()) if rule else None


def follow_step(row: Any, code: str, actor: Actor, now: datetime) -> None:
    """Do what follows from a decision: supervision for exempt works, the next steps, the end of the case."""
    if code in ("open", "stop", "refuse"):
        return
    on, case = timezone.localdate(now), _locked(row.case)
    if code == "exempt":
        assign_supervision(
            project=case.project, supervisor=row.supervisor, since=on, reference=row.reference, actor=SYSTEM, now=now,
            on=on, by_name=actor.name,
        )  # fmt: skip
    open_ready(case, now)
    taken = {step.code for step in steps_of(Route(case.route))}
    if taken <= set(case.steps.filter(stage__in=DONE).values_list("step", flat=True)):
        case.finished_on = on
        case.save(update_fields=["finished_on"])
        _announce(case, "approvals_done", "审批全部办完", actor, now)


def _announce(case: ApprovalCase, code: str, title: str, actor: Actor, now: datetime, *, words: str = "") -> None:
    project = case.project
    announce(
        code=code, community=project.community, title=title, words=words or str(project), actor=actor, now=now,
        detail={"project": project.pk, "case": case.pk}, url=f"/projects/{project.pk}/approvals/",
        demo=project.provenance == "demo",
    )  # fmt: skip
