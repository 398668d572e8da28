"""Task 2: govern first, renovate after."""

from jiugai.domain.facts import Facts, GovernanceFacts, OpenProblem
from jiugai.domain.figures import ParameterSet, Value
from jiugai.domain.finding import Used
from jiugai.domain.five_types import Problem
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, months_after, project_of, several

SURVEY = "社区居委会用手机摸排五类问题并提交台账"


@rule(name="t02_1_surveyed", version=1, clauses=("T02-1",), title="五类问题已摸排")
def surveyed(facts: Facts, params: ParameterSet) -> Said:
    """Pass when each of the five types was surveyed and no inventory is too old."""
    governance = facts.governance
    if governance is None:
        return unknown("治理台账没有资料", SURVEY)
    types, age = figure(facts, params, "governance_problem_types"), figure(facts, params, "inventory_max_age_months")
    if types.whole != len(Problem):
        return unknown(
            f"参数要求 {types.text} 类问题，台账按 {len(Problem)} 类登记", "市住建部门核对问题类型", types.used
        )
    days = {kind: max(day for code, day in governance.surveyed if code == kind) for kind in _done(governance)}
    if any(day > facts.on for day in days.values()):
        return unknown("摸排日期晚于判定日期", "社区居委会核对手机时间并更正摸排日期")
    missing = [kind.label for kind in Problem if kind not in days]
    if missing:
        return fails(f"还没有摸排：{'、'.join(missing)}", SURVEY, types.used)
    first = min(days.values())
    if months_after(first, age.whole) < facts.on:
        return fails(f"最早的台账是{day_words(first)}的，已超过 {age.text} 个月", SURVEY, types.used, age.used)
    return passes(f"五类问题都已摸排，最早{day_words(first)}", types.used, age.used)


@rule(name="t02_5_illegal_structures", version=1, clauses=("T02-5",), title="影响改造的违法建设已拆除")
def illegal_structures(facts: Facts, params: ParameterSet) -> Said:
    """Fail while an illegal structure that affects the works stands; those that do not may stay for now."""
    governance = facts.governance
    if governance is None:
        return _no_inventory(Problem.ILLEGAL_STRUCTURE)
    found = _open(governance, Problem.ILLEGAL_STRUCTURE)
    blocking = [one for one in found if one.affects_works]
    unjudged = [one for one in found if one.affects_works is None]
    if blocking:
        return fails(
            f"影响改造的违法建设 {len(blocking)} 处未拆除：{_places(blocking)}",
            "街道依法拆除，登记拆除日期和照片后销号",
            Used("影响改造的违法建设", str(len(blocking)), "处"),
        )
    if unjudged:
        return unknown(
            f"{len(unjudged)} 处违法建设没有判断是否影响改造：{_places(unjudged)}",
            "街道会同设计单位在台账中判断是否影响改造",
        )
    if not _was_surveyed(governance, Problem.ILLEGAL_STRUCTURE):
        return _no_inventory(Problem.ILLEGAL_STRUCTURE)
    return passes("没有影响改造的违法建设", Used("不影响改造、仍在办理的违法建设", str(len(found)), "处"))


@rule(name="t02_8_stakes", version=1, clauses=("T02-8",), title="地桩地锁全部拆除")
def stakes(facts: Facts, params: ParameterSet) -> Said:
    """Pass when no stake or lock is left."""
    governance = facts.governance
    if governance is None:
        return _no_inventory(Problem.STAKE_LOCK)
    found = _open(governance, Problem.STAKE_LOCK)
    most = figure(facts, params, "stakes_left_max")
    left = sum(one.count_left for one in found if one.count_left is not None)
    if left > most.whole:
        return fails(
            f"还有 {left} 个地桩地锁未拆除：{_places(found)}",
            "社区组织拆除，拆一个登记一个",
            Used("剩余", str(left), "个"),
            most.used,
        )
    if any(one.count_left is None for one in found):
        return unknown("有地桩地锁没有登记剩余数量", "社区工作者到现场清点并登记", most.used)
    if not _was_surveyed(governance, Problem.STAKE_LOCK):
        return _no_inventory(Problem.STAKE_LOCK)
    return passes("地桩地锁已全部拆除", Used("剩余", str(left), "个"), most.used)


