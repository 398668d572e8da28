"""Task 20: which works need no permit, and who watches them then."""

from datetime import timedelta

from jiugai.domain.facts import Facts, ProjectFacts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Used
from jiugai.domain.projects import Family, Kind, UnknownKind, kind_of
from jiugai.domain.rules import permits, proofs
from jiugai.domain.rules.rule import RECORDS_KEPT, Rule, Said, exempt, fails, figure, passes, rule, unknown
from jiugai.domain.rules.t19_approvals import PERMIT
from jiugai.domain.rules.words import day_words, project_of

BEFORE = RECORDS_KEPT - timedelta(days=1)
ASSIGN = "区住建部门明确属地质量安全监管部门并登记"
MAY_BE_FREE = (Family.SINGLE, Family.ENVIRONMENT)


@rule(name="t20_5_permit_free", version=1, clauses=("T20-5",), title="免办施工许可的认定", until=BEFORE)
def permit_free(facts: Facts, params: ParameterSet) -> Said:
    """Accept an exemption for single items and environment projects only, and not above both limits."""
    proof = proofs.latest(facts, "permit")
    if proof is None:
        return unknown("没有登记施工许可或免办依据", PERMIT)
    if proof.state not in ("met", "exempt") or proofs.expired(facts, proof):
        return fails(f"施工许可没有办成或已过期：{proofs.cited(proof)}", PERMIT)
    if proof.state == "met":
        return exempt("本项目已办理施工许可")
    return _if_free(facts, params, proofs.cited(proof))


@rule(name="t20_5_permit_free", version=2, clauses=("T20-5",), title="免办施工许可的认定", since=RECORDS_KEPT)
def permit_free_on_record(facts: Facts, params: ParameterSet) -> Said:
    """Decide by the record of approvals, else by a document; the limits and kinds are those of version 1."""
    if facts.approvals is None:
        return unknown("没有审批资料", PERMIT)
    found = permits.standing(facts)
    if found is None:
        return unknown("没有登记施工许可或免办依据", PERMIT)
    if found.state == "asked":
        return fails("施工许可正在办理，没有认定免办", "区住建部门办结施工许可，或认定免办")
    if found.state == "shut":
        return fails(f"施工许可没有办成或已过期：{found.cited}", PERMIT)
    if found.state == "met":
        return exempt("本项目已办理施工许可")
    return _if_free(facts, params, found.cited)


def _if_free(facts: Facts, params: ParameterSet, cited: str) -> Said:
    project = project_of(facts)
    kind = project and _kind(project)
    if not project or not kind:
        return unknown("项目没有登记改造类型，不能判断能否免办", "区住建部门在项目页登记改造类型")
    if kind.family not in MAY_BE_FREE:
        return fails(f"{kind.label}不属于可以免办施工许可的单项改造或环境整治提升", "实施主体办理施工许可")
    return _within_limits(facts, params, cited, project)


@rule(name="t20_6_local_supervision", version=1, clauses=("T20-6",), title="免许可项目属地监管", until=BEFORE)
def local_supervision(facts: Facts, params: ParameterSet) -> Said:
    """Ask for local supervision where there is no permit, so that no site is unwatched."""
    proof = proofs.latest(facts, "permit")
    if proof is None:
        return unknown("不知道是否免办施工许可", PERMIT)
    if proof.state == "met" and not proofs.expired(facts, proof):
        return exempt("已办理施工许可，按许可监管")
    return proofs.proved(facts, "local_supervision", ASSIGN)


@rule(name="t20_6_local_supervision", version=2, clauses=("T20-6",), title="免许可项目属地监管", since=RECORDS_KEPT)
def supervision_on_record(facts: Facts, params: ParameterSet) -> Said:
    """Ask for the supervisor assigned here, else for a document, unless there is a permit."""
    kept = facts.approvals
    if kept is None:
        return unknown("没有审批资料", PERMIT)
    found = permits.standing(facts)
    if found is None:
        return unknown("不知道是否免办施工许可", PERMIT)
    if found.state == "met":
        return exempt("已办理施工许可，按许可监管")
    if not kept.supervisor:
        return proofs.proved(facts, "local_supervision", ASSIGN)
    if kept.supervised_on is None or kept.supervised_on > facts.on:
        return unknown("属地监管还没有开始，或没有日期", ASSIGN)
    return passes(f"由{kept.supervisor}属地监管，{day_words(kept.supervised_on)}起")


def _within_limits(facts: Facts, params: ParameterSet, cited: str, project: ProjectFacts) -> Said:
    """An exemption holds below either limit; where cost and area are not recorded, the authority's document counts."""
    yuan, area = figure(facts, params, "permit_free_below_yuan"), figure(facts, params, "permit_free_below_m2")
    cost, m2 = project.cost_yuan, project.works_area_m2
    if cost is None or m2 is None or cost < yuan.number or m2 < area.number:
        return passes(f"免办施工许可有依据：{cited}", yuan.used, area.used)
    return fails(
        f"造价 {cost} 元、面积 {m2} 平方米都达到限额，应当办理施工许可",
        "实施主体办理施工许可",
        Used("造价", str(cost), "元"),
        Used("面积", str(m2), "平方米"),
        yuan.used,
        area.used,
    )


def _kind(project: ProjectFacts) -> Kind | None:
    try:
        return kind_of(project.kind)
    except UnknownKind:
        return None


RULES: tuple[Rule, ...] = (permit_free, permit_free_on_record, local_supervision, supervision_on_record)
