"""Renovation projects as tables: the kinds with their clauses, the states of a project and the moves between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jiugai.domain.ownership import Group, Ownership
from jiugai.domain.process import Move, Process, Stage


class Family(StrEnum):
    """How the plan treats kinds alike."""

    COMPREHENSIVE = "comprehensive"
    SINGLE = "single"
    ENVIRONMENT = "environment"
    REBUILD = "rebuild"
    LIFT = "lift"

    @property
    def label(self) -> str:
        """Words on screen."""
        words = {"comprehensive": "综合改造", "single": "单项改造", "environment": "环境整治", "rebuild": "改建与腾退"}
        return words.get(self.value, "加装电梯")


@dataclass(frozen=True)
class Kind:
    """A kind of project.

    `clauses` name the obligations it carries out; `energy_saving` tells whether it counts as 抗震、节能综合改造 for the
    20 % share (T03-9); `same_year` marks single items that must show effect in the year they start (T03-11).
    """

    code: str
    label: str
    family: Family
    clauses: tuple[str, ...]
    quote: str
    energy_saving: bool = False
    same_year: bool = False


KINDS: tuple[Kind, ...] = (
    Kind("seismic_energy", "抗震节能综合改造", Family.COMPREHENSIVE, ("T03-9",),
         "推进抗震、节能综合改造项目", energy_saving=True),
    Kind("energy", "节能综合改造", Family.COMPREHENSIVE, ("T03-9",),
         "推进抗震、节能综合改造项目", energy_saving=True),
    Kind("comprehensive", "综合整治（不含抗震节能）", Family.COMPREHENSIVE, ("T05-1",),
         "按照老旧小区综合整治标准和技术导则，明确13项基础改造内容"),
    Kind("riser", "楼内上下水管线改造", Family.SINGLE, ("T03-11", "T15-1"),
         "改造周期短、当年能见效的楼内上下水管线改造", same_year=True),
    Kind("utilities", "公共区域市政专业管线改造", Family.SINGLE, ("T03-11", "T14-1"),
         "改造周期短、当年能见效的……公共区域市政专业管线改造", same_year=True),
    Kind("ageing", "适老化改造", Family.SINGLE, ("T03-11", "T11-1"),
         "改造周期短、当年能见效的……适老化改造等单项改造项目", same_year=True),
    Kind("environment", "环境整治提升", Family.ENVIRONMENT, ("T03-12",), "支持实施环境整治项目"),
    Kind("rebuild", "危旧楼改建", Family.REBUILD, ("T03-8",), "加快推进危旧楼改建和简易楼腾退项目"),
    Kind("vacate", "简易楼腾退", Family.REBUILD, ("T03-8",), "加快推进危旧楼改建和简易楼腾退项目"),
    Kind("lift", "老楼加装电梯", Family.LIFT, ("T13-1",), "绘制全市老楼加装电梯地图"),
)  # fmt: skip
ITEMS = tuple(k for k in KINDS if k.family in (Family.SINGLE, Family.ENVIRONMENT, Family.LIFT))


class UnknownKind(LookupError):
    """No kind of project has this code."""


def kind_of(code: str) -> Kind:
    """Return a kind by its code. Raises UnknownKind."""
    for kind in KINDS:
        if kind.code == code:
            return kind
    raise UnknownKind(code)


class State(StrEnum):
    """Where a project stands: the stages of `PROCESS`."""

    PROPOSED = "proposed"
    IN_POOL = "in_pool"
    IN_PLAN = "in_plan"
    ON_SITE = "on_site"
    COMPLETED = "completed"
    REVIEWED = "reviewed"
    HANDED_OVER = "handed_over"
    EXITED = "exited"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Words on screen."""
        return PROCESS.stage(self).label

    @property
    def tag(self) -> str:
        """Kind of the state's tag: run, ok, sus, na."""
        return PROCESS.stage(self).tag


# A community is in at most one project that has not begun; what is to be done goes into that one as items.
WAITING = (State.PROPOSED, State.IN_POOL, State.IN_PLAN)
STORED = (State.IN_POOL, State.IN_PLAN)
BUILT = (State.COMPLETED, State.REVIEWED, State.HANDED_OVER)
LIFE = (State.PROPOSED, State.IN_POOL, State.IN_PLAN, State.ON_SITE, *BUILT)


class Phase(StrEnum):
    """What a planned project is about before its works begin: the stretch of its life that `State` calls IN_PLAN."""

    WAITING = "waiting"
    DESIGN = "designing"
    APPROVALS = "approving"
    TENDER = "tendering"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"waiting": "计划待启动", "designing": "方案", "approving": "审批"}.get(self.value, "招标")


class Sign(StrEnum):
    """What a project's own matters tell of a phase: something of it is under way, or was begun and not taken back."""

    RUNS = "runs"
    BEGUN = "begun"


