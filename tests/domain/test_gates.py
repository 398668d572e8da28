"""Gates open by their rules alone: never for want of facts, of figures, or of rules."""

from dataclasses import replace
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugai.domain import gates, rules
from jiugai.domain.clauses import obligation
from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet, shipped
from jiugai.domain.finding import Finding, Outcome, Verdict, rules_of
from jiugai.domain.gates import GATE_RULES, evaluate, evaluate_many, gate_of
from jiugai.domain.rules import RULES, UnknownRule, rule_in_force, rule_named, rule_of_version
from jiugai.domain.stages import GATES
from tests.facts_made import READY, facts_of_all_kinds

TODAY = date(2026, 11, 23)
COMPLETE_ANSWERED = {"T09-6", "T11-6", "T22-3", "T22-4", "T14-5", "T14-13"}
PLAN_ANSWERED = {"T16-4", "T03-5", "T03-6", "T03-9", "T03-10", "T05-5", "T05-6", "T05-7", "T05-8", "T05-9", "T05-10"}
REBUILD_ANSWERED = {"T04-1", "T04-5", "T04-8"}


def test_every_gate_has_a_list_of_known_rules_for_its_own_obligations():
    assert set(GATE_RULES) == {gate.code for gate in GATES}
    for code, names in GATE_RULES.items():
        clauses = {clause for name in names for clause in rule_named(name).clauses}
        assert clauses <= set(gate_of(code).obligations)
        assert len(set(names)) == len(names)


def test_every_obligation_of_a_gate_stands_in_the_task_list():
    assert all(obligation(clause) for gate in GATES for clause in gate.obligations)


def test_every_rule_is_asked_at_some_gate():
    assert {rule.name for rule in RULES} == {name for names in GATE_RULES.values() for name in names}


@pytest.mark.parametrize(
    "gate", ["enter_pool", "enter_plan", "publish_tender", "start_works", "accept_facade", "complete"]
)
def test_a_gate_with_all_its_rules_opens_when_all_holds(gate):
    verdict = evaluate(gate, READY, shipped())
    assert verdict.is_open
    assert (verdict.blocking, verdict.unruled, verdict.awaits) == ((), (), "")
    assert rules_of(verdict.findings) == GATE_RULES[gate]


@pytest.mark.parametrize("gate", ["pay", "unit_leaves"])
def test_a_gate_that_lacks_rules_stays_shut_and_says_so(gate):
    verdict = evaluate(gate, READY, shipped())
    assert not verdict.is_open
    assert verdict.awaits.startswith("规则随后续环节提供：T")
    answered = {clause for name in GATE_RULES[gate] for clause in rule_named(name).clauses}
    assert answered == set()
    assert set(verdict.unruled) == set(gate_of(gate).obligations) - answered


@pytest.mark.obligation("T03-5", "T16-4")
def test_the_gate_into_the_plan_answers_for_every_obligation_of_its_parts():
    answered = {clause for name in GATE_RULES["enter_plan"] for clause in rule_named(name).clauses}
    assert answered == {"T32-9", *PLAN_ANSWERED, *REBUILD_ANSWERED} == set(gate_of("enter_plan").obligations)


def test_the_gate_of_completion_answers_for_every_obligation_of_its_parts():
    answered = {clause for name in GATE_RULES["complete"] for clause in rule_named(name).clauses}
    assert answered == COMPLETE_ANSWERED == set(gate_of("complete").obligations)


def test_a_gate_without_any_finding_is_shut():
    assert not Verdict("enter_pool", ()).is_open


def test_no_rule_speaks_before_the_plan_was_issued():
    eve = replace(READY, on=date(2022, 11, 8))
    verdict = evaluate("enter_pool", eve, shipped())
    assert (verdict.findings, verdict.unruled) == ((), gate_of("enter_pool").obligations)
    assert len(evaluate("enter_pool", replace(READY, on=date(2022, 11, 9)), shipped()).findings) == 4


def test_an_unknown_gate_or_rule_is_refused():
    with pytest.raises(gates.UnknownGate):
        evaluate("no_such_gate", READY, shipped())
    for ask in (
        lambda: rule_named("x"),
        lambda: rule_of_version("t30_1_pledge", 99),
        lambda: rule_in_force("x", TODAY),
    ):
        with pytest.raises(UnknownRule):
            ask()


