"""Approvals as tables and sums: routes, steps with owners and limits, elapsed and remaining days (T19-1…5, T19-11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from jiugai.domain.calendar import WorkCalendar
from jiugai.domain.clock import Pause
from jiugai.domain.figures import ParameterSet
from jiugai.domain.process import Unit


class Route(StrEnum):
    """How a project is approved."""

    GOVERNMENT = "government"
    FACILITY = "facility"
    LOW_RISK = "low_risk"
    SOCIAL = "social"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "government": "政府投资（不涉及新建、改建）",
            "facility": "新建、改扩建配套设施",
            "low_risk": "社会投资简易低风险",
            "social": "社会投资",
        }[self.value]

    @property
    def clause(self) -> str:
        """The obligation that describes it."""
        return {"government": "T19-3", "facility": "T19-1", "low_risk": "T19-2"}.get(self.value, "T19-4")

    @property
    def figure(self) -> str:
        """The figure that limits the whole; empty where the policy sets none."""
        return {"government": "approval_max", "low_risk": "low_risk_max"}.get(self.value, "")


ALL = frozenset(Route)
ORDINARY = ALL - {Route.LOW_RISK}


class Owner(StrEnum):
    """Which body decides a step; `names` are what such a body of a district is usually called."""

    DEV_REFORM = "dev_reform"
    FINANCE = "finance"
    PLANNING = "planning"
    HOUSING = "housing"
    UTILITY = "utility"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "dev_reform": "区发展改革部门",
            "finance": "区财政部门",
            "planning": "规划自然资源分局",
            "housing": "区住房城乡建设部门",
            "utility": "红线外专业公司",
        }[self.value]

    @property
    def names(self) -> tuple[str, ...]:
        """Parts of the names of such bodies."""
        return {
            "dev_reform": ("发展改革", "发改"),
            "finance": ("财政",),
            "planning": ("规划自然资源", "规自"),
            "housing": ("住房城",),
        }.get(self.value, ())


@dataclass(frozen=True)
class Step:
    """A step: who decides it, which figure limits it, which steps must be done before, on which routes it is taken."""

    code: str
    label: str
    owner: Owner
    figure: str
    after: tuple[str, ...]
    clause: str
    routes: frozenset[Route] = ORDINARY


STEPS: tuple[Step, ...] = (
    Step("initiation", "立项审批", Owner.DEV_REFORM, "step_initiation_max", (), "T19-11",
         frozenset({Route.GOVERNMENT, Route.FACILITY})),
    Step("planning", "规划意见（设计方案审查）", Owner.PLANNING, "step_planning_max", (), "T19-4"),
    Step("outside", "红线外管线接入", Owner.UTILITY, "step_outside_max", (), "T19-4"),
    Step("facility", "配套设施规划许可", Owner.PLANNING, "step_facility_max", ("planning",), "T19-1",
         frozenset({Route.FACILITY})),
    Step("budget", "初步设计概算审批", Owner.DEV_REFORM, "step_budget_max", ("initiation", "planning"), "T19-11",
         frozenset({Route.GOVERNMENT, Route.FACILITY})),
    Step("finance", "财政评审", Owner.FINANCE, "step_finance_max", ("budget",), "T19-11",
         frozenset({Route.GOVERNMENT, Route.FACILITY})),
    Step("joint", "规划许可和施工图联合办理", Owner.PLANNING, "step_joint_max", (), "T19-2",
         frozenset({Route.LOW_RISK})),
    Step("permit", "施工许可", Owner.HOUSING, "step_permit_max", ("planning", "facility", "finance", "joint"), "T19-5",
         ALL),
)  # fmt: skip


class UnknownStep(LookupError):
    """No step has this code."""


def step_of(code: str) -> Step:
    """Return a step by its code. Raises UnknownStep."""
    for step in STEPS:
        if step.code == code:
            return step
    raise UnknownStep(code)


@cache
def steps_of(route: Route) -> tuple[Step, ...]:
    """Return the steps of a route in their order."""
    return tuple(step for step in STEPS if route in step.routes)


@cache
def before(step: Step, route: Route) -> tuple[str, ...]:
    """Return the codes of the steps that must be done first on a route."""
    taken = {one.code for one in steps_of(route)}
    return tuple(code for code in step.after if code in taken)


def ready(route: Route, done: Iterable[str], begun: Iterable[str]) -> tuple[Step, ...]:
    """Return the steps that can begin now: not begun, and all before them done."""
    finished, started = set(done), set(begun)
    return tuple(step for step in steps_of(route) if step.code not in started and set(before(step, route)) <= finished)


@dataclass(frozen=True)
class Asked:
    """What decides the route of a project."""

    government: bool
    new_building: bool
    area_m2: int | None = None
    storeys_most: int | None = None


def route_of(asked: Asked, params: ParameterSet, on: date) -> Route:
    """Return the route (T19-1…3). Social low-risk works (T19-2) are small and low by settings; unknown is not low."""
    if asked.new_building and asked.government:
        return Route.FACILITY
    if asked.government:
        return Route.GOVERNMENT
    return Route.LOW_RISK if is_low_risk(asked, params, on) else Route.FACILITY if asked.new_building else Route.SOCIAL


def is_low_risk(asked: Asked, params: ParameterSet, on: date) -> bool:
    """Tell whether works are simple and low-risk: social investment, area and storeys within the settings."""
    area, storeys = params.value("low_risk_area_max", on), params.value("low_risk_storeys_max", on)
    if asked.government or asked.area_m2 is None or asked.storeys_most is None or area is None or storeys is None:
        return False
    return asked.area_m2 <= area.number and asked.storeys_most <= storeys.number


@dataclass(frozen=True)
class Run:
    """A step that was begun: its days, its stops, its limit. `ended` is None while it runs."""

    step: str
    began: date
    ended: date | None
    pauses: tuple[Pause, ...] = ()
    due_on: date | None = None


def elapsed(run: Run, today: date, unit: Unit, calendar: WorkCalendar) -> int:
    """Count the days a step has taken so far, stops left out; the first day is not counted (Civil Code art. 201)."""
    return sum(not stopped(run, day) for day in _days(run.began, run.ended or today, unit, calendar))


def overall(runs: Sequence[Run], started: date, until: date, unit: Unit, calendar: WorkCalendar) -> int:
    """Count the days all steps together have taken: each day once, without those on which all stood still."""
    return sum(not _all_stopped(runs, day) for day in _days(started, until, unit, calendar))


def stopped(run: Run, day: date) -> bool:
    """Tell whether a step's clock stood still on a day."""
    return any(pause.start <= day and (pause.end is None or day < pause.end) for pause in run.pauses)


