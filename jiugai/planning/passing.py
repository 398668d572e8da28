"""The one place where planning asks a gate to let a project through, or one rule of a gate ahead of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from jiugai.accounts.actor import Actor
from jiugai.domain.facts import Facts, PlanFacts
from jiugai.domain.finding import Finding, Verdict
from jiugai.domain.rules import rule_in_force
from jiugai.planning.models import GatePassage, PlanEntry, Project, ProjectCommunity
from jiugai.planning.plan_facts import load_plan_facts
from jiugai.planning.queries.money import money_moved
from jiugai.planning.queries.quota import district_of
from jiugai.policy import figures
from jiugai.policy.actions.judging import pass_gate
from jiugai.policy.waivers import passage_of, waivers_of
from jiugai.registry.models import Community
from jiugai.web.turns import take_turn

MONEY = "t03_5_money_enough"


def hold_plan(area_path: str) -> None:
    """Let what a district's plan takes be decided one after the other, each seeing what the last has taken."""
    take_turn(f"planning.plan {district_of(area_path)}")


def pass_gates(*, project: Project, gate: str, actor: Actor, now: datetime, on: date) -> None:
    """Pass a gate for every community that the project covers, and keep with which verdict.

    Raises NotAllowed, and GateShut of the first community that does not get through.
    """
    for community in Community.objects.filter(project_links__project=project).order_by("pk"):
        decision = pass_gate(gate=gate, community=community, actor=actor, now=now, on=on)
        GatePassage.objects.get_or_create(
            project=project, community=community, gate=gate, decision=decision,
            defaults={"at": now, "by_name": actor.name},
        )  # fmt: skip


def short_of_money(projects: Sequence[int], *, on: date) -> list[Finding]:
    """Return what the gate's rule on money says of applied-for projects that it would keep out, each finding once.

    A community with an exception for the rule (例外) is left out, as at the gate.
    """
    homes = ProjectCommunity.objects.filter(project__in=projects, waiting=True).values_list("community", flat=True)
    return _money_says(load_plan_facts(list(homes), on), on)


def moved_short_of_money(before: PlanEntry, start: date, months: int, *, on: date) -> list[Finding]:
    """Return what the rule on money has against another place in the plan for a project; exceptions as at the gate."""
    money = money_moved(before, start, months)
    homes = before.project.covers.values_list("community", flat=True) if money else []
    return _money_says({home: PlanFacts(money=money) for home in homes}, on)


def _money_says(plans: Mapping[int, PlanFacts], on: date) -> list[Finding]:
    rule = rule_in_force(MONEY, on)
    if rule is None:
        return []
    held, found = waivers_of(list(plans), on=on), dict[str, Finding]()
    for home, plan in plans.items():
        verdict = Verdict("enter_plan", (rule.check(Facts(community=home, on=on, plan=plan), figures.current()),))
        for finding in passage_of(verdict, held.get(home, {}), on).blocking:
            found.setdefault(finding.says, finding)
    return list(found.values())
