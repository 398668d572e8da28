"""Task 19: approvals and their terms, and what must stand before a tender."""

from datetime import timedelta

from jiugai.domain.facts import Facts, Opinion
from jiugai.domain.figures import ParameterSet, Value
from jiugai.domain.finding import Used
from jiugai.domain.rules import opinions, permits, proofs
from jiugai.domain.rules.rule import RECORDS_KEPT, Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.t09_planners import on_scheme
from jiugai.domain.rules.words import day_words

BEFORE = RECORDS_KEPT - timedelta(days=1)
EPC = "epc"
PREPARE = "实施主体在项目的“审批和招标”页登记招标，写明发包方式"
PERMIT = "实施主体办理施工许可；不需要办理的，登记区住建部门的免办依据"


@rule(name="t19_5_permit", version=1, clauses=("T19-5",), title="施工许可或免办", until=BEFORE)
def permit(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the permit or its exemption is on record; whether the exemption holds is for T20-5."""
    proof = proofs.latest(facts, "permit")
    if proof is not None and proof.state == "exempt" and not proofs.expired(facts, proof):
        return passes(f"已登记免办施工许可：{proofs.cited(proof)}")
    return proofs.proved(facts, "permit", PERMIT)


@rule(name="t19_5_permit", version=2, clauses=("T19-5",), title="施工许可或免办", since=RECORDS_KEPT)
def permit_on_record(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the permit or its exemption is on record here, else by a document as in version 1."""
    if facts.approvals is None:
        return unknown("没有审批资料", PERMIT)
    found = permits.standing(facts)
    if found is None or not facts.approvals.permit:
        return permit.body(facts, params)
    if found.state == "exempt":
        return passes(f"已登记免办施工许可：{found.cited}")
    if found.state == "met":
        return passes(f"施工许可证已具备：{found.cited}")
    if found.state == "asked":
        return fails("施工许可正在办理", "区住建部门办结施工许可")
    return fails(f"施工许可没有办成或已过期：{found.cited}", PERMIT)


SEND_DRAWINGS = "实施主体在项目的“方案”页把施工图送审查机构审查"


@rule(name="t19_5_drawings_reviewed", version=1, clauses=("T19-5",), title="施工图审查", since=RECORDS_KEPT)
def drawings_reviewed(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the drawings of the project's own scheme passed review; works free of a permit need none."""
    found = permits.standing(facts)
    if found is not None and found.state == "exempt":
        return exempt(f"免办施工许可，整套施工图不要求审查：{found.cited}")
    design = facts.design
    if design is None:
        return unknown("没有设计方案的资料", "实施主体在项目的“方案”页报送设计方案")
    if not design.drawings:
        return proofs.proved(facts, "project_drawings", SEND_DRAWINGS)
    if design.drawings_edition != design.scheme:
        return fails(f"审查的是方案第 {design.drawings_edition} 版的施工图，现行是第 {design.scheme} 版", SEND_DRAWINGS)
    if design.drawings == "asked":
        return fails("施工图正在审查", "施工图审查机构在待办中出具结论")
    if design.drawings != "passed":
        return fails(f"施工图审查没有通过：{design.drawings_ref}", "实施主体按审查意见修改后重新送审")
    if design.drawings_on is None or design.drawings_on > facts.on:
        return unknown("施工图审查结论没有可信的日期", "施工图审查机构补正结论日期")
    return passes(f"施工图{day_words(design.drawings_on)}审查通过：{design.drawings_ref}")


@rule(name="t19_10_opinion_in_time", version=1, clauses=("T19-10",), title="方案意见时限", until=BEFORE)
def opinion_in_time(facts: Facts, params: ParameterSet) -> Said:
    """Time the opinions on the scheme: 5 working days in principle.

    One given late is recorded as late and lets through, since the term holds in principle only; one still outstanding
    does not.
    """
    found = opinions.at(facts, "scheme")
    return _timed(facts, params, found) if found else _by_document(facts)


@rule(name="t19_10_opinion_in_time", version=2, clauses=("T19-10",), title="方案意见时限", since=RECORDS_KEPT)
def opinions_on_edition_in_time(facts: Facts, params: ParameterSet) -> Said:
    """Time the opinions of both planners on the edition that stands; without a scheme on record as in version 1."""
    if facts.design is None:
        return unknown("没有设计方案的资料", "实施主体在项目的“方案”页报送设计方案")
    if not facts.design.scheme:
        return opinion_in_time.body(facts, params)
    found = opinions.on_edition(facts, "scheme", facts.design.scheme)
    needed = figure(facts, params, "chief_planner_required")
    roles = list(opinions.ROLES) if needed.whole else ["street"]
    absent = [opinions.ROLES[role] for role in roles if role not in {one.role for one in found}]
    if absent:
        return fails(
            f"方案第 {facts.design.scheme} 版没有送请{'、'.join(absent)}", "实施主体报送方案时送请，时限自送请起算"
        )
    return _timed(facts, params, found)


def _timed(facts: Facts, params: ParameterSet, found: list[Opinion]) -> Said:
    limit = figure(facts, params, "planner_opinion_max")
    waiting = [one for one in found if one.state not in opinions.GIVEN]
    if waiting:
        return fails(
            _outstanding(waiting, limit), "责任规划师出具意见；超过时限的由区规划部门督办", *_cite(waiting, limit)
        )
    if any(one.working_days is None for one in found):
        return unknown("没有方案送审日期，不能计算出具意见用时", "街道补登方案送审日期", limit.used)
    late = _late(found, limit)
    if late:
        return passes(f"意见已出具，{_names(late)}超过 {limit.text} 个工作日（原则时限）", *_cite(found, limit))
    return passes(f"意见在 {limit.text} 个工作日内出具", *_cite(found, limit))


def _by_document(facts: Facts) -> Said:
    proof = proofs.latest(facts, "scheme_opinion")
    if proof is None:
        return unknown("设计方案还没有送责任规划师", "实施主体把设计方案送区总责任规划师和街道责任规划师")
    if proof.state != "met" or proofs.expired(facts, proof):
        return fails(f"方案意见的凭证不能证明已同意：{proofs.cited(proof)}", "实施主体重新送审设计方案")
    return passes(f"意见以凭证登记，用时不在平台计算：{proofs.cited(proof)}")


def _outstanding(waiting: list[Opinion], limit: Value) -> str:
    late = _late(waiting, limit)
    return f"{_names(late)}超过 {limit.text} 个工作日没有出具意见" if late else f"{_names(waiting)}还没有出具意见"


def _late(found: list[Opinion], limit: Value) -> list[Opinion]:
    return [one for one in found if one.working_days is not None and one.working_days > limit.number]


def _cite(found: list[Opinion], limit: Value) -> tuple[Used, ...]:
    timed = [one for one in found if one.working_days is not None]
    return (*(Used(one.by, str(one.working_days), "工作日") for one in timed), limit.used)


def _names(found: list[Opinion]) -> str:
    return "、".join(one.by for one in found)


@rule(name="t19_7_plan_published", version=1, clauses=("T19-7",), title="招标计划提前发布")
def plan_published(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the tender plan was published long enough before; how long is a dated setting."""
    kept = facts.approvals
    if kept is None:
        return unknown("没有招标资料", PREPARE)
    if kept.plan_published_on is None:
        return fails("招标计划还没有提前发布", "实施主体在项目的“审批和招标”页发布招标计划")
    ahead = figure(facts, params, "tender_plan_ahead")
    day = day_words(kept.plan_published_on)
    passed = (facts.on - kept.plan_published_on).days
    if passed < ahead.number:
        return fails(
            f"招标计划{day}发布，到今天 {max(passed, 0)} 天，不满 {ahead.text} 天",
            f"满 {ahead.text} 天后再发布招标公告",
            Used("已提前", str(passed), "天"),
            ahead.used,
        )
    return passes(f"招标计划{day}发布，已提前 {passed} 天：{kept.plan_ref}", ahead.used)


@rule(name="t19_8_epc_default", version=1, clauses=("T19-8",), title="工程总承包")
def epc_default(facts: Facts, params: ParameterSet) -> Said:
    """Pass for a general contract (EPC); another form needs its reason on record."""
    kept = facts.approvals
    if kept is None or not kept.form:
        return unknown("没有登记招标的发包方式", PREPARE)
    if kept.form == EPC:
        return passes("采用工程总承包（EPC）")
    if kept.form_reason:
        return passes(f"没有采用工程总承包，已写明理由：{kept.form_reason}")
    return fails("没有采用工程总承包，也没有写明理由", "改用工程总承包，或写明不采用的理由")


@rule(name="t19_9_scheme_fixed", version=1, clauses=("T19-9",), title="先方案后招标")
def scheme_fixed(facts: Facts, params: ParameterSet) -> Said:
    """Let a general contract be tendered only when the planners have fixed the scheme."""
    kept = facts.approvals
    if kept is None or not kept.form:
        return unknown("没有登记招标的发包方式", PREPARE)
    if kept.form != EPC:
        return exempt("不是工程总承包招标")
    said = on_scheme(facts, params)
    if said.outcome.opens:
        return passes(f"规划设计方案已定：{said.says}", *said.used)
    return said._replace(says=f"规划设计方案没有定：{said.says}")


RULES: tuple[Rule, ...] = (
    permit,
    permit_on_record,
    drawings_reviewed,
    opinion_in_time,
    opinions_on_edition_in_time,
    plan_published,
    epc_default,
    scheme_fixed,
)
