"""The kind 竣工验收备案: filed within the legal days after completion (T22-6)."""

from collections.abc import Mapping, Sequence
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, document, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import AcceptanceFiling, SpecialAcceptance

RUN = Permission.ACCEPTANCE_RUN.value
PROCESS = Process(
    kind="acceptance_filing",
    label="竣工验收备案",
    stages=(
        Stage("due", "待报送", Clock(15, Unit.CALENDAR, "T22-6"), tag="soon"),
        Stage("filed", "已报送", Clock(5, Unit.WORKING, "T22-6")),
        Stage("kept", "已备案", end=True, tag="ok"),
    ),
    moves=(
        Move("file", "报送备案", ("due",), "filed", RUN,
             needs=(document("竣工验收报告"), filled("filed_on", "报送日期"),
                    filled("fire_standard", "备案采用的消防标准")),
             announces="filing_sent", icon="send"),
        Move("keep", "出具备案回执", ("filed",), "kept", "matter.assign", needs=(filled("receipt", "备案回执编号"),),
             announces="filing_done", result="已备案", icon="check"),
        Move("return", "材料不齐，退回", ("filed",), "due", "matter.assign", reason_required=True, free=True,
             announces="filing_returned", icon="arrow-back-up"),
    ),
    opens="",
)  # fmt: skip


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"竣工验收备案：{values['project']}"


def _lacking(matter: Any, move: str) -> Sequence[str]:
    """Without a passed special acceptance nothing is filed (无障碍环境建设法 第十六条), where there is one."""
    if move != "file":
        return []
    last = SpecialAcceptance.objects.filter(project=matter.project_id).exclude(stage="stopped").order_by("pk").last()
    return [] if last is None or last.stage == "passed" else ["无障碍专项验收合格"]


def declare() -> None:
    """Make the kind known."""
    register(
        AcceptanceFiling,
        KindOf(
            process=PROCESS,
            form_fields=("project", "detail"),
            edit_fields=("detail", "filed_on", "receipt", "fire_standard"),
            list_columns=(
                PROJECT,
                Column(key="filed", label="报送日期", value=lambda f: f.filed_on, kind="date", blank="没有报送"),
                Column(key="receipt", label="备案回执", value=lambda f: f.receipt, blank="没有回执"),
            ),
            clauses=("T22-6",),
            line="renovation",
            icon="file-check",
            opens=Permission.ACCEPTANCE_RUN,
            title=_title,
            owner=owned_by("implementer"),
            remarks="自竣工验收合格之日起 15 日内报送",
            page=page_of("acceptance", "项目的验收"),
            prepare=prepared(built=True, filed_on="报送日期"),
            lacking=_lacking,
        ),
    )  # fmt: skip
