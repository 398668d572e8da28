"""Judging a community at a gate, keeping the verdict when it differs from the last, and passing through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain import replay
from jiugai.domain.errors import Refusal
from jiugai.domain.facts import Facts
from jiugai.domain.finding import Finding, Outcome
from jiugai.domain.gates import evaluate, gate_of
from jiugai.domain.waivers import Passage
from jiugai.policy import figures
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Decision, LatestVerdict, Occurrence, StoredFinding
from jiugai.policy.occurrences import announce
from jiugai.policy.waivers import Held, passage_of, waivers_of
from jiugai.registry.models import Community


class GateShut(Refusal):
    """The gate does not open. `details` has one line per blocking finding, with its clause and what to do."""

    status = 409
    code = "gate_shut"

    def __init__(self, judged: "Judged") -> None:
        gate, blocking = gate_of(judged.passage.verdict.gate), judged.passage.blocking
        failed = sum(f.outcome is Outcome.FAIL for f in blocking)
        counted = [f"{failed} 项不符合" if failed else "", f"{len(blocking) - failed} 项待核实"]
        words = "，".join(w for w in counted[: 1 if failed == len(blocking) else 2] if w)
        super().__init__(
            f"还不能{gate.label}：{words or judged.passage.verdict.awaits}",
            where=judged.community.name,
            clause="、".join(dict.fromkeys(c for f in blocking for c in f.clauses)),
            remedy="逐条办好后再来，或由有权的单位批准例外",
            details=[_line(f) for f in blocking],
        )
        self.judged = judged


@dataclass(frozen=True)
class Judged:
    """A verdict with the waivers laid over it, before it is kept."""

    community: Community
    facts: Facts
    passage: Passage
    held: Mapping[str, Held]


def look(*, gate: str, community: Community, on: date, facts: Facts | None = None) -> Judged:
    """Judge without keeping anything. Raises UnknownGate."""
    found = facts or load_facts([community.pk], on=on)[community.pk]
    held = waivers_of([community.pk], on=on).get(community.pk, {})
    verdict = evaluate(gate, found, figures.current())
    return Judged(community, found, passage_of(verdict, held, on), held)


@transaction.atomic
def judge(
    *,
    gate: str,
    community: Community,
    actor: Actor,
    now: datetime,
    on: date,
    cause: Occurrence | None = None,
    facts: Facts | None = None,
) -> Decision:
    """Judge a community at a gate and return the decision that stands: a new one only where the verdict differs.

    A change from shut to open or back is announced (gate_opened, gate_closed) with the reason. Raises UnknownGate.
    """
    Community.objects.select_for_update(of=("self",)).only("pk").get(pk=community.pk)  # one at a time per community
    judged = look(gate=gate, community=community, on=on, facts=facts)
    last = Decision.objects.filter(community=community, gate=gate).order_by("-number").first()
    if last is not None and _says_the_same(judged, last):
        _note(judged, last, now)
        return last
    made = _keep(judged, last, actor=actor, now=now, cause=cause)
    _note(judged, made, now)
    _tell(judged, made, last, actor=actor, now=now, cause=cause)
    return made


@transaction.atomic
def pass_gate(
    *, gate: str, community: Community, actor: Actor, now: datetime, on: date, cause: Occurrence | None = None
) -> Decision:
    """Let a community through a gate, or refuse with every blocking finding by clause.

    The caller changes its own state in the same transaction. Raises NotAllowed, and GateShut, which also takes back
    what was kept here; `remember_refusal` keeps the refused attempt after that.
    """
    require(actor, Permission(gate_of(gate).permission), community)
    decision = judge(gate=gate, community=community, actor=actor, now=now, on=on, cause=cause)
    if not decision.lets_through:
        raise GateShut(look(gate=gate, community=community, on=on))
    audit.record(
        action=Action.GATE_PASSED,
        actor=actor,
        subject=community,
        after={"关口": decision.get_gate_display(), "判定": decision.number, "例外": _excepted(decision)},
    )
    return decision


@transaction.atomic
def remember_refusal(*, shut: GateShut, actor: Actor, now: datetime) -> None:
    """Keep a refused attempt after it was undone: the verdict, and a line on the community's timeline."""
    judged, gate = shut.judged, gate_of(shut.judged.passage.verdict.gate)
    judge(gate=gate.code, community=judged.community, actor=actor, now=now, on=judged.facts.on, facts=judged.facts)
    announce(
        code="gate_refused",
        community=judged.community,
        title=f"{gate.label}被关口拦下",
        words="；".join(f.says for f in judged.passage.blocking),
        actor=actor,
        now=now,
        detail={"gate": gate.code},
    )


