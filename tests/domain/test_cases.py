"""Every rule against its cases: pass, fail, unknown, not applicable, and both sides of each date and number."""

from collections import defaultdict
from itertools import pairwise

import pytest

from jiugai.domain.clauses import obligation
from jiugai.domain.rules import RULES
from jiugai.domain.rules.rule import PLAN_ISSUED
from tests.rule_cases import Case, all_cases


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_rule_says_what_the_case_wants(case: Case):
    assert case.differences(case.speaks.check(case.facts, case.params)) == []


@pytest.mark.parametrize("case", all_cases(), ids=str)
def test_case_stands_in_the_time_of_its_rule(case: Case):
    assert case.speaks.in_force(case.facts.on)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} v{rule.version}")
def test_each_rule_has_cases_that_open_and_that_do_not(rule):
    seen = {case.wants["expect"] for case in all_cases() if case.speaks is rule}
    assert {"pass", "unknown"} <= seen
    assert "fail" in seen


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} v{rule.version}")
def test_each_rule_cites_obligations_that_its_cases_name(rule):
    named = {one for case in all_cases() if case.speaks is rule for one in case.obligations}
    assert named == set(rule.clauses)
    assert all(obligation(clause) for clause in rule.clauses)


def test_names_and_versions_are_unique_and_versions_follow_each_other():
    versions = defaultdict(list)
    for rule in RULES:
        versions[rule.name].append(rule)
    for rules in versions.values():
        assert [one.version for one in rules] == list(range(1, len(rules) + 1))
        assert all(early.until and early.until < late.since for early, late in pairwise(rules))


def test_no_rule_stands_before_the_plan():
    assert all(rule.since >= PLAN_ISSUED for rule in RULES)


def test_case_names_are_unique():
    names = [str(case) for case in all_cases()]
    assert len(set(names)) == len(names)
