"""Task 30: the owners' pledge to rebuild or continue the maintenance fund."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.pledge import M2
from jiugai.domain.rules.rule import Rule, Said, fails, figure, passes, rule, unknown

COLLECT = "社区逐户征集维修资金补建、续筹承诺并登记"


@rule(name="t30_1_pledge", version=1, clauses=("T30-1",), title="维修资金承诺")
def pledge(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the households that pledged reach both shares, by heads and by area, in exact numbers."""
    found = facts.project.pledge if facts.project else None
    if found is None:
        return unknown("没有维修资金补建、续筹承诺的记录", COLLECT)
    if not found.households_all or not found.area_all_cm2:
        return unknown("小区总户数或总建筑面积待核实，不能计算承诺比例", "街道补登总户数和总建筑面积")
    if found.households_pledged > found.households_all or found.area_pledged_cm2 > found.area_all_cm2:
        return unknown("承诺的户数或面积多于小区总数，资料有矛盾", "街道核对总户数、总建筑面积和承诺记录")
    heads, area = figure(facts, params, "pledge_min_share_heads"), figure(facts, params, "pledge_min_share_area")
    pledged, whole = _m2(found.area_pledged_cm2), _m2(found.area_all_cm2)
    words = f"承诺 {found.households_pledged}/{found.households_all} 户，{pledged}/{whole} 平方米"
    numbers = (
        Used("承诺户数", str(found.households_pledged), "户"),
        Used("总户数", str(found.households_all), "户"),
        Used("承诺面积", pledged, "平方米"),
        Used("总面积", whole, "平方米"),
        heads.used,
        area.used,
    )
    by_heads = heads.reached(found.households_pledged, found.households_all)
    by_area = area.reached(found.area_pledged_cm2, found.area_all_cm2)
    if by_heads and by_area:
        return passes(f"{words}，达到 {heads.text} 和 {area.text}", *numbers)
    short = "、".join(name for name, enough in (("户数", by_heads), ("面积", by_area)) if not enough)
    return fails(f"{words}，{short}没有达到 {heads.text}（户数）、{area.text}（面积）", COLLECT, *numbers)


def _m2(cm2: int) -> str:
    """Write an area in m² with at most two places, cut and not rounded up."""
    hundredths = cm2 * 100 // M2
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")


RULES: tuple[Rule, ...] = (pledge,)
