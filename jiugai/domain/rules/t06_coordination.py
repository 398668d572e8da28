"""Task 6: the housing department leads every project."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules.rule import Rule, Said, fails, passes, rule, unknown
from jiugai.domain.rules.words import project_of


@rule(name="t06_2_housing_leads", version=1, clauses=("T06-2",), title="住建部门牵头")
def housing_leads(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the lead body of the project is the district's housing department."""
    project = project_of(facts)
    if project is None:
        return unknown("还没有提出改造项目", "街道提出改造项目，区住建部门牵头")
    if project.lead_is_housing is None:
        return unknown("项目没有登记牵头单位", "区住建部门在项目页登记牵头单位")
    if not project.lead_is_housing:
        return fails(f"项目由{project.lead or '其他单位'}牵头", "改由区住房城乡建设部门牵头统筹")
    return passes(f"{project.lead or '区住房城乡建设部门'}牵头")


RULES: tuple[Rule, ...] = (housing_leads,)
