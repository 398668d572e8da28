"""Task 3: plan management; what the pool asks of a check-up, and the plan of a batch and of the year's quota."""

from datetime import date

from jiugai.domain.facts import CheckupFacts, Facts, PlanFacts, YearMoney
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.planning.quota import Share, is_basic
from jiugai.domain.projects import kind_of
from jiugai.domain.rules.rule import RECORDS_KEPT, Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, money_words, months_after, project_of, several, wan_up, wan_words

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


PLANNED = ("in_plan", "on_site", "completed", "reviewed", "handed_over")


@rule(name="t03_6_in_plan", version=1, clauses=("T03-6",), title="已列入实施计划", since=RECORDS_KEPT)
def in_plan(facts: Facts, params: ParameterSet) -> Said:
    """Let only what stands in the implementation plan begin."""
    project = project_of(facts)
    if project is None:
        return unknown("没有改造项目的资料", "街道提出改造项目，入库后由区里申报列入计划")
    if project.state in PLANNED:
        return passes(f"项目 {project.ref} 已列入实施计划")
    return fails(f"项目 {project.ref} 没有列入实施计划，不能开工", APPLY)


APPLY = "区住建部门把项目列入计划批次，提交市级确认"


@rule(name="t03_6_applied_in_batch", version=1, clauses=("T03-6",), title="区级分批申报")
def applied_in_batch(facts: Facts, params: ParameterSet) -> Said:
    """Pass while the district's application lies with the city, or once the city has confirmed it."""
    plan = facts.plan
    if plan is None:
        return unknown("没有计划申报的资料", APPLY)
    if not plan.batch:
        return fails("区里还没有申报列入计划", APPLY)
    number = Used("批次", plan.batch)
    if plan.item_state == "confirmed":
        return passes(f"批次 {plan.batch} 已经市级确认", number)
    if plan.batch_stage == "draft":
        return fails(f"批次 {plan.batch} 还没有报到市里", "区住建部门提交这一批", number)
    if plan.item_state == "questioned" or plan.batch_stage == "returned":
        return fails(f"批次 {plan.batch} 退回答复，还没有再报", "区住建部门答复后再报", number)
    if plan.batch_stage == "at_city" and plan.item_state in ("applied", "answered"):
        return passes(f"区里已在批次 {plan.batch} 申报", number)
    return fails(f"批次 {plan.batch} 已经办结，没有确认这个项目", APPLY, number)


ENTER = "区住建部门在“计划资料”补登资金"
LIMITS = "区里在“计划条件”登记区级资金，市级补助额度由市里登记"
MONEY = {"district_money": ("区级资金", "区级资金"), "city_money": ("市级补助额度", "市级补助")}
"""Each kind of money as a limit, and as a figure of a project."""


@rule(name="t03_5_money_enough", version=1, clauses=("T03-5",), title="年度资金够用")
def money_enough(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the project's money fits into each of its years, beside the plan, other batches and its own batch."""
    plan = facts.plan
    if plan is None or not plan.money:
        return unknown("没有申报年度和工期，不能核对年度资金", APPLY)
    spent = [row for row in plan.money if row.own_fen != 0]
    if not spent:
        return passes("项目不用区级资金和市级补助")
    return _too_dear(spent) or _not_priced(spent) or _not_limited(spent) or _afforded(spent)


def _too_dear(rows: list[YearMoney]) -> Said | None:
    over = [row for row in rows if row.limit_fen is not None and row.used_fen > row.limit_fen]
    if not over:
        return None
    says = "；".join(
        f"{_label(row)}超出 {wan_up(row.used_fen - (row.limit_fen or 0))} 万元：{_sums(row)}" for row in over
    )
    return fails(says, "区里推迟开工或撤下项目；资金增加了的，先在“计划条件”登记", *_numbers(over))


def _not_priced(rows: list[YearMoney]) -> Said | None:
    lacking: dict[str, dict[str, None]] = {}
    for row in rows:
        for name in row.lacking or (("本项目",) if row.own_fen is None else ()):
            lacking.setdefault(name, {})[MONEY[row.kind][1]] = None
    if not lacking:
        return None
    names = several([f"{name}（{'、'.join(kinds)}）" for name, kinds in lacking.items()], unit="个项目")
    return unknown(f"有项目没有登记资金，不能核对年度资金：{names}", ENTER)


def _not_limited(rows: list[YearMoney]) -> Said | None:
    free = [_label(row) for row in rows if row.limit_fen is None]
    return unknown(f"{several(free, unit='项')}没有登记上限，不能核对年度资金", LIMITS) if free else None


def _afforded(rows: list[YearMoney]) -> Said:
    words = "、".join(f"{_label(row)}还余 {wan_words((row.limit_fen or 0) - row.used_fen)} 万元" for row in rows)
    return passes(words, *_numbers(rows))


def _label(row: YearMoney) -> str:
    return f"{row.year}年{MONEY[row.kind][0]}"


def _sums(row: YearMoney) -> str:
    return money_words(row.planned_fen, row.waiting_fen, row.asked_fen, row.limit_fen)


def _numbers(rows: list[YearMoney]) -> list[Used]:
    return [
        used
        for row in rows
        for used in (
            Used(f"{_label(row)}合计", wan_words(row.used_fen), "万元"),
            Used(f"{_label(row)}上限", wan_words(row.limit_fen or 0), "万元"),
        )
    ]


@rule(name="t03_10_quota", version=1, clauses=("T03-9", "T03-10"), title="抗震、节能综合改造占比")
def quota(facts: Facts, params: ParameterSet) -> Said:
    """Refuse a basic-class project without seismic or energy works that leaves its year short of the share."""
    project, plan = project_of(facts), facts.plan
    if project is None or plan is None or plan.year is None:
        return unknown("没有申报年度，不能计算占比", APPLY)
    share = Share(plan.basic_m2, plan.saving_m2, plan.basic, plan.saving, plan.unmeasured)
    if plan.unmeasured:
        return unknown(f"{plan.year}年有 {plan.unmeasured} 个基础类项目没有建筑面积，不能计算占比", "区里补登建筑面积")
    if not share.basic_m2:
        return exempt(f"{plan.year}年没有基础类改造项目")
    return _share_said(facts, params, share, plan, project.kind)


def _share_said(facts: Facts, params: ParameterSet, share: Share, plan: PlanFacts, kind: str) -> Said:
    least = figure(facts, params, "seismic_energy_min_share")
    numbers = (
        Used("抗震节能面积", str(share.saving_m2), "平方米"), Used("基础类面积", str(share.basic_m2), "平方米"),
        Used("抗震节能项目", str(share.saving), "个"), Used("基础类项目", str(share.basic), "个"), least.used,
    )  # fmt: skip
    also = f"（含别的批次已报市里、还没有确认的 {plan.waiting} 个，{plan.waiting_m2} 平方米）" if plan.waiting else ""
    words = f"{plan.year}年抗震、节能占基础类面积 {share.words}{also}"
    if share.enough(least):
        return passes(f"{words}，不低于 {least.text}", *numbers)
    lacking = f"{words}，低于 {least.text}，还差 {share.shortfall_m2(least)} 平方米"
    if not is_basic(kind) or kind_of(kind).energy_saving:
        return passes(f"{lacking}；这个项目不降低占比", *numbers)
    return fails(lacking, "区里增报抗震、节能综合改造项目，或把这个项目放到别的年度", *numbers)


RULES: tuple[Rule, ...] = (checkup_on_file, in_plan, applied_in_batch, money_enough, quota)
