"""Past verdicts come out again bit for bit, and differently only under other figures."""

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain import replay
from jiugai.domain.figures import restore, shipped
from jiugai.domain.gates import GATE_RULES, evaluate
from tests.facts_made import READY, facts_of_all_kinds


def through_json(stored):
    return json.loads(json.dumps(stored))


@given(facts=facts_of_all_kinds())
def test_facts_come_back_as_they_were(facts):
    stored = through_json(replay.dump(facts))
    assert replay.load(stored) == facts
    assert replay.digest(replay.load(stored)) == replay.digest(facts)


@given(facts=facts_of_all_kinds(), gate=st.sampled_from(sorted(GATE_RULES)))
def test_a_verdict_is_replayed_bit_for_bit(facts, gate):
    verdict = evaluate(gate, facts, shipped())
    kept = through_json([replay.dump(facts), replay.dump_verdict(verdict), shipped().dump()])
    replayed = replay.again(kept[0], kept[1], restore(kept[2]))
    assert replayed.same
    assert replayed.changed == ()
    assert replay.text(replay.dump_verdict(replayed.now)) == replay.text(kept[1])
    assert replay.same(replayed.now, kept[1])


def test_other_facts_have_another_fingerprint():
    other = replace(READY, checkup=replace(READY.checkup, buildings_done=2))
    assert replay.digest(READY) != replay.digest(other)
    assert not replay.same(
        evaluate("enter_pool", other, shipped()), replay.dump_verdict(evaluate("enter_pool", READY, shipped()))
    )


def test_a_draft_shows_which_finding_it_would_turn():
    verdict = evaluate("enter_pool", READY, shipped())
    draft = shipped().with_draft({"pledge_min_share_heads": [(date(2026, 1, 1), "9/10")]})
    replayed = replay.again(replay.dump(READY), replay.dump_verdict(verdict), draft)
    assert not replayed.same
    [(old, new)] = replayed.changed
    assert (old.rule, old.outcome, new.outcome) == ("t30_1_pledge", "pass", "fail")
    assert (replayed.then.is_open, replayed.now.is_open) == (True, False)


def test_a_rule_whose_version_is_gone_is_named_and_the_replay_is_not_the_same():
    stored = replay.dump_verdict(evaluate("enter_pool", READY, shipped()))
    stored["findings"][1]["version"] = 99
    replayed = replay.again(replay.dump(READY), stored, shipped())
    assert replayed.gone == ("t06_2_housing_leads",)
    assert not replayed.same
    assert replayed.changed == ()


def test_the_rules_asked_again_are_those_of_then_not_those_of_the_gate_today():
    stored = replay.dump_verdict(evaluate("enter_pool", READY, shipped()))
    stored["findings"] = stored["findings"][:2]
    assert replay.again(replay.dump(READY), stored, shipped()).same


def test_a_snapshot_from_before_a_field_takes_its_default():
    stored = replay.dump(READY)
    del stored["project"]["cost_yuan"]
    assert replay.load(stored).project.cost_yuan is None


@pytest.mark.parametrize(
    ("place", "value", "where"),
    [
        ("on", "23.11.2026", "facts.on"),
        ("on", 5, "facts.on"),
        ("community", "7", "facts.community"),
        ("community", True, "facts.community"),
        ("governance", [], "facts.governance"),
        ("evidence", {}, "facts.evidence"),
        ("strange", 1, "facts"),
    ],
)
def test_a_snapshot_that_was_not_written_so_is_refused_with_the_place(place, value, where):
    with pytest.raises(replay.BadSnapshot, match=f"^{where}:"):
        replay.load({**replay.dump(READY), place: value})


def test_a_snapshot_without_a_needed_field_is_refused():
    with pytest.raises(replay.BadSnapshot, match=r"^facts:"):
        replay.load({"community": 7})


def test_a_pair_of_another_length_is_refused():
    stored = replay.dump(READY)
    stored["governance"]["surveyed"][0].append("x")
    with pytest.raises(replay.BadSnapshot, match="2 values"):
        replay.load(stored)


def test_a_verdict_with_an_unknown_outcome_is_refused():
    stored = replay.dump_verdict(evaluate("enter_pool", READY, shipped()))
    stored["findings"][0]["outcome"] = "maybe"
    with pytest.raises(replay.BadSnapshot, match="maybe"):
        replay.load_verdict(stored)
