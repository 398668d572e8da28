"""A verdict as people see it: findings in order, with clause, quote, numbers, what to do, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import may_open
from jiugai.accounts.permissions import may
from jiugai.domain.clauses import UnknownClause, quote
from jiugai.domain.finding import Finding, Outcome, Used
from jiugai.domain.gates import gate_of
from jiugai.domain.rules import UnknownRule, rule_named
from jiugai.domain.stages import Gate
from jiugai.policy.actions.judging import Judged
from jiugai.policy.doors import door_of, mend_of
from jiugai.policy.waivers import Held
from jiugai.registry.models import Community


@dataclass(frozen=True)
class Shown:
    """One finding. `waiver` is the exception that covers it."""

    rule: str
    version: int
    outcome: str
    title: str
    rule_title: str
    clause: str
    quote: str
    detail: str
    next_step: str
    url: str = ""
    link: str = ""
    waiver: Held | None = None


@dataclass(frozen=True)
class Button:
    """The gate's button. Without `url` it is closed and `why` stands beside it."""

    label: str
    url: str = ""
    why: str = ""


@dataclass(frozen=True)
class GateView:
    """A gate of one community."""

    gate: Gate
    community: Community
    on: date
    failed: Sequence[Shown]
    unknown: Sequence[Shown]
    excepted: Sequence[Shown]
    passed: Sequence[Shown]
    exempt: Sequence[Shown]
    awaits: str
    is_open: bool
    lets_through: bool
    button: Button

    @property
    def total(self) -> int:
        """How many rules spoke."""
        return sum(map(len, (self.failed, self.unknown, self.excepted, self.passed, self.exempt)))

    @property
    def blocked(self) -> Sequence[Shown]:
        """What keeps it shut."""
        return [*self.failed, *self.unknown]


def view_of(judged: Judged, *, actor: Actor) -> GateView:
    """Arrange a verdict for the screen."""
    verdict, passage = judged.passage.verdict, judged.passage
    waived = {finding.rule for finding, _ in passage.excepted}
    shown = [
        (f, _for(actor, shown_of(f, judged.community, judged.held.get(f.rule) if f.rule in waived else None)))
        for f in verdict.findings
    ]

    def of(outcome: Outcome) -> list[Shown]:
        return [one for f, one in shown if f.outcome is outcome and f.rule not in waived]

    return GateView(
        gate=gate_of(verdict.gate),
        community=judged.community,
        on=judged.facts.on,
        failed=of(Outcome.FAIL),
        unknown=of(Outcome.UNKNOWN),
        excepted=[one for _, one in shown if one.rule in waived],
        passed=of(Outcome.PASS),
        exempt=of(Outcome.NOT_APPLICABLE),
        awaits=verdict.awaits,
        is_open=verdict.is_open,
        lets_through=passage.is_open,
        button=_button(judged, actor),
    )


def _for(actor: Actor, shown: Shown) -> Shown:
    """Keep the link only where it does not lead this person to a refusal; the words say whose work it is."""
    return shown if may_open(actor, shown.url) else replace(shown, url="", link="")


def shown_of(finding: Finding, community: Community, waiver: Held | None = None) -> Shown:
    """Show one finding; the link leads to where its fact is recorded."""
    mending = None if finding.outcome.opens else mend_of(finding.rule)
    return Shown(
        rule=finding.rule,
        version=finding.version,
        outcome=finding.outcome.value,
        title=finding.says,
        rule_title=title_of(finding.rule),
        clause=finding.clauses[0] if finding.clauses else "",
        quote=quote_of(finding.clauses),
        detail=numbers(finding.used),
        next_step=finding.remedy,
        url=mending.url(community) if mending else "",
        link=mending.label if mending else "",
        waiver=waiver,
    )


def numbers(used: Sequence[Used]) -> str:
    """Write the numbers a verdict rests on in one line."""
    words = "，".join(f"{one.label} {one.value}{' ' + one.unit if one.unit else ''}" for one in used)
    return f"所用数字：{words}。" if words else ""


def quote_of(clauses: Sequence[str]) -> str:
    """Return the words of the first clause; empty when the list no longer has it."""
    try:
        return quote(clauses[0]) if clauses else ""
    except UnknownClause:
        return ""


def title_of(rule: str) -> str:
    """Return the name of a rule for people; its code when the code no longer has it."""
    try:
        return rule_named(rule).title
    except UnknownRule:
        return rule


def _button(judged: Judged, actor: Actor) -> Button:
    """Say where one passes, or why one cannot."""
    gate = gate_of(judged.passage.verdict.gate)
    door = door_of(gate.code)
    label = door.label if door else gate.label
    if not judged.passage.is_open:
        return Button(label, why=f"还不能办：{reason(judged)}")
    if door is None:
        return Button(label, why="各条都符合；办理页面随后续环节提供")
    answer = may(actor, door.permission, judged.community)
    if not answer.allowed:
        return Button(label, why=answer.reason)
    return Button(label, url=door.url(judged.community))


def reason(judged: Judged) -> str:
    """Say in a few words what keeps the gate shut."""
    blocking, verdict = judged.passage.blocking, judged.passage.verdict
    failed = sum(f.outcome is Outcome.FAIL for f in blocking)
    counted = [(failed, "项不符合"), (len(blocking) - failed, "项待核实")]
    words = "，".join(f"{count} {what}" for count, what in counted if count)
    return "；".join(w for w in (words, verdict.awaits) if w)


def gate_url(community: Community, gate: str) -> str:
    """Return the address of a gate's page for a community."""
    return reverse("community-gate", args=[community.pk, gate])
