"""Task 15: riser pipes inside the building."""

from datetime import date, timedelta

from jiugai.domain.facts import Facts, RiserFact
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules import proofs
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, passes, rule, unknown
from jiugai.domain.rules.words import day_words, project_of, several

RISER = "riser"
RECORDS_FROM = date(2026, 11, 23)
"""The day from which the platform keeps temporary water riser by riser."""


@rule(
    name="t15_4_temporary_water",
    version=1,
    clauses=("T15-4",),
    title="临时供水、排水措施",
    until=RECORDS_FROM - timedelta(days=1),
)
def temporary_water_by_document(facts: Facts, params: ParameterSet) -> Said:
    """Ask for temporary water and drains where riser pipes are renewed."""
    project = project_of(facts)
    if project is None or not project.kind:
        return unknown("不知道项目是否改造楼内上下水管线", "区住建部门在项目页登记改造类型和单项")
    if project.kind == RISER or RISER in (project.items or ()):
        return proofs.proved(facts, "temporary_water", "施工单位在施工方案中明确临时供水、排水措施，实施主体登记")
    if project.items is None:
        return unknown("不知道项目是否改造楼内上下水管线", "区住建部门在项目页登记单项改造内容")
    return exempt("本项目不改造楼内上下水管线")


@rule(name="t15_4_temporary_water", version=2, clauses=("T15-4",), title="临时供水、排水措施", since=RECORDS_FROM)
def temporary_water(facts: Facts, params: ParameterSet) -> Said:
    """Ask for temporary water and drains at every riser applied for; without applications the document counts."""
    risers = facts.pipes.risers if facts.pipes else None
    if not risers:
        return temporary_water_by_document.body(facts, params)
    bare = [f"{one.place}{_lack(one)}" for one in risers if _lack(one)]
    if bare:
        return fails(
            f"临时供水、排水没有安排好：{several(bare)}", "施工单位在申请里登记临时供水、排水措施，盖住整个施工期"
        )
    return passes(f"{len(risers)} 处立管都有临时供水、排水", Used("立管", str(len(risers)), "处"))


def _lack(one: RiserFact) -> str:
    """Say what is missing for one riser; empty when its water lasts from before the works on."""
    if one.water_from is None or one.water_until is None:
        return "（没有登记）"
    if one.works_from is not None and one.water_from > one.works_from:
        return f"（{day_words(one.water_from)}才启用，晚于开工）"
    return ""


RULES: tuple[Rule, ...] = (temporary_water_by_document, temporary_water)
