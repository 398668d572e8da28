"""Task 22: which fire protection standard counts at completion."""

from jiugai.domain.facts import Facts, SiteFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown

RECORD = "实施主体在项目的验收页登记采用的消防技术标准"
CURRENT = "改按现行国家工程建设消防技术标准设计和验收"


@rule(name="t22_3_current_fire_standard", version=1, clauses=("T22-3",), title="执行现行消防技术标准")
def current_standard(facts: Facts, params: ParameterSet) -> Said:
    """Ask for the current standard; works that keep the use may fall back on the one in force when built (T22-4)."""
    site = _recorded(facts)
    if site is None:
        return unknown("没有登记采用的消防技术标准", RECORD)
    if site.fire == "current":
        return passes("按现行国家工程建设消防技术标准设计和验收")
    if site.fire_keeps_use is None:
        return unknown("不知道改造是否改变使用功能", RECORD)
    if not site.fire_keeps_use:
        return fails("改变了使用功能，却没有执行现行消防技术标准", CURRENT)
    return exempt("不改变使用功能且登记为确有困难，按建成时标准核对（T22-4）")


@rule(name="t22_4_floor_with_difficulty", version=1, clauses=("T22-4",), title="建成时消防标准须有困难记录")
def floor_with_difficulty(facts: Facts, params: ParameterSet) -> Said:
    """Take the standard of the time of building as the floor only with a recorded difficulty and its document."""
    site = _recorded(facts)
    if site is None:
        return unknown("没有登记采用的消防技术标准", RECORD)
    if site.fire == "current":
        return exempt("已执行现行标准，不降低要求")
    floor = figure(facts, params, "fire_standard_floor")
    if not site.fire_keeps_use:
        return fails("改变使用功能的改造不能按建成时标准", CURRENT, floor.used)
    if not site.fire_difficulty:
        return fails("按建成时标准设计，却没有登记确有困难的理由", "设计单位写明困难，实施主体登记", floor.used)
    if not site.fire_reference:
        return fails("确有困难的理由没有论证材料", "实施主体登记论证意见的文号", floor.used)
    if not site.fire_floor or site.fire_floor_doubt:
        why = site.fire_floor_doubt or "建成时的标准待核实"
        return unknown(f"建成时的消防技术标准没有核定：{why}", "社区在楼栋档案里核实建成年份和层数", floor.used)
    return passes(f"确有困难（{site.fire_reference}），不低于建成时的{site.fire_floor}", floor.used)


def _recorded(facts: Facts) -> SiteFacts | None:
    """Return the facts of the project on site when a standard is recorded, else None."""
    site = facts.site
    return site if site is not None and site.ref and site.fire in ("current", "as_built") else None


RULES: tuple[Rule, ...] = (current_standard, floor_with_difficulty)