@rule(name="t02_9_openings_basements", version=1, clauses=("T02-9",), title="开墙打洞和地下空间违规使用已办结")
def openings_and_basements(facts: Facts, params: ParameterSet) -> Said:
    """Pass when every wall opening and misused basement is closed."""
    kinds = (Problem.WALL_OPENING, Problem.BASEMENT_MISUSE)
    most = figure(facts, params, "openings_basements_open_max")
    return _none_left(facts.governance, kinds, most, "街道按治理标准办结并复核销号")


@rule(name="t02_10_group_rental", version=1, clauses=("T02-10",), title="群租房动态清零")
def group_rental(facts: Facts, params: ParameterSet) -> Said:
    """Pass while no case of group rental is open; a new one shuts the gate again."""
    most = figure(facts, params, "group_rental_open_cases")
    return _none_left(facts.governance, (Problem.GROUP_RENTAL,), most, "街道清退后复核销号，再次发现要重新登记")


@rule(name="t02_7_no_guards_left", version=1, clauses=("T02-7",), title="外窗护栏已拆除")
def no_guards_left(facts: Facts, params: ParameterSet) -> Said:
    """Refuse facade works over window guards that are left, in projects that save energy."""
    saving = _saves_energy(facts)
    left = facts.governance.guards_left if facts.governance else None
    if saving is False:
        return exempt("本项目没有节能改造内容")
    if saving is None:
        return unknown("不知道项目是否含节能改造", "区住建部门在项目页登记改造类型")
    if left is None:
        return unknown("没有外窗护栏的逐户登记", "社区工作者逐户登记外窗护栏")
    most = figure(facts, params, "guards_left_max")
    if left > most.whole:
        return fails(
            f"还有 {left} 户外窗护栏没有拆除",
            "施工单位会同社区以自拆、帮拆、劝拆方式拆除后登记",
            Used("剩余", str(left), "户"),
            most.used,
        )
    return passes("影响改造的外窗护栏已全部拆除", Used("剩余", str(left), "户"), most.used)


def _saves_energy(facts: Facts) -> bool | None:
    """Answer for the project on site, where one is: another may be waiting beside it."""
    if facts.site is not None and facts.site.ref and facts.site.energy_saving is not None:
        return facts.site.energy_saving
    project = project_of(facts)
    return project.energy_saving if project else None


def _none_left(governance: GovernanceFacts | None, kinds: tuple[Problem, ...], most: Value, remedy: str) -> Said:
    if governance is None:
        return _no_inventory(*kinds)
    found = _open(governance, *kinds)
    label = "、".join(kind.label for kind in kinds)
    count = Used("未办结", str(len(found)), "处")
    if len(found) > most.whole:
        return fails(f"{label}还有 {len(found)} 处没有办结：{_places(found)}", remedy, count, most.used)
    unseen = [kind for kind in kinds if not _was_surveyed(governance, kind)]
    return _no_inventory(*unseen) if unseen else passes(f"{label}已全部办结", count, most.used)


def _open(governance: GovernanceFacts, *kinds: Problem) -> list[OpenProblem]:
    return [one for one in governance.open if one.kind in kinds]


def _done(governance: GovernanceFacts) -> list[Problem]:
    codes = {code for code, _ in governance.surveyed}
    return [kind for kind in Problem if kind in codes]


def _was_surveyed(governance: GovernanceFacts, kind: Problem) -> bool:
    return any(code == kind for code, _ in governance.surveyed)


def _no_inventory(*kinds: Problem) -> Said:
    return unknown(f"{'、'.join(kind.label for kind in kinds)}还没有摸排，不能认定已清零", SURVEY)


def _places(found: list[OpenProblem]) -> str:
    return several(sorted(one.place or one.ref for one in found))


RULES: tuple[Rule, ...] = (surveyed, illegal_structures, stakes, openings_and_basements, group_rental, no_guards_left)
