"""The kind 外立面验收: asks the gate of window guards before it lets a facade be accepted (T02-7)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, document, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import FacadeAcceptance

RUN = Permission.ACCEPTANCE_RUN.value
PROCESS = Process(
    kind="facade_acceptance",
    label="外立面验收",
    stages=(
        Stage("asked", "待验收", Clock(10, Unit.WORKING, "T02-7"), tag="soon"),
        Stage("accepted", "外立面验收合格", end=True, tag="ok"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("accept", "验收合格", ("asked",), "accepted", RUN, gate="accept_facade",
             needs=(document("外立面验收记录"), filled("accepted_on", "验收日期")),
             announces="facade_accepted", result="合格", icon="circle-check"),
        Move("stop", "撤回", ("asked",), "stopped", RUN, reason_required=True, free=True, result="已撤回", icon="ban"),
    ),
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"外立面验收：{values.get('scope', '')}"


def declare() -> None:
    """Make the kind known."""
    register(
        FacadeAcceptance,
        KindOf(
            process=PROCESS,
            form_fields=("project", "scope", "detail"),
            edit_fields=("scope", "detail", "accepted_on"),
            list_columns=(
                PROJECT,
                Column(key="accepted", label="验收日期", value=lambda a: a.accepted_on, kind="date", blank="没有验收"),
            ),
            clauses=("T02-7",),
            line="renovation",
            icon="building",
            unit="次",
            opens=Permission.ACCEPTANCE_RUN,
            title=_title,
            owner=owned_by("implementer"),
            remarks="还有没拆的外窗护栏时不能验收",
            page=page_of("acceptance", "项目的验收"),
            prepare=prepared(built=False, accepted_on="验收日期"),
        ),
    )  # fmt: skip
