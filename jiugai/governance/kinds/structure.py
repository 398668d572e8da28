"""The kind 违法建设: notice, decision, lawful demolition with evidence and dates, re-check (T02-4)."""

from jiugai.domain.five_types import Problem
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.governance.kinds._case import case
from jiugai.governance.models import IllegalStructure
from jiugai.matters.kinds import register

PROCESS = Process(
    kind=Problem.ILLEGAL_STRUCTURE,
    label=Problem.ILLEGAL_STRUCTURE.label,
    stages=(
        Stage("found", "已发现", Clock(10, clause="T02-4"), tag="bad"),
        Stage("noticed", "限期拆除", Clock(15, clause="T02-4"), tag="soon"),
        Stage("decided", "强制拆除", Clock(20, clause="T02-4"), tag="soon"),
        Stage("demolished", "待复核", Clock(5, clause="T02-4"), documents=("拆除前照片", "拆除后照片"), tag="run"),
        Stage("closed", "已销号", end=True, tag="ok"),
        Stage("dismissed", "不予认定", end=True, tag="na"),
    ),
    moves=(
        Move("notify", "送达限期拆除通知", ("found",), "noticed",
             needs=(filled("notice_number", "通知书文号"), filled("notice_served_on", "送达日期")), icon="file-alert"),
        Move("decide", "送达强制拆除决定", ("noticed",), "decided",
             needs=(filled("decision_number", "决定书文号"), filled("decision_served_on", "送达日期")), icon="gavel"),
        Move("demolish", "登记拆除", ("noticed", "decided"), "demolished",
             needs=(filled("demolished_on", "拆除日期"), filled("demolition", "拆除方式")),
             announces="problem_changed", icon="hammer"),
        Move("close", "复核销号", ("demolished",), "closed", "matter.assign",
             needs=(document("复核照片"), filled("rechecked_on", "复核日期")),
             announces="problem_closed", result="已拆除", icon="check"),
        Move("again", "复核未通过", ("demolished",), "noticed", "matter.assign", reason_required=True,
             announces="problem_changed", free=True, icon="arrow-back-up",
             clears=("demolished_on", "demolition", "rechecked_on")),
        Move("dismiss", "不予认定", ("found",), "dismissed", "matter.assign", reason_required=True,
             announces="problem_closed", result="不属于违法建设", free=True, icon="ban"),
    ),
    opens="problem_found",
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    register(
        IllegalStructure,
        case(
            PROCESS, Problem.ILLEGAL_STRUCTURE, fields=("area_cm2",), clauses=("T02-4", "T02-5"), icon="building-off",
            edit=("notice_number", "notice_served_on", "decision_number", "decision_served_on", "demolished_on",
                  "demolition", "rechecked_on"),
        ),
    )  # fmt: skip
