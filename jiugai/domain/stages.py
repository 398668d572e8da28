"""The life of a community as a table: fourteen stages, and the gates between them (design section 5).

Only names stand here; the rules behind a gate are listed in `gates`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Line(StrEnum):
    """The three business lines that one file joins (T01-10)."""

    GOVERNANCE = "governance"
    RENOVATION = "renovation"
    MANAGEMENT = "management"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"governance": "治理", "renovation": "改造", "management": "管理"}[self.value]


@dataclass(frozen=True)
class Stage:
    """A stretch of a community's life. `gate` names the gate that opens it, if one does."""

    code: str
    label: str
    line: Line
    gate: str = ""


@dataclass(frozen=True)
class Gate:
    """A closed door with its reasons. `obligations` are those its rules will answer for.

    `permission` is the code of the right it takes to go through: acceptances are held by the implementing body.
    """

    code: str
    label: str
    asks: str
    obligations: tuple[str, ...]
    permission: str = "gate.pass"


GATES: tuple[Gate, ...] = (
    Gate(
        "enter_pool",
        "入储备库",
        "体检在档、责任规划师在生成项目时出具意见、维修资金承诺",
        ("T03-1", "T06-2", "T09-3", "T30-1"),
    ),
    Gate(
        "enter_plan",
        "列入实施计划",
        "区级分批申报、年度资金、额度、菜单与底线、改建限制、与其他工程的交叉已答复",
        (
            "T03-6",
            "T03-5",
            "T03-9",
            "T03-10",
            "T05-5",
            "T05-6",
            "T05-7",
            "T05-8",
            "T05-9",
            "T05-10",
            "T04-1",
            "T04-5",
            "T04-8",
            "T16-4",
            "T32-9",
        ),
    ),
    Gate("publish_tender", "发布招标", "方案已定、提前公布招标计划、默认工程总承包", ("T19-9", "T19-7", "T19-8")),
    Gate(
        "start_works",
        "开工",
        "综合治理清零、已列入计划、方案与意见、建筑师签署、施工图审查、许可或免许可监管、临时供排水、适老化和无障碍专项设计",
        (
            "T02-1",
            "T02-5",
            "T02-8",
            "T02-9",
            "T02-10",
            "T03-6",
            "T09-4",
            "T09-6",
            "T19-10",
            "T19-5",
            "T20-5",
            "T20-6",
            "T15-4",
            "T11-1",
            "T11-2",
            "T11-3",
        ),
    ),
    Gate("accept_facade", "外立面验收", "没有未拆的外窗护栏", ("T02-7",), "acceptance.run"),
    Gate(
        "complete",
        "竣工验收",
        "专项验收合格、建筑师签署、消防技术标准、同步管线",
        ("T11-6", "T09-6", "T22-3", "T22-4", "T14-5", "T14-13"),
        "acceptance.run",
    ),
    Gate(
        "pay",
        "拨付与支取",
        "审计、补助、专项资金和维修资金的条件",
        ("T24-1", "T25-5", "T25-6", "T26-1", "T26-2", "T28-1", "T29-6", "T30-4"),
    ),
    Gate("unit_leaves", "产权单位退出", "专业化物业已接管", ("T10-6",)),
)

STAGES: tuple[Stage, ...] = (
    Stage("registered", "登记", Line.GOVERNANCE),
    Stage("checked", "体检", Line.GOVERNANCE),
    Stage("in_pool", "入储备库", Line.RENOVATION, "enter_pool"),
    Stage("in_plan", "列入计划", Line.RENOVATION, "enter_plan"),
    Stage("governed", "综合治理", Line.GOVERNANCE),
    Stage("designed", "方案设计", Line.RENOVATION),
    Stage("approved", "审批", Line.RENOVATION),
    Stage("tendered", "招标", Line.RENOVATION, "publish_tender"),
    Stage("on_site", "施工", Line.RENOVATION, "start_works"),
    Stage("special_accepted", "专项验收", Line.RENOVATION),
    Stage("completed", "竣工验收", Line.RENOVATION, "complete"),
    Stage("effect_reviewed", "效果评价", Line.RENOVATION),
    Stage("settled", "结算审计", Line.RENOVATION),
    Stage("handed_over", "移交管理", Line.MANAGEMENT),
)


class UnknownStage(LookupError):
    """The code is not in the table."""


def position(code: str) -> int:
    """Return where a stage stands in the life, from 0. Raises UnknownStage."""
    for index, stage in enumerate(STAGES):
        if stage.code == code:
            return index
    raise UnknownStage(code)


def gate_after(code: str) -> Gate | None:
    """Return the next gate ahead of a community in stage `code`; None when none is left."""
    ahead = (stage.gate for stage in STAGES[position(code) + 1 :] if stage.gate)
    name = next(ahead, "")
    return next((gate for gate in GATES if gate.code == name), None)
