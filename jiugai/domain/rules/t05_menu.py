"""Task 5: the menu of a project, its order, and the bottom lines."""

from fractions import Fraction
from itertools import pairwise

from jiugai.domain.facts import Facts, MenuFacts, MenuLine
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, percent_words, several

COMPILE = "区住建部门在项目页“改造菜单”里按体检问题生成菜单并选定内容"
ORDER = "在改造菜单里按建议顺序重排，或写明不做的理由"
TOUCHED = {"old_building": "拆除老建筑", "old_tree": "砍伐老树", "both": "拆除老建筑、砍伐老树"}


@rule(name="t05_5_basic_first", version=1, clauses=("T05-5",), title="基础类优先")
def basic_first(facts: Facts, params: ParameterSet) -> Said:
    """Pass when energy saving and hazardous pipes that the check-up asks for are in the menu, before the rest."""
    menu = _menu(facts)
    if menu is None:
        return unknown("还没有改造菜单", COMPILE)
    if not any(line.chosen for line in menu.lines):
        return fails("改造菜单里没有选定的内容", COMPILE)
    basic = _of(menu, "basic")
    return _left_out(basic) or _behind(basic) or passes(f"基础类选定 {_chosen(basic)} 项，重点内容在前")


@rule(name="t05_8_improvement_first", version=1, clauses=("T05-8", "T05-9"), title="完善类优先")
def improvement_first(facts: Facts, params: ParameterSet) -> Said:
    """Pass when risers, lifts, e-bike charging and fire facilities lead the class, each with residents' demand."""
    menu = _menu(facts)
    if menu is None:
        return unknown("还没有改造菜单", COMPILE)
    lines = _of(menu, "improvement")
    if not lines:
        return exempt("没有完善类内容")
    shut = _left_out(lines) or _behind(lines)
    if shut is not None:
        return shut
    silent = [line.label for line in lines if line.chosen and line.leads and line.asked is None]
    if silent:
        return unknown(f"{several(silent)}没有登记居民需求", "社区登记问了多少户、多少户要做")
    return _by_demand(lines) or passes(f"完善类选定 {_chosen(lines)} 项，重点内容在前")


@rule(name="t05_6_old_kept", version=1, clauses=("T05-6",), title="老建筑和老树")
def old_kept(facts: Facts, params: ParameterSet) -> Said:
    """Pass when no chosen item demolishes an old building or fells an old tree without authority."""
    menu = _menu(facts)
    if menu is None:
        return unknown("还没有改造菜单", COMPILE)
    touching = [line for line in menu.lines if line.chosen and line.touches]
    bare = [line for line in touching if not line.authority.strip() or line.authority_on is None]
    if bare:
        return fails(f"{_touch_words(bare)}，没有批准文件", "去掉这项内容，或报规划、园林绿化部门批准后登记文号")
    late = [line for line in touching if line.authority_on is not None and line.authority_on > facts.on]
    if late:
        return unknown(f"{_touch_words(late)}，批准日期在今天以后", "核对批准文件的日期")
    if menu.checked_on is None or menu.checked_on > facts.on:
        return unknown("还没有核对是否拆除老建筑、砍伐老树", "实施主体会同责任规划师现场核对后在改造菜单里登记")
    if touching:
        return passes(f"{_touch_words(touching)}，已有批准：{several([line.authority for line in touching])}")
    return passes(f"{day_words(menu.checked_on)}核对，不拆老建筑、不砍老树")


