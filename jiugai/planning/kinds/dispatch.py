"""The kind 核心区央产调度: the core area's plan is gone through together at fixed intervals (T32-8)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind="core_dispatch",
    label="核心区央产调度",
    stages=(Stage("due", "待召开", tag="soon"), Stage("held", "已召开", end=True, tag="ok")),
    moves=(
        Move("hold", "登记调度结果", ("due",), "held", Permission.PLAN_CONFIRM.value,
             needs=(filled("held_on", "调度日期"), filled("attended", "参加单位"), filled("minutes", "议定事项")),
             result="已召开", icon="users"),
    ),
)  # fmt: skip


def title(values: Mapping[str, Any], community: Any) -> str:
    """Name a dispatch by the month it is due."""
    due = values.get("due_on")
    return f"核心区央产老旧小区改造计划调度（{due:%Y年%-m月}）" if due else "核心区央产老旧小区改造计划调度"


def register_kind() -> None:
    """Declare it."""
    from jiugai.planning.models import CoreDispatch

    register(
        CoreDispatch,
        KindOf(
            process=PROCESS,
            form_fields=("due_on", "detail"),
            edit_fields=("detail", "due_on"),
            list_columns=(Column(key="held_on", label="召开", value=lambda d: d.held_on, kind="date"),),
            clauses=("T32-8",),
            line="renovation",
            icon="users-group",
            unit="次",
            needs_community=False,
            opens=Permission.PLAN_CONFIRM,
            title=title,
            page=lambda dispatch: ("看核心区计划", "/plan/core/"),
            remarks="到期前两周自动排出下一次；过期没有召开的按逾期提醒",
        ),
    )
