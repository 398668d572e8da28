"""Task 15: riser pipes inside the building."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules import proofs
from jiugai.domain.rules.rule import Rule, Said, exempt, rule, unknown
from jiugai.domain.rules.words import project_of

RISER = "riser"


@rule(name="t15_4_temporary_water", version=1, clauses=("T15-4",), title="临时供水、排水措施")
def temporary_water(facts: Facts, params: ParameterSet) -> Said:
    """Ask for temporary water and drains where riser pipes are renewed."""
    project = project_of(facts)
    if project is None or not project.kind:
        return unknown("不知道项目是否改造楼内上下水管线", "区住建部门在项目页登记改造类型和单项")
    if project.kind == RISER or RISER in (project.items or ()):
        return proofs.proved(facts, "temporary_water", "施工单位在施工方案中明确临时供水、排水措施，实施主体登记")
    if project.items is None:
        return unknown("不知道项目是否改造楼内上下水管线", "区住建部门在项目页登记单项改造内容")
    return exempt("本项目不改造楼内上下水管线")


RULES: tuple[Rule, ...] = (temporary_water,)
