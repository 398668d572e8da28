"""Task 11: works for the elderly and the disabled have a design of their own."""

from datetime import timedelta

from jiugai.domain.facts import DesignFacts, Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.rules import opinions, proofs
from jiugai.domain.rules.rule import RECORDS_KEPT, Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import day_words, several

BEFORE = RECORDS_KEPT - timedelta(days=1)
DESIGN = "实施主体委托设计单位编制专项设计方案并登记"
REVIEW = "实施主体送施工图审查机构审查并登记结论"
OPINION = "实施主体送请责任规划师对专项设计方案出具意见"
ANEW = "实施主体把现在的文件作为新一版专项方案报送"
NO_RECORDS = ("没有设计方案的资料", "实施主体在项目的“方案”页报送专项设计方案")


@rule(name="t11_1_special_design", version=1, clauses=("T11-1",), title="适老化和无障碍专项设计", until=BEFORE)
def special_design(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the special design is on record."""
    return proofs.proved(facts, "special_design", DESIGN)


@rule(name="t11_1_special_design", version=2, clauses=("T11-1",), title="适老化和无障碍专项设计", since=RECORDS_KEPT)
def special_scheme(facts: Facts, params: ParameterSet) -> Said:
    """Pass when a special scheme with its items was submitted; without one a document must prove it."""
    design = facts.design
    if design is None:
        return unknown(*NO_RECORDS)
    if not design.special:
        return proofs.proved(facts, "special_design", DESIGN)
    if design.special_swapped:
        return fails(f"专项设计方案第 {design.special} 版的文件在报送后被替换或作废", ANEW)
    if not design.special_items:
        return fails(f"专项设计方案第 {design.special} 版没有列出改造项目", "实施主体按清单列出改造项目，重新报送")
    return passes(f"专项设计方案第 {design.special} 版已报送，列出 {design.special_items} 项")


@rule(name="t11_2_drawing_review", version=1, clauses=("T11-2",), title="专项施工图审查", until=BEFORE)
def drawing_review(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the drawings of these works were reviewed."""
    return proofs.proved(facts, "drawing_review", REVIEW)


@rule(name="t11_2_drawing_review", version=2, clauses=("T11-2",), title="专项施工图审查", since=RECORDS_KEPT)
def review_of_special_scheme(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the drawings of the special scheme that stands passed review; without a special scheme none passes."""
    design = facts.design
    if design is None:
        return unknown(*NO_RECORDS)
    if not design.special and not proofs.proved(facts, "special_design", DESIGN).outcome.opens:
        return fails("没有专项设计方案，施工图审查不能通过", DESIGN)
    return _by_review(facts, design) if design.review else proofs.proved(facts, "drawing_review", REVIEW)


def _by_review(facts: Facts, design: DesignFacts) -> Said:
    if design.review_edition != design.special:
        return fails(f"审查的是专项方案第 {design.review_edition} 版，现行是第 {design.special} 版", REVIEW)
    if design.review == "asked":
        return fails("专项施工图正在审查", "施工图审查机构在待办中出具结论")
    if design.review != "passed":
        return fails(f"专项施工图审查没有通过：{design.review_ref}", "实施主体按审查意见修改后重新送审")
    if design.review_on is None or design.review_on > facts.on:
        return unknown("专项施工图审查结论没有可信的日期", "施工图审查机构补正结论日期")
    return passes(f"专项施工图{day_words(design.review_on)}审查通过：{design.review_ref}")


@rule(name="t11_3_opinion_on_special_design", version=1, clauses=("T11-3",), title="责任规划师专项方案意见",
      until=BEFORE)  # fmt: skip
def opinion_on_special_design(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the planner agreed to the special design, here or by a document."""
    return _without_editions(facts, params)


@rule(name="t11_3_opinion_on_special_design", version=2, clauses=("T11-3",), title="责任规划师专项方案意见",
      since=RECORDS_KEPT)  # fmt: skip
def opinions_on_special_edition(facts: Facts, params: ParameterSet) -> Said:
    """Pass when both planners agreed to the special scheme that stands; without one as in version 1."""
    design = facts.design
    if design is None:
        return unknown(*NO_RECORDS)
    if not design.special:
        return _without_editions(facts, params)
    if design.special_swapped:
        return fails(f"专项设计方案第 {design.special} 版的文件在报送后被替换或作废", ANEW)
    return opinions.of_both(facts, params, "special", design.special, f"对专项方案第 {design.special} 版")


def _without_editions(facts: Facts, params: ParameterSet) -> Said:
    said = opinions.answer(facts, params, "special", "对专项设计方案")
    return said or proofs.proved(facts, "special_opinion", OPINION)


@rule(name="t11_6_special_passed", version=1, clauses=("T11-6",), title="适老化和无障碍专项验收合格")
def special_passed(facts: Facts, params: ParameterSet) -> Said:
    """Refuse completion until every item of the special acceptance passed; free is only what needs no such design."""
    needed = figure(facts, params, "special_acceptance_gate")
    design = proofs.latest(facts, "special_design")
    if design is not None and design.state == "exempt" and not proofs.expired(facts, design):
        return exempt(f"不需要专项设计，也不作专项验收：{proofs.cited(design)}", needed.used)
    site = facts.site
    if site is None or not site.ref:
        return unknown("没有正在施工的项目资料", "区住建部门核对项目状态")
    if not site.special:
        return unknown("没有进行适老化和无障碍专项验收", "实施主体按专项设计方案逐项组织专项验收", needed.used)
    items = Used("验收项", str(site.special_items), "项")
    if site.special_failed:
        names = several(list(site.special_failed))
        failed = Used("未通过", str(len(site.special_failed)), "项")
        return fails(f"专项验收有 {len(site.special_failed)} 项没有通过：{names}", MEND, items, failed, needed.used)
    if site.special != "passed" or site.special_open or not site.special_items:
        waiting = Used("未验", str(site.special_open), "项")
        return unknown("专项验收还没有作出合格结论", "实施主体验完各项后作出结论", items, waiting, needed.used)
    if site.special_on is None or site.special_on > facts.on:
        return unknown("专项验收没有可信的合格日期", "实施主体核对专项验收日期", items, needed.used)
    return passes(f"专项验收 {site.special_items} 项全部通过（{day_words(site.special_on)}）", items, needed.used)


MEND = "施工单位整改后报实施主体复验"
RULES: tuple[Rule, ...] = (
    special_design,
    special_scheme,
    drawing_review,
    review_of_special_scheme,
    opinion_on_special_design,
    opinions_on_special_edition,
    special_passed,
)
