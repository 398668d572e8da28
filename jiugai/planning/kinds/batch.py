"""The kind 计划批次: a district applies, the city confirms, asks back or refuses, several times a year (T03-6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

EDIT, CONFIRM = Permission.PLAN_EDIT.value, Permission.PLAN_CONFIRM.value
PROCESS = Process(
    kind="plan_batch",
    label="计划批次",
    stages=(
        Stage("draft", "拟报", tag="sus"),
        Stage("at_city", "待市级确认", Clock(10, Unit.WORKING, "T03-6"), tag="soon"),
        Stage("returned", "退回答复", Clock(5, Unit.WORKING, "T03-6"), tag="soon"),
        Stage("decided", "已确认", end=True, tag="ok"),
        Stage("dropped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("submit", "提交市级确认", ("draft",), "at_city", EDIT, icon="send"),
        Move("give_back", "退回区里答复", ("at_city",), "returned", CONFIRM, icon="arrow-back-up"),
        Move("resubmit", "答复后再报", ("returned",), "at_city", EDIT, icon="send"),
        Move("decide", "办结这一批", ("at_city",), "decided", CONFIRM, result="已确认", icon="circle-check"),
        Move("drop", "撤回这一批", ("draft", "returned"), "dropped", EDIT, reason_required=True, free=True,
             result="已撤回", icon="ban"),
    ),
)  # fmt: skip


class BatchNotReady(Refusal):
    """Something in the batch stands in the way of the move."""

    status = 409
    code = "batch_not_ready"


def title(values: Mapping[str, Any], community: Any) -> str:
    """Name a batch by its year; its number in the year follows when it is opened."""
    return f"{values['year']}年实施计划申报"


def check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse a move for what the table cannot say (see `actions.batching`)."""
    from jiugai.planning.actions import batching

    batching.check_move(matter, step.code, now=now)


def done(matter: Any, move: str, actor: Actor, now: datetime) -> None:
    """Do what follows from a move (see `actions.batching`)."""
    from jiugai.planning.actions import batching

    batching.follow_move(matter, move, actor=actor, now=now)


def register_kind() -> None:
    """Declare it."""
    from jiugai.planning.models import PlanBatch

    register(
        PlanBatch,
        KindOf(
            process=PROCESS,
            form_fields=("year", "detail"),
            edit_fields=("detail",),
            list_columns=(
                Column(key="year", label="年度", value=lambda b: b.year, width=10),
                Column(key="sequence", label="第几批", value=lambda b: b.sequence, width=10),
            ),
            clauses=("T03-6",),
            line="renovation",
            icon="calendar-plus",
            unit="批",
            needs_community=False,
            opens=Permission.PLAN_EDIT,
            title=title,
            check=check,
            page=lambda batch: ("看申报项目", f"/batches/{batch.pk}/"),
            done=done,
            remarks="批次按年度编号；开好后在批次页里加项目，也可以从计划板直接申报",
        ),
    )
