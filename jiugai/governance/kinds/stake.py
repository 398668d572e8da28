"""The kind 地桩地锁: counted down to none, then closed (T02-8)."""

from jiugai.domain.five_types import Problem
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.governance.kinds._case import case
from jiugai.governance.models import StakeLock
from jiugai.matters.kinds import register
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind=Problem.STAKE_LOCK,
    label=Problem.STAKE_LOCK.label,
    stages=(
        Stage("found", "待拆除", Clock(10, clause="T02-8"), tag="bad"),
        Stage("removed", "待复核", Clock(5, clause="T02-8"), tag="run"),
        Stage("closed", "已销号", end=True, tag="ok"),
    ),
    moves=(
        Move("count", "登记剩余个数", ("found",), "found", announces="problem_changed", icon="list-numbers"),
        Move("remove", "全部拆完", ("found",), "removed", needs=(filled("removed_on", "拆完日期"),),
             announces="problem_changed", icon="hammer"),
        Move("close", "复核销号", ("removed",), "closed", "matter.assign", needs=(document("复核照片"),),
             announces="problem_closed", result="已拆除", icon="check"),
        Move("again", "复核未通过", ("removed",), "found", "matter.assign", reason_required=True,
             announces="problem_changed", free=True, icon="arrow-back-up", clears=("removed_on",)),
    ),
    opens="problem_found",
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    left = Column(key="left", label="剩余", value=lambda c: c.count_left, width=8)
    register(
        StakeLock,
        case(PROCESS, Problem.STAKE_LOCK, fields=("count_found", "count_left"), clauses=("T02-8",), icon="parking-off",
             columns=(left,), edit=("removed_on",)),
    )  # fmt: skip
