"""Task 3: plan management; what the pool asks of a check-up, and the yearly share of seismic and energy projects."""

from datetime import date

from jiugai.domain.facts import CheckupFacts, Facts, PlanFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.quota import AREA, PROJECTS, Quota
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, months_after

CHECK_UP = "街道组织社区体检，逐栋提交后生成体检结论"


@rule(name="t03_1_checkup_on_file", version=1, clauses=("T03-1",), title="体检在档")
def checkup_on_file(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the last finished check-up covers enough buildings and is not too old."""
    checkup = facts.checkup
    if checkup is None:
        return unknown("没有体检资料", CHECK_UP)
    if checkup.finished_on is None and not checkup.ref:
        return fails("还没有完成的体检", CHECK_UP)
    if checkup.finished_on is None or checkup.finished_on > facts.on:
        return unknown("体检没有可信的完成日期", "街道核对体检的完成日期")
    return _covered(facts, params, checkup) or _fresh(facts, params, checkup.finished_on, checkup.buildings_done)


def _covered(facts: Facts, params: ParameterSet, checkup: CheckupFacts) -> Said | None:
    if not checkup.buildings_all:
        return unknown("小区楼栋没有登记，不知道体检是否覆盖全部楼栋", "街道补登小区楼栋")
    share = figure(facts, params, "checkup_buildings_min_share")
    if share.reached(checkup.buildings_done, checkup.buildings_all):
        return None
    return fails(
        f"体检只做了 {checkup.buildings_done} 栋，小区共 {checkup.buildings_all} 栋",
        "社区补做其余楼栋的体检",
        Used("已体检", str(checkup.buildings_done), "栋"),
        Used("全部", str(checkup.buildings_all), "栋"),
        share.used,
    )


def _fresh(facts: Facts, params: ParameterSet, finished: date, buildings: int) -> Said:
    age = figure(facts, params, "checkup_max_age_months")
    day, numbers = day_words(finished), (Used("体检完成", str(finished)), age.used)
    if months_after(finished, age.whole) < facts.on:
        return fails(f"最近的体检{day}完成，已超过 {age.text} 个月", "街道重新组织体检", *numbers)
    return passes(f"体检{day}完成，覆盖 {buildings} 栋", *numbers)


@rule(name="t03_10_quota", version=1, clauses=("T03-9", "T03-10"), title="抗震节能占比")
def quota(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the year's plan with this project keeps the share, or when the project itself adds to it."""
    plan = facts.plan
    if plan is None or plan.year is None or plan.basic is None or plan.saving is None:
        return unknown("不知道计划哪一年开工，不能计算当年占比", "区住建部门在项目页登记计划开工日期")
    if not plan.basic:
        return exempt(f"不计入 {plan.year} 年基础类改造总量")
    if plan.saving:
        return passes(f"抗震节能综合改造，计入 {plan.year} 年占比", *_both(plan))
    base = str(figure(facts, params, "quota_base").value)
    if base not in (AREA, PROJECTS):
        return unknown(f"占比的计算口径“{base}”读不懂", "市住建部门在“参数”页填面积或项目数")
    if base == AREA and plan.without_area:
        return unknown(f"{plan.year} 年有 {plan.without_area} 个基础类项目没有改造面积", "补登改造面积", *_both(plan))
    return _share(facts, params, plan, base)


def _share(facts: Facts, params: ParameterSet, plan: PlanFacts, base: str) -> Said:
    least, found = figure(facts, params, "seismic_energy_min_share"), _quota(plan)
    used = (*_both(plan), least.used)
    if found.reached(least, base):
        return passes(f"{plan.year} 年抗震节能占 {found.words(base)}，不低于 {least.text}", *used)
    unit = "㎡" if base == AREA else "个"
    says = (
        f"列入后 {plan.year} 年抗震节能占 {found.words(base)}，低于 {least.text}，"
        f"还差 {found.shortfall(least, base):,} {unit}"
    )
    if figure(facts, params, "quota_shortfall_action").value == "提醒":
        return passes(f"提醒：{says}", *used)
    return fails(says, "先列入抗震、节能综合改造项目补足差额，或调整开工年度", *used)


def _quota(plan: PlanFacts) -> Quota:
    return Quota(plan.basic_m2, plan.saving_m2, plan.basic_projects, plan.saving_projects)


def _both(plan: PlanFacts) -> tuple[Used, ...]:
    found = _quota(plan)
    return (Used("按面积", found.words(AREA)), Used("按项目数", found.words(PROJECTS)))


RULES: tuple[Rule, ...] = (checkup_on_file, quota)
