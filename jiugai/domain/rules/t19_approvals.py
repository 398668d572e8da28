"""Task 19: approvals and their terms."""

from jiugai.domain.facts import Facts, Opinion
from jiugai.domain.figures import ParameterSet, Value
from jiugai.domain.finding import Used
from jiugai.domain.rules import opinions, proofs
from jiugai.domain.rules.rule import Rule, Said, fails, figure, passes, rule, unknown

PERMIT = "实施主体办理施工许可；不需要办理的，登记区住建部门的免办依据"


@rule(name="t19_5_permit", version=1, clauses=("T19-5",), title="施工许可或免办")
def permit(facts: Facts, params: ParameterSet) -> Said:
    """Pass when the permit or its exemption is on record; whether the exemption holds is for T20-5."""
    proof = proofs.latest(facts, "permit")
    if proof is not None and proof.state == "exempt" and not proofs.expired(facts, proof):
        return passes(f"已登记免办施工许可：{proofs.cited(proof)}")
    return proofs.proved(facts, "permit", PERMIT)


@rule(name="t19_10_opinion_in_time", version=1, clauses=("T19-10",), title="方案意见时限")
def opinion_in_time(facts: Facts, params: ParameterSet) -> Said:
    """Time the opinions on the scheme: 5 working days in principle.

    One given late is recorded as late and lets through, since the term holds in principle only; one still outstanding
    does not.
    """
    found = opinions.at(facts, "scheme")
    if not found:
        return _by_document(facts)
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


RULES: tuple[Rule, ...] = (permit, opinion_in_time)
