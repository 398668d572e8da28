"""The responsible planner's guide through the whole process (T09-2) and the terms of opinions (T09-3)."""

from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """The four duties that the policy names, in its order."""

    ADVICE = "advice"
    PARTICIPATION = "participation"
    FOLLOW_UP = "follow_up"
    ACCEPTANCE = "acceptance"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "advice": "规划咨询",
            "participation": "公众参与",
            "follow_up": "全程跟踪",
            "acceptance": "参与验收",
        }[self.value]

    @property
    def quote(self) -> str:
        """The words of the policy."""
        return {
            "advice": "提供项目规划咨询服务",
            "participation": "协助开展公众参与",
            "follow_up": "全程跟踪和服务项目实施",
            "acceptance": "参与项目验收",
        }[self.value]


@dataclass(frozen=True)
class Step:
    """One thing to do. `asks` says what has to be on record; `stated` is True for what the policy itself names."""

    code: str
    phase: Phase
    label: str
    asks: str
    stated: bool = False


# The policy names the four duties and the opinions; the single steps below them are a usual order of work and can be
# changed here without touching a record that was made under them.
STEPS: tuple[Step, ...] = (
    Step("visit", Phase.ADVICE, "踏勘小区", "踏勘日期和看到的主要问题"),
    Step("read_checkup", Phase.ADVICE, "看体检结果", "对体检结论有没有补充"),
    Step("advise", Phase.ADVICE, "提供规划咨询", "对改造内容和周边统筹的建议", stated=True),
    Step("opinion_generation", Phase.ADVICE, "项目生成意见", "同意或不同意，写明理由", stated=True),
    Step("meeting", Phase.PARTICIPATION, "参加居民议事会", "日期、到场人数、主要意见", stated=True),
    Step("explain", Phase.PARTICIPATION, "向居民讲解方案", "讲解方式和反馈"),
    Step("opinion_scheme", Phase.FOLLOW_UP, "方案审查意见", "同意或不同意，写明理由", stated=True),
    Step("on_site", Phase.FOLLOW_UP, "施工期间回访", "回访日期和发现的偏差", stated=True),
    Step("changes", Phase.FOLLOW_UP, "对设计变更提意见", "变更内容和意见，没有变更写“无”"),
    Step("acceptance", Phase.ACCEPTANCE, "参加验收", "验收日期和结论", stated=True),
    Step("review", Phase.ACCEPTANCE, "实施效果回看", "与方案不一致的地方"),
)


class UnknownStep(LookupError):
    """The guide has no such step."""


def step_of(code: str) -> Step:
    """Return a step by its code. Raises UnknownStep."""
    for step in STEPS:
        if step.code == code:
            return step
    raise UnknownStep(code)