def _all_stopped(runs: Sequence[Run], day: date) -> bool:
    """Tell whether some step was open on a day and all open ones stood still."""
    open_then = [run for run in runs if run.began < day and (run.ended is None or day <= run.ended)]
    return bool(open_then) and all(stopped(run, day) for run in open_then)


def _days(start: date, end: date, unit: Unit, calendar: WorkCalendar) -> Iterable[date]:
    """Yield the counted days after `start` up to and including `end`."""
    for offset in range(1, (end - start).days + 1):
        day = start + timedelta(days=offset)
        if unit is Unit.CALENDAR or calendar.is_workday(day):
            yield day


@dataclass(frozen=True)
class Standing:
    """How a case stands: days used, the limit, what is left, the least the rest takes by its limits, a warning."""

    used: int
    limit: int | None
    left: int | None
    rest: int
    warning: str


def standing(used: int, limit: int | None, rest: int, *, finished: bool) -> Standing:
    """Say how a case stands (T19-4): late, running out, or on its way, from days used and the limits of the rest."""
    if limit is None:
        return Standing(used, None, None, rest, "")
    left = limit - used
    if finished:
        return Standing(used, limit, left, 0, "" if left >= 0 else "late")
    if left < 0:
        return Standing(used, limit, left, rest, "late")
    return Standing(used, limit, left, rest, "tight" if rest > left else "")


def longest(route: Route, limits: Mapping[str, int], done: Iterable[str], running: Mapping[str, int]) -> int:
    """Return the days the rest takes along its longest chain: `limits` of steps to come, `running` what is left."""
    finished, ends = set(done), dict[str, int]()
    for step in steps_of(route):
        if step.code in finished:
            ends[step.code] = 0
            continue
        start = max((ends.get(code, 0) for code in before(step, route)), default=0)
        ends[step.code] = start + running.get(step.code, limits.get(step.code, 0))
    return max(ends.values(), default=0)
