"""Pipelines and risers without a database: control figures, merging, consensus, support, warnings, cut-off."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.pipes import Job, against_control, lead_telecom, mergeable
from jiugai.domain.risers import Answer, Household, consensus, cut_off, line_of, needs_warning, support, visit_next
from jiugai.domain.streetworks import Window

D = date
ON = D(2026, 11, 23)


@pytest.mark.obligation("T15-1")
@pytest.mark.parametrize(
    ("words", "served"),
    [("", "1-101 1-102 2-101"), ("1单元01号", "1-101"), ("1 单元 2 号厨房", "1-102"), ("1单元", "1-101 1-102"),
     ("01号", "1-101 2-101")],
)  # fmt: skip
def test_a_riser_is_named_by_entrance_and_end_of_the_flat_number(words, served):
    line = line_of(words)
    flats = [(1, "101"), (1, "102"), (2, "101")]
    assert line
    assert " ".join(f"{e}-{door}" for e, door in flats if line.serves(e, door)) == served


def test_a_riser_that_nobody_can_read_is_told():
    assert line_of("厨房立管") is None


@pytest.mark.obligation("T14-9")
@pytest.mark.parametrize(
    ("cost", "control", "standing", "excess"),
    [
        (10_000_000, 100_000, "within", 0),
        (10_000_001, 100_000, "over", 1),
        (None, 100_000, "unknown", 0),
        (10_000_000, None, "unknown", 0),
    ],
)
def test_a_lifts_pipes_against_their_control_figure(cost, control, standing, excess):
    found = against_control(cost, control)
    assert (found.standing, found.excess_fen) == (standing, excess)


SPRING = (D(2027, 3, 1), D(2027, 5, 1))


def job(ref, *, lift=False, building=None, days=SPRING, community=1):
    return Job(ref, "heat", lift, community, building, Window(*days) if days else None)


def pairs(*jobs, touching=(), within=100):
    found = mergeable(jobs, touching=frozenset(frozenset(pair) for pair in touching), within_days=within)
    return [(merge.one, merge.other) for merge in found]


@pytest.mark.obligation("T14-10")
def test_jobs_on_the_same_ground_or_at_the_same_building_can_be_one():
    assert pairs(job("A"), job("B")) == []
    assert pairs(job("A"), job("B"), touching=["AB"]) == [("A", "B")]
    assert pairs(job("A", building=7), job("B", building=7)) == [("A", "B")]
    assert pairs(job("A", building=7), job("B", building=8)) == []
    assert pairs(job("A", building=7), job("B", building=7, community=2)) == []


@pytest.mark.obligation("T14-10")
def test_a_lifts_pipes_with_the_communitys_come_first():
    found = pairs(job("A"), job("B"), job("C", lift=True), touching=["AB", "BC"])
    assert found == [("B", "C"), ("A", "B")]


@pytest.mark.obligation("T14-10")
@pytest.mark.parametrize(("starts", "found"), [(D(2027, 8, 10), 1), (D(2027, 8, 11), 0), (None, 1)])
def test_jobs_too_far_apart_in_time_are_not_proposed(starts, found):
    other = job("B", days=(starts, D(2028, 1, 1)) if starts else None)
    assert len(pairs(job("A"), other, touching=["AB"])) == found


@pytest.mark.obligation("T14-12")
@pytest.mark.parametrize(
    ("overhead", "leads", "tag"),
    [
        (None, [], "unk"),
        (False, [], "na"),
        (True, [], "bad"),
        (True, ["甲", "乙"], "bad"),
        (True, ["甲", "甲"], "ok"),
    ],
)
def test_overhead_lines_have_one_company(overhead, leads, tag):
    said = lead_telecom(has_overhead=overhead, leads=leads)
    assert said.tag == tag
    assert bool(said.remedy) is (tag in ("bad", "unk"))


def door(name, answer="unasked", *, floor=1, visits=0, later=None):
    return Household(name, name, 1, floor, Answer(answer), visits, None, later)


@pytest.mark.obligation("T15-2")
@pytest.mark.parametrize(
    ("share", "agreed", "reached", "lacking"),
    [(100, 2, False, 1), (100, 3, True, 0), (67, 2, False, 1), (66, 2, True, 0)],
)
def test_consensus_counts_all_doors_and_rounds_up(share, agreed, reached, lacking):
    doors = [door(str(n), "agreed" if n < agreed else "opposed") for n in range(3)]
    found = consensus(doors, share_percent=share)
    assert (found.reached, found.lacking) == (reached, lacking)


def test_no_door_is_no_consensus():
    assert consensus([], share_percent=100).reached is False


@pytest.mark.obligation("T15-2")
def test_visits_go_to_dates_then_the_unasked_then_the_absent_from_the_ground_up():
    doors = [
        door("opposed", "opposed"), door("absent", "absent", visits=1), door("third", floor=3), door("first", floor=1),
        door("today", "opposed", later=ON), door("later", "absent", later=ON + timedelta(1)), door("yes", "agreed"),
    ]  # fmt: skip
    assert [one.door for one in visit_next(doors, on=ON)] == ["today", "first", "third", "absent", "opposed"]


@pytest.mark.obligation("T15-8")
@given(cost=st.integers(0, 10**10), doors=st.integers(1, 200), rate=st.integers(0, 10_000))
def test_support_and_remainder_add_up_to_the_fen(cost, doors, rate):
    found = support(cost, doors, per_household_yuan=rate)
    assert found.support_fen + found.remainder_fen == cost
    assert sum(found.shares) == found.remainder_fen
    assert max(found.shares) - min(found.shares) <= 1
    assert found.support_fen == min(cost, rate * 100 * doors)


@pytest.mark.obligation("T15-8")
def test_support_is_never_more_than_the_cost():
    assert support(500_000, 4, per_household_yuan=3000).remainder_fen == 0
    assert support(2_000_003, 4, per_household_yuan=3000).shares == (200_001, 200_001, 200_001, 200_000)


@pytest.mark.obligation("T15-7")
@pytest.mark.parametrize(
    ("cutoff", "open_", "words"),
    [
        (ON, True, "今天截止"),
        (ON + timedelta(3), True, "还有 3 天截止"),
        (ON - timedelta(1), False, "申请已于11月22日截止"),
        (None, False, "还没有定申请截止时间"),
    ],
)
def test_the_last_day_still_counts(cutoff, open_, words):
    said = cut_off(cutoff_on=cutoff, on=ON)
    assert (said.open, said.words) == (open_, words)


@pytest.mark.obligation("T15-6")
@pytest.mark.parametrize(
    ("decorated", "planned", "works", "warn"),
    [
        (None, None, ON, False),
        (ON - timedelta(365), None, ON, True),
        (ON - timedelta(366), None, ON, False),
        (None, ON + timedelta(365), ON, True),
        (None, ON + timedelta(366), ON, False),
        (None, ON + timedelta(900), None, True),
    ],
)
def test_who_decorated_lately_or_means_to_is_warned(decorated, planned, works, warn):
    assert needs_warning(decorated_on=decorated, planned_on=planned, works_from=works, recent_days=365) is warn
