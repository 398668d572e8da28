"""Task 32: centrally owned communities stand in both plans."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.projects import is_central
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, passes, rule, unknown
from jiugai.domain.rules.words import project_of


@rule(name="t32_9_dual_inclusion", version=1, clauses=("T32-9",), title="央产小区双纳入")
def dual_inclusion(facts: Facts, params: ParameterSet) -> Said:
    """Ask of central property that it stands in the city's plan and in the central bodies' plan."""
    register = facts.register
    central = is_central(register.ownership_group, register.ownership_classes) if register else None
    if central is None:
        return unknown("产权性质待核实，不知道是否央产", "街道核实产权单位和产权性质")
    if not central:
        return exempt("不是央产小区")
    project = project_of(facts)
    both = project.dual_inclusion if project else None
    if both is None:
        return unknown("没有登记是否“双纳入”", "区住建部门在项目页登记两个计划的文号")
    if not both:
        return fails("央产小区没有同时纳入市级计划和央产计划", "区住建部门商产权单位纳入两个计划")
    return passes("已纳入市级计划和央产计划")


RULES: tuple[Rule, ...] = (dual_inclusion,)