# Which sign decides, first to last: the later of what runs, then the latest that was begun. None of them: it waits.
PREPARING: tuple[tuple[Phase, Sign], ...] = (
    (Phase.TENDER, Sign.RUNS),
    (Phase.APPROVALS, Sign.RUNS),
    (Phase.TENDER, Sign.BEGUN),
    (Phase.APPROVALS, Sign.BEGUN),
    (Phase.DESIGN, Sign.BEGUN),
)
STANDINGS: tuple[State | Phase, ...] = tuple(
    standing for state in LIFE for standing in (Phase if state is State.IN_PLAN else (state,))
)

PROCESS = Process(
    kind="project",
    label="改造项目",
    stages=(
        Stage("proposed", "待入库", tag="sus"),
        Stage("in_pool", "在库"),
        Stage("in_plan", "已列入计划"),
        Stage("on_site", "施工中"),
        Stage("completed", "已竣工", tag="ok"),
        Stage("reviewed", "已评价", tag="ok"),
        Stage("handed_over", "已移交", end=True, tag="ok"),
        Stage("exited", "已出库", end=True, tag="na"),
        Stage("withdrawn", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("enter_pool", "入储备库", ("proposed",), "in_pool", "pool.decide", gate="enter_pool",
             announces="entered_pool", icon="lock-open"),
        Move("withdraw", "撤回提议", ("proposed",), "withdrawn", "pool.propose", reason_required=True,
             icon="arrow-back-up"),
        Move("enter_plan", "列入实施计划", ("in_pool",), "in_plan", "plan.confirm", gate="enter_plan",
             announces="entered_plan", icon="calendar-plus"),
        # The gate asks for the plan (T03-6); from the pool works begin only under an exception that is on record.
        Move("start_works", "批准开工", STORED, "on_site", "gate.pass", gate="start_works",
             announces="works_started", icon="lock-open"),
        Move("leave_plan", "调出计划", ("in_plan",), "in_pool", "plan.confirm", reason_required=True,
             announces="left_plan", icon="calendar-minus"),
        # What is planned leaves the plan first, by an adjustment on record (T03-7).
        Move("exit_pool", "出库", ("in_pool",), "exited", "pool.decide", reason_required=True,
             announces="left_pool", icon="logout"),
        Move("complete", "竣工验收", ("on_site",), "completed", "acceptance.run", gate="complete",
             announces="works_completed", icon="circle-check"),
        Move("review", "效果评价", ("completed",), "reviewed", "effect.lead", announces="effect_reviewed",
             icon="message-check"),
        Move("hand_over", "移交管理", ("reviewed",), "handed_over", "acceptance.run", announces="works_handed_over",
             icon="key"),
    ),
)  # fmt: skip


class ExitReason(StrEnum):
    """Why a project leaves the pool without being built."""

    DEMOLISHED = "demolished"
    OTHER_ROUTE = "other_route"
    OWNERS_REFUSED = "owners_refused"
    DUPLICATE = "duplicate"
    NOT_NEEDED = "not_needed"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "demolished": "征收或拆迁",
            "other_route": "改由其他途径实施",
            "owners_refused": "居民意愿不足",
            "duplicate": "重复入库",
            "not_needed": "复核后不需改造",
        }.get(self.value, "其他")


@dataclass(frozen=True)
class Inclusion:
    """Both lists of a centrally owned community (T32-9): None while nobody has recorded it."""

    city: bool | None = None
    central: bool | None = None

    @property
    def both(self) -> bool | None:
        """Tell whether it stands in both; None while one is unknown and none is missing."""
        if self.city is False or self.central is False:
            return False
        return None if self.city is None or self.central is None else True


def is_central(group: str, classes: Sequence[str]) -> bool | None:
    """Tell whether any of it is central property, which needs both lists; None when nothing is known of the owners."""
    if group == Group.CENTRAL or any(Ownership(one).group is Group.CENTRAL for one in classes):
        return True
    return None if group == Group.UNKNOWN else False


# What a check-up asks for, by kind of project that answers it; the first that fits leads.
_ANSWERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("seismic_energy", frozenset({"structure"})),
    ("energy", frozenset({"energy", "envelope"})),
)
_SINGLE = {"pipes": "riser", "water": "riser", "gas": "utilities", "ageing": "ageing"}
_OUTSIDE = frozenset({"parking", "charging", "space", "waste", "walking", "eldercare", "childcare"})


def suggested(needs: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the kind of project that answers a check-up's needs, and the single items done along with it.

    Nothing but outside needs makes an environment project, one single need a single item, all else a comprehensive one.
    """
    asked = set(needs)
    items = tuple(dict.fromkeys(_SINGLE[need] for need in needs if need in _SINGLE))
    for kind, answers in _ANSWERS:
        if asked & answers:
            return kind, items
    if asked and asked <= _OUTSIDE:
        return "environment", ()
    if len(items) == 1 and asked <= set(_SINGLE):
        return items[0], ()
    return "comprehensive", items
