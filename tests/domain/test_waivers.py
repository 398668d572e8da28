"""Waivers let pass as exceptions, and change no verdict."""

from dataclasses import replace
from datetime import date

import pytest

from jiugai.domain.figures import shipped
from jiugai.domain.finding import Outcome
from jiugai.domain.gates import evaluate
from jiugai.domain.waivers import BadWaiver, Waiver, apply, checked
from tests.facts_made import READY

TODAY = date(2026, 11, 23)
WAIVER = Waiver("t03_1_checkup_on_file", "市住建委京建发12号", "危房抢险", date(2026, 11, 1), date(2026, 12, 31))
SHUT = evaluate("enter_pool", replace(READY, checkup=None), shipped())


def test_a_waiver_lets_pass_as_an_exception_and_the_finding_stays():
    passage = apply(SHUT, [WAIVER], TODAY)
    assert passage.is_open
    [(finding, waiver)] = passage.excepted
    assert (finding.outcome, waiver) == (Outcome.UNKNOWN, WAIVER)
    assert not passage.verdict.is_open
    assert passage.blocking == ()


@pytest.mark.parametrize(
    ("day", "opens"),
    [(date(2026, 10, 31), False), (date(2026, 11, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)],
)
def test_a_waiver_holds_on_its_days_only(day, opens):
    assert apply(SHUT, [WAIVER], day).is_open is opens


def test_a_waiver_of_another_rule_helps_nothing():
    passage = apply(SHUT, [replace(WAIVER, rule="t30_1_pledge")], TODAY)
    assert not passage.is_open
    assert [one.rule for one in passage.blocking] == ["t03_1_checkup_on_file"]


def test_a_rule_that_passes_needs_no_exception():
    assert apply(evaluate("enter_pool", READY, shipped()), [WAIVER], TODAY).excepted == ()


def test_the_waiver_that_ends_last_is_shown():
    longer = replace(WAIVER, until=date(2027, 6, 1))
    for rows in ([WAIVER, longer], [longer, WAIVER]):
        assert apply(SHUT, rows, TODAY).excepted[0][1] == longer


def test_no_waiver_stands_in_for_rules_that_are_still_missing():
    verdict = replace(SHUT, unruled=("T03-6",))
    assert not apply(verdict, [WAIVER], TODAY).is_open


def test_no_waiver_opens_a_gate_without_findings():
    assert not apply(replace(SHUT, findings=()), [WAIVER], TODAY).is_open


@pytest.mark.parametrize(
    "wrong", [{"authority": "  "}, {"reason": ""}, {"until": date(2026, 10, 31)}], ids=["authority", "reason", "days"]
)
def test_a_waiver_without_authority_reason_or_days_in_order_is_refused_with_words(wrong):
    with pytest.raises(BadWaiver) as refused:
        checked(replace(WAIVER, **wrong))
    assert refused.value.remedy


def test_a_waiver_of_one_day_is_fine():
    one_day = replace(WAIVER, until=WAIVER.since)
    assert checked(one_day) is one_day
