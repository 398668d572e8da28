"""Task 9: the responsible planner's opinions at project generation and on the scheme."""

from datetime import timedelta

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.rules import opinions, proofs
from jiugai.domain.rules.rule import RECORDS_KEPT, Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import project_of

PROPOSE = "街道提出改造项目，再送请责任规划师出具意见"
SUBMIT_ANEW = "实施主体把现在的文件作为新一版方案报送，重新送请责任规划师出具意见"


@rule(name="t09_3_opinion_at_generation", version=1, clauses=("T09-3",), title="责任规划师项目生成意见")
def opinion_at_generation(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the project when it was generated."""
    if facts.project is None:
        return unknown("没有改造项目的资料", PROPOSE)
    if project_of(facts) is None:
        return fails("还没有提出改造项目，没有责任规划师意见", PROPOSE)
    said = opinions.answer(facts, params, "generation", "在项目生成时")
    return said or fails("没有送请责任规划师对项目生成出具意见", "街道在项目页送请责任规划师出具意见")


@rule(
    name="t09_4_opinion_on_scheme", version=1, clauses=("T09-4",), title="责任规划师方案意见",
    until=RECORDS_KEPT - timedelta(days=1),
)  # fmt: skip
def opinion_on_scheme(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the scheme, here or by a document."""
    return _without_editions(facts, params)


@rule(name="t09_4_opinion_on_scheme", version=2, clauses=("T09-4",), title="责任规划师方案意见", since=RECORDS_KEPT)
def opinions_on_edition(facts: Facts, params: ParameterSet) -> Said:
    """Pass when both planners agreed to the edition that stands; without a scheme on record as in version 1."""
    return on_scheme(facts, params)


def on_scheme(facts: Facts, params: ParameterSet) -> Said:
    """Answer whether the planners agreed to the scheme that stands; T19-9 asks the same."""
    if facts.design is None:
        return unknown("没有设计方案的资料", "实施主体在项目的“方案”页报送设计方案")
    if not facts.design.scheme:
        return _without_editions(facts, params)
    if facts.design.scheme_swapped:
        return fails(f"方案第 {facts.design.scheme} 版的文件在报送后被替换或作废", SUBMIT_ANEW)
    return opinions.of_both(facts, params, "scheme", facts.design.scheme, f"对方案第 {facts.design.scheme} 版")


def _without_editions(facts: Facts, params: ParameterSet) -> Said:
    said = opinions.answer(facts, params, "scheme", "对设计方案")
    return said or proofs.proved(facts, "scheme_opinion", "实施主体送审设计方案，登记责任规划师的意见")


NAME = "实施主体在项目的“方案”页确定责任建筑师"


@rule(name="t09_6_architect_signed", version=1, clauses=("T09-6",), title="责任建筑师签署方案和施工图",
      since=RECORDS_KEPT)  # fmt: skip
def architect_signed(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the architect in charge has signed for the scheme that stands, and for its drawings."""
    needed, design = figure(facts, params, "architect_sign_off_required"), facts.design
    if not needed.whole:
        return exempt("现行参数下不要求建筑师签署", needed.used)
    if design is None:
        return unknown("没有设计方案的资料", "实施主体在项目的“方案”页报送设计方案", needed.used)
    if not design.architect:
        return fails("没有确定责任建筑师", NAME, needed.used)
    missing = [label for code, label in (("scheme", "方案"), ("drawings", "施工图")) if code not in design.signed]
    if missing:
        return fails(
            f"责任建筑师{design.architect}没有签署现行方案的{'、'.join(missing)}",
            f"请{design.architect}在项目的“方案”页签署", needed.used,
        )  # fmt: skip
    return passes(f"责任建筑师{design.architect}已签署方案第 {design.scheme} 版及其施工图", needed.used)


@rule(name="t09_6_architect_completion", version=1, clauses=("T09-6",), title="责任建筑师签署竣工", since=RECORDS_KEPT)
def architect_completion(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the architect in charge has signed that what was built is the scheme that stands."""
    needed, site = figure(facts, params, "architect_sign_off_required"), facts.site
    if not needed.whole:
        return exempt("现行参数下不要求建筑师签署", needed.used)
    if site is None or not site.ref or site.architect_signed is None:
        return unknown("没有正在施工项目的建筑师签署资料", NAME, needed.used)
    if not site.architect_signed:
        return fails("责任建筑师没有签署竣工", "请责任建筑师在项目的“方案”页签署“竣工”", needed.used)
    return passes("责任建筑师已签署竣工", needed.used)


RULES: tuple[Rule, ...] = (
    opinion_at_generation,
    opinion_on_scheme,
    opinions_on_edition,
    architect_signed,
    architect_completion,
)
