"""The kind 群租房: cleared and re-checked; a new finding reopens the count (T02-10)."""

from jiugai.domain.five_types import Problem
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.governance.kinds._case import case
from jiugai.governance.models import GroupRental
from jiugai.matters.kinds import register
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind=Problem.GROUP_RENTAL,
    label=Problem.GROUP_RENTAL.label,
    stages=(
        Stage("found", "已发现", Clock(10, clause="T02-10"), tag="bad"),
        Stage("cleared", "待复核", Clock(5, clause="T02-10"), tag="run"),
        Stage("closed", "已销号", end=True, tag="ok"),
        Stage("dismissed", "不予认定", end=True, tag="na"),
    ),
    moves=(
        Move("clear", "登记清退", ("found",), "cleared", needs=(filled("cleared_on", "清退日期"),),
             announces="problem_changed", icon="users-minus"),
        Move("close", "复核销号", ("cleared",), "closed", "matter.assign", needs=(document("复核照片"),),
             announces="problem_closed", result="已清退", icon="check"),
        Move("again", "复核未通过", ("cleared",), "found", "matter.assign", reason_required=True,
             announces="problem_changed", free=True, icon="arrow-back-up", clears=("cleared_on",)),
        Move("dismiss", "不予认定", ("found",), "dismissed", "matter.assign", reason_required=True,
             announces="problem_closed", result="不属于群租", free=True, icon="ban"),
    ),
    opens="problem_found",
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    again = Column(key="again", label="再次发现", value=lambda c: "再次发现" if c.again else "", blank="", width=10)
    register(
        GroupRental,
        case(PROCESS, Problem.GROUP_RENTAL, fields=("flat", "tenants", "partitions"), clauses=("T02-10",), icon="users",
             unit="户", columns=(again,), edit=("cleared_on",)),
    )  # fmt: skip
