"""Gates for programs: the verdicts of a community, and how many communities each rule keeps out."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from jiugai.accounts.guard import find, require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.finding import Verdict
from jiugai.domain.gates import GATE_RULES, UnknownGate, evaluate, gate_of
from jiugai.domain.stages import Gate
from jiugai.policy import figures
from jiugai.policy.facts import load_facts
from jiugai.policy.queries.standing import standing
from jiugai.policy.showing import quote_of, title_of
from jiugai.policy.waivers import Held, passage_of, waivers_of
from jiugai.registry.api.paging import ERRORS, AreaCode, Id, actor_in
from jiugai.registry.models import Community

PERMISSION = Permission.GATE_VIEW
router = Router(tags=["gates"])


class UsedOut(Schema):
    """A number that a finding rests on; `parameter` names the dated figure it came from."""

    label: str
    value: str
    unit: str
    parameter: str


class FindingOut(Schema):
    """What one rule says. `outcome` is pass, fail, unknown or not_applicable; `waived` tells of an exception."""

    rule: str
    title: str
    version: int
    clauses: list[str]
    quote: str
    outcome: str
    says: str
    remedy: str
    used: list[UsedOut]
    waived: bool = Field(description="An exception holds; the outcome stays what it is")


class VerdictOut(Schema):
    """How a gate stands for a community now. `open` is by rule, `lets_through` also by exception."""

    community: int
    gate: str
    label: str
    on: date
    open: bool
    lets_through: bool
    unruled: list[str] = Field(description="Obligations of the gate that no rule answers for yet; it stays shut")
    findings: list[FindingOut]


class RuleCount(Schema):
    """How many communities a rule keeps out."""

    rule: str
    title: str
    clause: str
    failed: int
    unknown: int
    waived: int
    blocked: int


class AreaCount(Schema):
    """How a gate stands in one area."""

    code: str
    name: str
    total: int
    open: int
    shut: int


class TableOut(Schema):
    """The district table of a gate, as of the last time all communities were judged."""

    gate: str
    label: str
    judged_at: datetime | None
    total: int
    open: int
    waived: int
    shut: int
    not_judged: int
    rules: list[RuleCount]
    areas: list[AreaCount]


@router.get("/communities/{id}/gates", response={200: list[VerdictOut]} | ERRORS, operation_id="listVerdicts")
def list_verdicts(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the parameter's public name
    """Judge a community now at every gate that has rules. Nothing is kept."""
    actor = actor_in(request)
    require(actor, Permission.GATE_VIEW)
    community: Community = find(Community.objects.all(), actor, pk=id)
    require(actor, Permission.GATE_VIEW, community)
    on = timezone.localdate()
    facts = load_facts([community.pk], on=on)[community.pk]
    held = waivers_of([community.pk], on=on).get(community.pk, {})
    params = figures.current()
    return [_verdict(gate_of(gate), evaluate(gate, facts, params), held, on, community)
            for gate, rules in GATE_RULES.items() if rules]  # fmt: skip


@router.get("/gates/{gate}", response={200: TableOut} | ERRORS, operation_id="getGateTable")
def gate_standing(request: HttpRequest, gate: str, area: AreaCode = None) -> Any:
    """Return how many communities in your area each rule of a gate keeps out."""
    actor = actor_in(request)
    require(actor, Permission.GATE_VIEW)
    place = Area.objects.filter(code=area).defer("boundary").first() if area else None
    if area and place is None:
        raise Http404
    table = standing(gate=_gate(gate), actor=actor, area=place)
    names = ("judged_at", "total", "open", "waived", "shut", "not_judged", "rules", "areas")
    return {"gate": table.gate.code, "label": table.gate.label, **{name: getattr(table, name) for name in names}}


def _gate(code: str) -> Gate:
    try:
        return gate_of(code)
    except UnknownGate:
        raise Http404 from None


def _verdict(gate: Gate, verdict: Verdict, held: Mapping[str, Held], on: date, community: Community) -> dict[str, Any]:
    passage = passage_of(verdict, held, on)
    waived = {finding.rule for finding, _ in passage.excepted}
    return {
        "community": community.pk,
        "gate": gate.code,
        "label": gate.label,
        "on": on,
        "open": verdict.is_open,
        "lets_through": passage.is_open,
        "unruled": list(verdict.unruled),
        "findings": [
            {
                "rule": f.rule,
                "title": title_of(f.rule),
                "version": f.version,
                "clauses": list(f.clauses),
                "quote": quote_of(f.clauses),
                "outcome": f.outcome.value,
                "says": f.says,
                "remedy": f.remedy,
                "used": f.used,
                "waived": f.rule in waived,
            }
            for f in verdict.findings
        ],
    }