def test_a_new_version_of_a_rule_follows_the_old_one_which_can_still_be_asked():
    day = date(2027, 1, 1)
    old = replace(rule_named("t30_1_pledge"), until=day - timedelta(days=1))
    new = replace(old, version=2, since=day, until=None)
    with patch.object(rules, "_by_name", lambda: {"t30_1_pledge": (old, new)}):
        assert rule_named("t30_1_pledge") is new
        assert [rule_of_version("t30_1_pledge", number) for number in (1, 2)] == [old, new]
        assert rule_in_force("t30_1_pledge", day - timedelta(days=1)) is old
        assert rule_in_force("t30_1_pledge", day) is new
        assert rule_in_force("t30_1_pledge", date(2022, 11, 8)) is None
    with patch.object(rules, "_by_name", lambda: {"t30_1_pledge": (old,)}):
        assert rule_in_force("t30_1_pledge", day) is None


def test_a_retired_rule_leaves_its_obligation_unanswered_and_the_gate_shut():
    retired = {
        one.name: (replace(one, until=date(2026, 1, 1)) if one.name == "t30_1_pledge" else one,) for one in RULES
    }
    with patch.object(rules, "_by_name", lambda: retired):
        gates._standing.cache_clear()
        verdict = evaluate("enter_pool", READY, shipped())
    gates._standing.cache_clear()
    assert (verdict.unruled, verdict.is_open, len(verdict.findings)) == (("T30-1",), False, 3)


def test_many_are_judged_as_one_is_in_the_order_given():
    rows = [replace(READY, community=1), replace(READY, community=2, checkup=None)]
    assert evaluate_many("enter_pool", rows, shipped()) == [evaluate("enter_pool", one, shipped()) for one in rows]


@pytest.mark.parametrize(
    ("outcome", "opens", "label"),
    [
        ("pass", True, "通过"),
        ("fail", False, "未通过"),
        ("unknown", False, "待核实"),
        ("not_applicable", True, "不适用"),
    ],
)
def test_only_pass_and_not_applicable_open(outcome, opens, label):
    finding = Finding("r", 1, ("T03-1",), Outcome(outcome), "")
    verdict = Verdict("enter_pool", (finding,))
    assert (verdict.is_open, verdict.findings[0].outcome.label) == (opens, label)
    assert verdict.blocking == (() if opens else (finding,))
    assert not replace(verdict, unruled=("T03-1",)).is_open


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_no_rule_opens_without_facts(rule):
    empty = Facts(community=READY.community, on=READY.on)
    assert rule.check(empty, shipped()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@settings(max_examples=40)
@given(facts=facts_of_all_kinds())
def test_a_rule_answers_any_facts_and_says_what_to_do_when_it_shuts(rule, facts):
    finding = rule.check(facts, shipped())
    assert finding.says
    assert bool(finding.remedy) is not finding.outcome.opens
    assert finding == rule.check(facts, shipped())


@given(facts=facts_of_all_kinds(), seed=st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_loaded_changes_no_verdict(facts, seed):
    def shuffled(rows):
        return tuple(seed.sample(rows, len(rows)))

    governance = facts.governance and replace(
        facts.governance, surveyed=shuffled(facts.governance.surveyed), open=shuffled(facts.governance.open)
    )
    project = facts.project and replace(facts.project, opinions=shuffled(facts.project.opinions))
    again = replace(facts, governance=governance, project=project, evidence=shuffled(facts.evidence))
    for gate in GATE_RULES:
        assert evaluate(gate, facts, shipped()) == evaluate(gate, again, shipped())


@given(facts=facts_of_all_kinds(), gate=st.sampled_from(sorted(GATE_RULES)))
def test_losing_facts_never_opens_a_gate(facts, gate):
    if evaluate(gate, facts, shipped()).is_open:
        return
    for part in ("register", "governance", "checkup", "project", "design", "approvals", "rebuild", "works", "site"):
        assert not evaluate(gate, replace(facts, **{part: None}), shipped()).is_open


@given(facts=facts_of_all_kinds(), gate=st.sampled_from(sorted(GATE_RULES)))
def test_without_figures_nothing_opens_that_was_shut(facts, gate):
    bare = ParameterSet(replace(one, values=()) for one in shipped())
    if not evaluate(gate, facts, shipped()).is_open:
        assert not evaluate(gate, facts, bare).is_open
