"""The kind 计划调整: what the city confirmed changes only with reason, author and time (T03-7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, Unit
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind="plan_adjustment",
    label="计划调整",
    stages=(
        Stage("asked", "待市级审定", Clock(10, Unit.WORKING, "T03-7"), tag="soon"),
        Stage("approved", "同意调整", end=True, tag="ok"),
        Stage("refused", "不同意", end=True, tag="bad"),
        Stage("dropped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("approve", "同意调整", ("asked",), "approved", Permission.PLAN_CONFIRM.value, result="同意调整",
             icon="circle-check"),
        Move("refuse", "不同意", ("asked",), "refused", Permission.PLAN_CONFIRM.value, reason_required=True,
             result="不同意", icon="circle-x"),
        Move("drop", "撤回", ("asked",), "dropped", Permission.PLAN_EDIT.value, reason_required=True, free=True,
             result="已撤回", icon="ban"),
    ),
)  # fmt: skip


def title(values: Mapping[str, Any], community: Any) -> str:
    """Say what changes of which project."""
    what = "调出计划" if values.get("what") == "out" else f"调整到{values['start']:%Y年%-m月}开工"
    return f"{values['project']}：{what}"


def check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse an approval that the plan cannot bear (see `actions.adjusting`)."""
    from jiugai.planning.actions import adjusting

    if step.code == "approve":
        adjusting.check_change(matter, now=now)


def done(matter: Any, move: str, actor: Actor, now: datetime) -> None:
    """Carry an approved change out (see `actions.adjusting`)."""
    from jiugai.planning.actions import adjusting

    adjusting.follow_move(matter, move, actor=actor, now=now)


def register_kind() -> None:
    """Declare it."""
    from jiugai.planning.models import PlanAdjustment

    register(
        PlanAdjustment,
        KindOf(
            process=PROCESS,
            form_fields=("project", "what", "start", "months", "reason"),
            edit_fields=("reason",),
            list_columns=(
                Column(key="project", label="项目", value=lambda a: a.project_ref, width=18),
                Column(key="what", label="内容", value=lambda a: a.get_what_display(), width=16),
                Column(key="reason", label="理由", value=lambda a: a.reason, width=30),
            ),
            clauses=("T03-7",),
            line="renovation",
            icon="calendar-time",
            opens=Permission.PLAN_EDIT,
            title=title,
            check=check,
            page=lambda asked: ("看原来的安排", f"/projects/{asked.project_id}/adjust/"),
            done=done,
            remarks="已确认的计划只能这样改：写明理由，市里审定后生效，原来的安排留在记录里",
        ),
    )
