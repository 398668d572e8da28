"""Task 11: works for the elderly and the disabled have a design of their own."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules import opinions, proofs
from jiugai.domain.rules.rule import Rule, Said, rule


@rule(name="t11_1_special_design", version=1, clauses=("T11-1",), title="适老化和无障碍专项设计")
def special_design(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the special design is on record."""
    return proofs.proved(facts, "special_design", "实施主体委托设计单位编制专项设计方案并登记")


@rule(name="t11_2_drawing_review", version=1, clauses=("T11-2",), title="专项施工图审查")
def drawing_review(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the drawings of these works were reviewed."""
    return proofs.proved(facts, "drawing_review", "实施主体送施工图审查机构审查并登记结论")


@rule(name="t11_3_opinion_on_special_design", version=1, clauses=("T11-3",), title="责任规划师专项方案意见")
def opinion_on_special_design(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the special design, here or by a document."""
    said = opinions.answer(facts, params, "special", "对专项设计方案")
    return said or proofs.proved(facts, "special_opinion", "实施主体送请责任规划师对专项设计方案出具意见")


RULES: tuple[Rule, ...] = (special_design, drawing_review, opinion_on_special_design)
