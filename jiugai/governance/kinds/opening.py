"""The kind 开墙打洞: treated until the wall stands again (T02-9)."""

from jiugai.domain.five_types import Problem
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.governance.kinds._case import case
from jiugai.governance.models import WallOpening
from jiugai.matters.kinds import register

PROCESS = Process(
    kind=Problem.WALL_OPENING,
    label=Problem.WALL_OPENING.label,
    stages=(
        Stage("found", "已发现", Clock(10, clause="T02-9"), tag="bad"),
        Stage("treating", "整改中", Clock(20, clause="T02-9"), tag="soon"),
        Stage("restored", "待复核", Clock(5, clause="T02-9"), tag="run"),
        Stage("closed", "已销号", end=True, tag="ok"),
    ),
    moves=(
        Move("order", "责令整改", ("found",), "treating", needs=(document("责令整改通知"),), icon="file-alert"),
        Move("restore", "登记恢复", ("found", "treating"), "restored", needs=(filled("restored_on", "恢复日期"),),
             announces="problem_changed", icon="wall"),
        Move("close", "复核销号", ("restored",), "closed", "matter.assign", needs=(document("复核照片"),),
             announces="problem_closed", result="已恢复", icon="check"),
        Move("again", "复核未通过", ("restored",), "treating", "matter.assign", reason_required=True,
             announces="problem_changed", free=True, icon="arrow-back-up", clears=("restored_on",)),
    ),
    opens="problem_found",
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    register(
        WallOpening,
        case(PROCESS, Problem.WALL_OPENING, fields=("used_as", "load_bearing"), clauses=("T02-9",), icon="door",
             edit=("restored_on",)),
    )  # fmt: skip
