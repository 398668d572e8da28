"""The kind 责任规划师意见: asked at project generation, at scheme review, on the special design (T09-3, T09-4)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.policy import figures
from jiugai.web.tables.columns import Column

GIVE = "opinion.give"
PROCESS = Process(
    kind="planner_opinion",
    label="责任规划师意见",
    stages=(
        Stage("asked", "待出具意见", Clock(5, Unit.WORKING, "T09-3"), tag="soon"),
        Stage("agreed", "同意", end=True, tag="ok"),
        Stage("objected", "不同意", end=True, tag="bad"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("agree", "同意", ("asked",), "agreed", GIVE, needs=(filled("opinion", "意见和理由"),),
             announces="opinion_given", result="同意", icon="circle-check"),
        Move("object", "不同意", ("asked",), "objected", GIVE, needs=(filled("opinion", "意见和理由"),),
             announces="opinion_given", result="不同意", icon="circle-x"),
        Move("stop", "撤回送审", ("asked",), "stopped", "pool.propose", reason_required=True, free=True,
             announces="project_changed", result="已撤回", icon="arrow-back-up"),
    ),
    opens="opinion_asked",
)  # fmt: skip


class WrongProject(Refusal):
    """The project does not cover the community."""

    code = "wrong_project"


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title; the last place where a project of another community can be refused in words."""
    project = values["project"]
    if community is None or not project.covers.filter(community=community).exists():
        raise WrongProject(f"{project}不在这个小区", where="改造项目", remedy="选这个小区的项目，或换小区")
    words = dict(_steps()).get(values.get("at", "generation"), "")
    if values.get("role") == "district":
        words += "，区总责任规划师"
    return f"对“{project}”出具意见（{words}）"


def _steps() -> list[tuple[str, str]]:
    from jiugai.planning.models import PlannerOpinion

    return list(PlannerOpinion.At.choices)


def first_owner(values: Mapping[str, Any], community: Any, actor: Any) -> Any:
    """Give it to the planner in charge, else to the body that leads the project and can hand it on."""
    from jiugai.planning.queries.project import planner_of

    role = values.get("role") or "street"
    term = planner_of(values["project"], on=values.get("asked_on") or _today(), role=role)
    return term.planner.organisation if term else values["project"].lead


def _today() -> Any:
    from django.utils import timezone

    return timezone.localdate()


class NotInCharge(Refusal):
    """Somebody gives the opinion who is not the planner in charge on that day, for example because the term ended."""

    status = 403
    code = "not_in_charge"


def only_in_charge(opinion: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Let only the planner in charge on the day give the opinion, or a colleague whom it was assigned to.

    Where nobody is in charge the body that holds it answers, as before. Raises NotInCharge.
    """
    from jiugai.planning.queries.project import planner_of

    if step.permission != GIVE:
        return
    term = planner_of(opinion.project, on=timezone.localdate(now), role=opinion.role)
    if term is None or actor.user_id == term.planner.user_id:
        return
    deputy = term.planner.user_id is None or opinion.assignee_id == actor.user_id
    if deputy and actor.organisation_id == term.planner.organisation_id:
        return
    raise NotInCharge(
        f"现在由{term.planner.name}负责{term.street.name}，您不能出具这份意见",
        where=opinion.title,
        clause="T09-3",
        remedy=f"请{term.planner.name}出具；任期有误的，请区里在规划师名册更正",
    )


def _clock(_opinion: Any, stage: Stage, on: date) -> Clock | None:
    """Take the term from the dated figure (T19-10); the table's own where the day has none."""
    found = figures.current().value("planner_opinion_max", on)
    if stage.clock is None or found is None:
        return stage.clock
    return Clock(found.whole, stage.clock.unit, stage.clock.clause)


def register_kind() -> None:
    """Declare it."""
    from jiugai.planning.models import PlannerOpinion

    register(
        PlannerOpinion,
        KindOf(
            process=PROCESS,
            form_fields=("project", "at", "role", "detail"),
            edit_fields=("detail",),
            list_columns=(
                Column(key="at", label="环节", value=lambda o: o.get_at_display(), width=14),
                Column(key="role", label="由谁", value=lambda o: o.get_role_display(), width=14),
                Column(key="project", label="项目", value=lambda o: o.project_ref, width=16),
            ),
            clauses=("T09-3", "T09-4"),
            line="renovation",
            icon="pencil",
            opens=Permission.POOL_PROPOSE,
            title=title,
            owner=first_owner,
            clock=_clock,
            check=only_in_charge,
            remarks="写明送审材料在哪里；缺材料时规划师可以暂停计时",
        ),
    )
