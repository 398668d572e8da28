"""Edits from several phones: one state from every order of arrival."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugai.domain.checkup.merge import Op, fold, stamps

DEVICES = {"p-sun": "孙桂芳", "p-ma": "马丽娜", "p-li": "李强"}


def op(counter: int, field: str, value: Any, *, device: str = "p-sun", at: int = 0, action: str = "set") -> Op:
    return Op(device, counter, at or counter * 1000, 0, DEVICES[device], action, field, value)


def test_later_word_counts_and_the_other_stays_on_view():
    state = fold([op(1, "gas", "ok", at=10), op(1, "gas", "bad", device="p-ma", at=20)])
    said = state.fields["gas"]
    assert (said.current.value, said.current.author) == ("bad", "马丽娜")
    assert [(o.author, o.value) for o in said.others] == [("孙桂芳", "ok")]


def test_agreeing_words_and_ones_own_earlier_words_are_no_conflict():
    state = fold([op(1, "gas", "bad"), op(2, "gas", "ok"), op(1, "gas", "ok", device="p-ma", at=5000)])
    assert state.fields["gas"].others == ()


def test_addition_made_meanwhile_survives_a_removal():
    seen, meanwhile = op(1, "defects", {"code": "G1"}, action="add"), op(1, "defects", {"code": "G2"}, device="p-ma", action="add")  # fmt: skip  # noqa: E501
    gone = op(2, "defects", [seen.ident], action="remove", at=10**9)
    assert [m.value["code"] for m in fold([gone, meanwhile, seen]).sets["defects"]] == ["G2"]


def test_removal_that_arrives_before_its_addition_still_counts():
    added = op(1, "photos", {"sha256": "0"}, action="add")
    assert fold([op(2, "photos", [added.ident], action="remove"), added]).sets == {}


def test_edit_of_a_member_changes_it_and_never_brings_it_back():
    added = op(1, "defects", {"code": "G1", "severity": "light"}, action="add")
    worse = op(1, f"member:{added.ident}:severity", "severe", device="p-ma", at=9000)
    (member,) = fold([worse, added]).sets["defects"]
    assert member.value == {"code": "G1", "severity": "severe"}
    gone = op(2, "defects", [added.ident], action="remove")
    assert fold([gone, worse, added]).sets == {}


def test_device_keeps_its_own_order_when_its_clock_goes_back():
    state = fold([op(1, "gas", "ok", at=9_000_000), op(2, "gas", "bad", at=5)])
    assert state.value("gas") == "bad"


def test_order_is_total():
    ops = [op(n, "gas", n, device=d, at=7) for d in DEVICES for n in (1, 2, 3)]
    placed = list(stamps(ops).values())
    assert len(set(placed)) == len(ops)


FIELDS = st.sampled_from(["gas", "pipes", "note:gas", "member:p-sun:1:severity"])


@st.composite
def histories(draw: st.DrawFn) -> list[Op]:
    """Edits of three phones, with clocks that jump, removals of anything, members edited."""
    ops: list[Op] = []
    for device, author in DEVICES.items():
        for counter in range(1, draw(st.integers(0, 6)) + 1):
            action = draw(st.sampled_from(["set", "set", "add", "remove"]))
            at, logical = draw(st.integers(0, 4)) * 1000, draw(st.integers(0, 1))
            field = draw(FIELDS) if action == "set" else draw(st.sampled_from(["defects", "photos"]))
            idents = [f"{d}:{n}" for d in DEVICES for n in range(1, 7)]
            value = (
                draw(st.lists(st.sampled_from(idents), max_size=2)) if action == "remove" else draw(st.integers(0, 2))
            )
            ops.append(
                Op(device, counter, at, logical, author, action, field, {"n": value} if action == "add" else value)
            )
    return ops


@pytest.mark.obligation("T03-1")
@settings(max_examples=1000)
@given(histories(), st.randoms(use_true_random=False))
def test_every_order_of_arrival_gives_one_state(ops: list[Op], chance: random.Random):
    expected = fold(ops)
    arrived = [*ops, *chance.choices(ops, k=len(ops))] if ops else []
    chance.shuffle(arrived)
    assert fold(arrived) == expected


@settings(max_examples=200)
@given(histories())
def test_nobodys_last_word_is_lost(ops: list[Op]):
    """Every author's last word on a field either counts, agrees with what counts, or stands beside it."""
    state, order = fold(ops), stamps(ops)
    for name, said in state.fields.items():
        words = sorted((o for o in ops if o.action == "set" and o.field == name), key=lambda o: order[o.ident])
        for author in {o.author for o in words}:
            last = [o for o in words if o.author == author][-1]
            assert last.value == said.current.value or last.value in [o.value for o in said.others]
