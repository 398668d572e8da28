"""Task 4: which buildings may be rebuilt, and what a rebuild must not add."""

from jiugai.domain.facts import Facts, RebuildFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.projects import Family, UnknownKind, kind_of
from jiugai.domain.rebuild import SITUATIONS, UnknownSituation, situation_of
from jiugai.domain.rules.rule import Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.words import project_of

RECORD = "实施主体在项目的“改建”页登记"


@rule(name="t04_1_rebuild_situation", version=1, clauses=("T04-1",), title="纳入改建范围的情形")
def situation(facts: Facts, params: ParameterSet) -> Said:
    """Pass when one of the three situations applies with its basis; the third also needs the residents' wish."""
    kept = _asked(facts)
    if isinstance(kept, Said):
        return kept
    if not kept.situation:
        return fails("没有登记属于哪种可以改建的情形", f"{RECORD}情形和依据（共 {len(SITUATIONS)} 种）")
    try:
        found = situation_of(kept.situation)
    except UnknownSituation:
        return fails("登记的情形不在可以改建的范围里", f"{RECORD}三种情形中的一种")
    if not kept.basis:
        return unknown(f"属于“{found.label}”，没有写依据", f"{RECORD}鉴定报告或认定文件")
    if not found.needs_wish:
        return passes(f"属于“{found.label}”：{kept.basis}")
    return _by_wish(facts, params, kept, found.label)


def _by_wish(facts: Facts, params: ParameterSet, kept: RebuildFacts, label: str) -> Said:
    """A strong wish is a share of all households; how large is a dated setting."""
    needed = figure(facts, params, "rebuild_wish_min")
    if not kept.households_before:
        return unknown("没有登记现状户数，不能算改建意愿的比例", f"{RECORD}现状户数", needed.used)
    counted = (Used("同意改建", str(kept.wish_agreed), "户"), Used("现状户数", str(kept.households_before), "户"))
    share = f"{kept.wish_agreed} / {kept.households_before} 户"
    if not needed.reached(kept.wish_agreed, kept.households_before):
        return fails(
            f"属于“{label}”，同意改建 {share}，不到 {needed.text}", "街道继续征询居民改建意愿", *counted, needed.used
        )
    return passes(f"属于“{label}”，同意改建 {share}：{kept.basis}", *counted, needed.used)


@rule(name="t04_5_no_more_households", version=1, clauses=("T04-5",), title="改建不增加户数")
def no_more_households(facts: Facts, params: ParameterSet) -> Said:
    """Refuse a scheme with more households than there are now."""
    kept = _asked(facts)
    if isinstance(kept, Said):
        return kept
    before, after = kept.households_before, kept.households_after
    if before is None or after is None:
        return unknown("没有登记现状户数或改建后户数", f"{RECORD}现状户数和改建后户数")
    most = figure(facts, params, "household_increase_max")
    counted = (Used("现状户数", str(before), "户"), Used("改建后户数", str(after), "户"))
    if after - before > most.number:
        return fails(f"改建后 {after} 户，比现状 {before} 户多", "减到不超过现状户数", *counted, most.used)
    return passes(f"改建后 {after} 户，不超过现状 {before} 户", *counted, most.used)


@rule(name="t04_8_added_area", version=1, clauses=("T04-8",), title="增加面积须确认")
def added_area(facts: Facts, params: ParameterSet) -> Said:
    """Let floor area be added only with the planning and the safety confirmation on record."""
    kept = _asked(facts)
    if isinstance(kept, Said):
        return kept
    before, after = kept.area_before_cm2, kept.area_after_cm2
    if before is None or after is None:
        return unknown("没有分户登记改建前后面积", f"{RECORD}分户面积，可以从 Excel 导入")
    if after <= before:
        return passes("改建后建筑面积不增加")
    lacking = [
        words
        for words, ref, on in (
            ("规划", kept.planning_ref, kept.planning_on),
            ("安全", kept.safety_ref, kept.safety_on),
        )
        if not ref or on is None or on > facts.on
    ]
    if lacking:
        return fails(f"增加建筑面积，没有{'和'.join(lacking)}确认", f"{RECORD}符合规划、满足安全要求的确认文号和日期")
    return passes(f"增加建筑面积已经确认：规划 {kept.planning_ref}，安全 {kept.safety_ref}")


def _asked(facts: Facts) -> RebuildFacts | Said:
    """Return the record of a rebuild, or why the rule does not get as far."""
    if facts.project is None:
        return unknown("没有改造项目的资料", "街道提出改造项目")
    project = project_of(facts)
    if project is None:
        return fails("还没有提出改造项目", "街道提出改造项目")
    try:
        family = kind_of(project.kind).family
    except UnknownKind:
        return unknown("项目没有登记改造类型，不能判断是否改建", "区住建部门在项目页登记改造类型")
    if family is not Family.REBUILD:
        return exempt("不是改建项目")
    return facts.rebuild or unknown("没有改建资料", RECORD)


RULES: tuple[Rule, ...] = (situation, no_more_households, added_area)
