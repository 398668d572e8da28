"""Task 9: the responsible planner's opinions at project generation and on the scheme."""

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules import opinions, proofs
from jiugai.domain.rules.rule import Rule, Said, fails, rule, unknown
from jiugai.domain.rules.words import project_of

PROPOSE = "街道提出改造项目，再送请责任规划师出具意见"


@rule(name="t09_3_opinion_at_generation", version=1, clauses=("T09-3",), title="责任规划师项目生成意见")
def opinion_at_generation(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the project when it was generated."""
    if facts.project is None:
        return unknown("没有改造项目的资料", PROPOSE)
    if project_of(facts) is None:
        return fails("还没有提出改造项目，没有责任规划师意见", PROPOSE)
    said = opinions.answer(facts, params, "generation", "在项目生成时")
    return said or fails("没有送请责任规划师对项目生成出具意见", "街道在项目页送请责任规划师出具意见")


@rule(name="t09_4_opinion_on_scheme", version=1, clauses=("T09-4",), title="责任规划师方案意见")
def opinion_on_scheme(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the scheme, here or by a document."""
    said = opinions.answer(facts, params, "scheme", "对设计方案")
    return said or proofs.proved(facts, "scheme_opinion", "实施主体送审设计方案，登记责任规划师的意见")


RULES: tuple[Rule, ...] = (opinion_at_generation, opinion_on_scheme)
