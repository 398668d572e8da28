"""The kind 难题: raised, decided together, carried out, closed (T06-5)."""

from jiugai.accounts.permissions import Permission
from jiugai.assessment.models import HardProblem
from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

MANAGE = Permission.TASK_MANAGE.value
PROCESS = Process(
    kind="hard_problem",
    label="难题",
    stages=(
        Stage("raised", "待研究", tag="soon"),
        Stage("decided", "已议定", tag="run"),
        Stage("carried", "待销号", tag="run"),
        Stage("closed", "已破解", end=True, tag="ok"),
        Stage("dropped", "不再研究", end=True, tag="na"),
    ),
    moves=(
        Move("decide", "登记共同议定", ("raised",), "decided", MANAGE, needs=(filled("decision", "共同议定的办法"),),
             icon="users"),
        Move("carry", "登记落实结果", ("decided",), "carried", needs=(filled("outcome", "落实结果"),), icon="tools"),
        Move("close", "销号", ("carried",), "closed", MANAGE, result="已破解", icon="check"),
        Move("again", "没有解决，再议", ("carried",), "raised", MANAGE, reason_required=True, free=True,
             icon="arrow-back-up"),
        Move("drop", "不再研究", ("raised",), "dropped", MANAGE, reason_required=True, free=True, icon="ban"),
    ),
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    register(
        HardProblem,
        KindOf(
            process=PROCESS,
            form_fields=("title", "detail", "raised_by", "owner", "due_on", "priority"),
            edit_fields=("title", "detail", "raised_by", "due_on", "priority", "meeting", "decision", "outcome"),
            list_columns=(
                Column(key="raised_by", label="提出单位", value=lambda p: p.raised_by, width=14),
                Column(key="decision", label="共同议定的办法", value=lambda p: p.decision, blank="还没有", width=24),
            ),
            clauses=("T06-5",),
            line="management",
            icon="puzzle",
            needs_community=False,
            remarks="一家解决不了的才列入；写清卡在哪里、请哪家牵头",
        ),
    )