@rule(name="t05_7_greening_kept", version=1, clauses=("T05-7",), title="绿化率不降低")
def greening_kept(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the greening rate of the scheme is not lower than the present one."""
    menu = _menu(facts)
    if menu is None:
        return unknown("还没有改造菜单", COMPILE)
    before = _rate(menu.green_before_cm2, menu.site_before_cm2)
    after = _rate(menu.green_after_cm2, menu.site_after_cm2)
    if before is None or after is None:
        return unknown("改造前后的绿地和用地面积没有填全", "设计单位测算后在改造菜单里登记")
    least = figure(facts, params, "greening_rate_change_min")
    used = (Used("改造前", percent_words(before)), Used("改造后", percent_words(after)), least.used)
    if (after - before) * 100 < least.number:
        needs = _needed(before, least.number, menu.site_after_cm2 or 0) - (menu.green_after_cm2 or 0)
        return fails(
            f"绿化率从 {percent_words(before)} 降到 {percent_words(after)}",
            f"方案里至少再增加绿地 {-(-needs // 10_000)} ㎡",
            *used,
        )
    return passes(f"绿化率改造前 {percent_words(before)}，改造后 {percent_words(after)}", *used)


@rule(name="t05_10_sheds_ready", version=1, clauses=("T05-10",), title="自行车棚预留充电条件")
def sheds_ready(facts: Facts, params: ParameterSet) -> Said:
    """Pass when every bicycle shed that meets the fire rules reserves conditions for charging piles."""
    menu = _menu(facts)
    if menu is None:
        return unknown("还没有改造菜单", COMPILE)
    fine, ready = menu.sheds_fire_ok, menu.sheds_ready
    if fine is None or ready is None:
        return unknown("符合消防要求的自行车棚没有清点", "社区清点后在改造菜单里登记，没有的填 0")
    if fine == 0:
        return exempt("没有符合消防要求的自行车棚")
    used = (Used("符合消防要求", str(fine), "处"), Used("预留条件", str(ready), "处"))
    if ready < fine:
        return fails(f"{fine} 处符合消防要求的自行车棚只有 {ready} 处预留充电条件", "方案补上预留的电源和位置", *used)
    return passes(f"{fine} 处符合消防要求的自行车棚都预留充电条件", *used)


def _menu(facts: Facts) -> MenuFacts | None:
    return facts.menu if facts.menu and facts.menu.ref else None


def _of(menu: MenuFacts, cls: str) -> list[MenuLine]:
    return [line for line in menu.lines if line.cls == cls]


def _chosen(lines: list[MenuLine]) -> int:
    return sum(line.chosen for line in lines)


def _left_out(lines: list[MenuLine]) -> Said | None:
    """Shut for leading items that are not done and nobody said why."""
    missing = [line.label for line in lines if line.leads and not line.chosen and not line.reason.strip()]
    return fails(f"{several(missing)}是重点内容，没有列入，也没有写理由", ORDER) if missing else None


def _behind(lines: list[MenuLine]) -> Said | None:
    """Shut for a leading item that stands behind one that does not lead."""
    chosen = [line for line in lines if line.chosen]
    first = next((n for n, line in enumerate(chosen) if not line.leads), len(chosen))
    late = [line.label for line in chosen[first:] if line.leads]
    return fails(f"{several(late)}是重点内容，排在{chosen[first].label}后面", ORDER) if late else None


def _by_demand(lines: list[MenuLine]) -> Said | None:
    """Shut when of two leading items the one that fewer residents want stands first."""
    leading = [line for line in lines if line.chosen and line.leads]
    for one, after in pairwise(leading):
        if _share(after) > _share(one):
            return fails(f"{after.label}的居民需求比{one.label}强，却排在后面", ORDER, *_demand(one), *_demand(after))
    return None


def _share(line: MenuLine) -> Fraction:
    return Fraction(line.asking or 0, line.asked) if line.asked else Fraction(0)


def _demand(line: MenuLine) -> tuple[Used, ...]:
    return (Used(f"{line.label}要做", f"{line.asking or 0} / {line.asked}", "户"),)


def _touch_words(lines: list[MenuLine]) -> str:
    return several([f"{line.label}涉及{TOUCHED[line.touches]}" for line in lines])


def _rate(green: int | None, site: int | None) -> Fraction | None:
    return Fraction(green, site) if green is not None and site and 0 <= green <= site else None


def _needed(before: Fraction, points: Fraction, site: int) -> int:
    """Return the green area in cm² that keeps the rate, rounded up."""
    whole = (before + points / 100) * site
    return -(-whole.numerator // whole.denominator)


RULES: tuple[Rule, ...] = (basic_first, improvement_first, old_kept, greening_kept, sheds_ready)