def _says_the_same(judged: Judged, last: Decision) -> bool:
    now_waived = {f.rule: judged.held[f.rule].pk for f, _ in judged.passage.excepted}
    then = dict(last.findings.filter(waiver__isnull=False).values_list("rule", "waiver_id"))
    return replay.same(judged.passage.verdict, last.verdict) and now_waived == then


def _keep(judged: Judged, last: Decision | None, *, actor: Actor, now: datetime, cause: Occurrence | None) -> Decision:
    verdict = judged.passage.verdict
    made = Decision.objects.create(
        community=judged.community,
        gate=verdict.gate,
        number=last.number + 1 if last else 1,
        on=judged.facts.on,
        is_open=verdict.is_open,
        lets_through=judged.passage.is_open,
        facts=replay.dump(judged.facts),
        facts_digest=replay.digest(judged.facts),
        verdict=replay.dump_verdict(verdict),
        figures=figures.snapshot(figures.current(), now=now),
        rulebook=figures.rulebook(),
        cause=cause,
        at=now,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    covered = {f.rule: judged.held[f.rule].pk for f, _ in judged.passage.excepted}
    StoredFinding.objects.bulk_create(_row(made, n, f, covered.get(f.rule)) for n, f in enumerate(verdict.findings))
    return made


def _row(decision: Decision, place: int, finding: Finding, waiver: int | None) -> StoredFinding:
    return StoredFinding(
        decision=decision,
        place=place,
        rule=finding.rule,
        version=finding.version,
        clauses=list(finding.clauses),
        outcome=finding.outcome.value,
        says=finding.says,
        remedy=finding.remedy,
        used=[{"label": u.label, "value": u.value, "unit": u.unit, "parameter": u.parameter} for u in finding.used],
        waiver_id=waiver,
    )


def columns_of(passage: Passage) -> dict[str, Any]:
    """Return what the table of latest verdicts keeps of a verdict."""
    waived = {f.rule for f, _ in passage.excepted}
    rules = {o: [f.rule for f in passage.verdict.findings if f.outcome is o and f.rule not in waived] for o in Outcome}
    return {
        "is_open": passage.verdict.is_open,
        "lets_through": passage.is_open,
        "failed": rules[Outcome.FAIL],
        "unknown": rules[Outcome.UNKNOWN],
        "passed": rules[Outcome.PASS],
        "not_applicable": rules[Outcome.NOT_APPLICABLE],
        "waived": [f.rule for f in passage.verdict.findings if f.rule in waived],
    }


def _note(judged: Judged, decision: Decision, now: datetime) -> None:
    """Bring the table behind the district table up to date."""
    LatestVerdict.objects.update_or_create(
        community=judged.community,
        gate=decision.gate,
        defaults={**columns_of(judged.passage), "on": judged.facts.on, "judged_at": now, "decision": decision},
    )


def _tell(
    judged: Judged, made: Decision, last: Decision | None, *, actor: Actor, now: datetime, cause: Occurrence | None
) -> None:
    before = last is not None and last.lets_through
    if before == made.lets_through:
        return
    label = gate_of(made.gate).label
    code = "gate_opened" if made.lets_through else "gate_closed"
    announce(
        code=code,
        community=judged.community,
        title=f"{label}：关口{'打开' if made.lets_through else '重新关上'}",
        words=_why(judged.passage),
        actor=actor,
        now=now,
        detail={"gate": made.gate, "decision": made.number},
        cause=cause,
    )


def _why(passage: Passage) -> str:
    if not passage.is_open:
        return "；".join(f.says for f in passage.blocking)
    excepted: Sequence[str] = [f.says for f, _ in passage.excepted]
    return f"各条都符合，其中 {len(excepted)} 条按例外放行" if excepted else "各条都符合"


def _excepted(decision: Decision) -> list[str]:
    return list(decision.findings.filter(waiver__isnull=False).values_list("rule", flat=True))


def _line(finding: Finding) -> str:
    return f"{finding.clauses[0]} {finding.says}。下一步：{finding.remedy}"
