"""The kind 移交管理: the finished works go to who manages them from now on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, document, filled
from jiugai.domain.projects import State
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, WrongProject, owned_by, page_of, prepared
from jiugai.works.models import Handover

RUN = Permission.ACCEPTANCE_RUN.value
PROCESS = Process(
    kind="handover",
    label="移交管理",
    stages=(
        Stage("preparing", "准备移交", Clock(30, Unit.WORKING, "T20-9"), tag="soon"),
        Stage("done", "已移交", end=True, tag="ok"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("hand_over", "办理移交", ("preparing",), "done", RUN,
             needs=(document("移交清单"), filled("receiver", "接管单位"), filled("facilities", "移交的设施"),
                    filled("files", "移交的资料"), filled("handed_over_on", "移交日期")),
             announces="handover_done", result="已移交", icon="key"),
        Move("stop", "撤回", ("preparing",), "stopped", RUN, reason_required=True, free=True, icon="ban"),
    ),
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"移交管理：{values['project']}"


def _check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse to hand over what was not reviewed."""
    if step.code == "hand_over" and matter.project.stands is State.COMPLETED:
        raise WrongProject(
            "改造效果还没有评价，不能移交", where=matter.project.code, clause="T22-1", remedy="街道先完成五方评价"
        )


def declare() -> None:
    """Make the kind known."""
    register(
        Handover,
        KindOf(
            process=PROCESS,
            form_fields=("project", "receiver", "detail"),
            edit_fields=("receiver", "facilities", "files", "open_points", "handed_over_on", "detail"),
            list_columns=(
                PROJECT,
                Column(key="receiver", label="接管单位", value=lambda h: str(h.receiver or ""), blank="没有定"),
                Column(key="day", label="移交日期", value=lambda h: h.handed_over_on, kind="date", blank="没有移交"),
            ),
            clauses=("T20-9",),
            line="management",
            icon="key",
            opens=Permission.ACCEPTANCE_RUN,
            title=_title,
            owner=owned_by("implementer"),
            remarks="设施、资料逐项移交给接管单位，遗留问题写清谁办、何时办完",
            page=page_of("acceptance", "项目的验收"),
            prepare=prepared(built=True, handed_over_on="移交日期"),
            check=_check,
        ),
    )  # fmt: skip
