"""The kind 地下空间违规使用: ordered, vacated, re-checked (T02-9)."""

from jiugai.domain.five_types import Problem
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.governance.kinds._case import case
from jiugai.governance.models import BasementMisuse
from jiugai.matters.kinds import register

PROCESS = Process(
    kind=Problem.BASEMENT_MISUSE,
    label=Problem.BASEMENT_MISUSE.label,
    stages=(
        Stage("found", "已发现", Clock(10, clause="T02-9"), tag="bad"),
        Stage("treating", "整改中", Clock(20, clause="T02-9"), tag="soon"),
        Stage("vacated", "待复核", Clock(5, clause="T02-9"), tag="run"),
        Stage("closed", "已销号", end=True, tag="ok"),
    ),
    moves=(
        Move("order", "责令整改", ("found",), "treating", needs=(document("责令整改通知"),), icon="file-alert"),
        Move("vacate", "登记清理", ("found", "treating"), "vacated", needs=(filled("vacated_on", "清理日期"),),
             announces="problem_changed", icon="stairs-down"),
        Move("close", "复核销号", ("vacated",), "closed", "matter.assign", needs=(document("复核照片"),),
             announces="problem_closed", result="已清理", icon="check"),
        Move("again", "复核未通过", ("vacated",), "treating", "matter.assign", reason_required=True,
             announces="problem_changed", free=True, icon="arrow-back-up", clears=("vacated_on",)),
    ),
    opens="problem_found",
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    register(
        BasementMisuse,
        case(PROCESS, Problem.BASEMENT_MISUSE, fields=("use", "civil_defence", "people"), clauses=("T02-9",),
             icon="stairs-down", edit=("vacated_on",)),
    )  # fmt: skip
