"""Rebuild mode: situations, households, dwellings before and after, added area and its uses, the wish survey."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from jiugai.approvals.actions.rebuilding import (
    ChangedMeanwhile,
    Said,
    WrongRebuild,
    add_area,
    record_rebuild,
    record_wishes,
    write_dwellings,
)
from jiugai.approvals.models import AddedArea, Rebuild, RebuildDwelling, WishAnswer
from jiugai.domain.errors import NotAllowed
from jiugai.domain.rebuild import Count, Flat, Use, count, sums, total
from tests.apps.approvals.conftest import at, proposed
from tests.apps.approvals.test_schemes import outcome

DAY = date(2026, 9, 18)
CONFIRMED = {
    "planning_ref": "规字1号", "planning_on": DAY, "safety_ref": "安字1号", "safety_on": DAY, "confirmed_m2": 300,
}  # fmt: skip


@pytest.fixture
def project(cast, home, planners) -> Any:
    return proposed(cast, home, "rebuild")


def recorded(cast: Any, project: Any, **values: Any) -> Rebuild:
    return record_rebuild(project=project, values=values, actor=cast.actor("implementer"), now=at(DAY), on=DAY)


@pytest.mark.obligation("T04-1")
def test_situation_with_its_basis_opens_the_rule(cast, home, project):
    assert outcome(home, "t04_1_rebuild_situation", DAY, "enter_plan") == "unknown"
    recorded(cast, project, situation="contiguous")
    assert outcome(home, "t04_1_rebuild_situation", DAY, "enter_plan") == "unknown"
    row = recorded(
        cast, project, basis="鉴定 JD-1", mode="danger", above_ground="加一层活动室", below_ground="地下停车"
    )
    assert outcome(home, "t04_1_rebuild_situation", DAY, "enter_plan") == "pass"
    assert (row.situation, row.get_mode_display(), row.below_ground) == ("contiguous", "解危带改造", "地下停车")


@pytest.mark.obligation("T04-1", "T04-2")
def test_third_situation_waits_for_the_wish_of_two_thirds(cast, home, project):
    row = recorded(cast, project, situation="wished", basis="评估 PG-1", households_before=3)
    say(cast, row, "1-1-101", "agree")
    assert outcome(home, "t04_1_rebuild_situation", DAY, "enter_plan") == "fail"
    say(cast, row, "1-1-201", "agree")
    assert outcome(home, "t04_1_rebuild_situation", DAY, "enter_plan") == "pass"


def say(cast: Any, row: Rebuild, door: str, answer: str, channel: str = "paper", day: date = DAY) -> int:
    said = [Said(door, answer, channel, day)]
    return record_wishes(rebuild=row, said=said, actor=cast.actor("community_worker"), now=at(DAY), on=DAY)


@pytest.mark.obligation("T04-2")
def test_newest_answer_of_a_household_counts_whatever_its_channel(cast, project):
    row = recorded(cast, project)
    say(cast, row, "1号楼1单元101", "oppose", "paper", date(2026, 9, 10))
    say(cast, row, "1-1-101", "agree", "online")
    assert WishAnswer.objects.filter(ended_at__isnull=True).get().answer == "agree"
    with pytest.raises(WrongRebuild, match="已有更新的答复"):
        say(cast, row, "1-1-101", "oppose", "paper", date(2026, 9, 11))
    with pytest.raises(IntegrityError, match="wish_one_per_household"), transaction.atomic():
        WishAnswer.objects.create(
            rebuild=row, door="1-1-101", answer="oppose", channel="paper", said_on=DAY, by_name="某"
        )
    with pytest.raises(IntegrityError, match="keeps what was said"), transaction.atomic():
        WishAnswer.objects.filter(ended_at__isnull=True).update(answer="oppose")


@pytest.mark.parametrize(
    ("door", "answer", "day"), [("某某家", "agree", DAY), ("1-1-1", "x", DAY), ("1-1-1", "agree", date(2026, 8, 1))]
)
def test_answers_that_cannot_be_are_refused(cast, project, door, answer, day):
    with pytest.raises(WrongRebuild):
        say(cast, recorded(cast, project), door, answer, "paper", day)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["agree", "oppose"]), st.sampled_from(["paper", "online"]))
    )
)
def test_count_is_one_answer_a_household(said):
    found = count(said, 3)
    assert found.answered == len({door for door, _, _ in said}) == found.paper + found.online
    assert found.silent == 3 - found.answered


@pytest.mark.obligation("T04-2")
def test_later_answers_of_a_door_replace_earlier_ones():
    said = [("a", "agree", "paper"), ("b", "undecided", "online"), ("a", "oppose", "online")]
    assert count(said, None) == Count(0, 1, 1, 0, 2, None)


@pytest.mark.obligation("T04-5")
def test_more_households_are_refused_in_words_and_by_the_database(cast, home, project):
    with pytest.raises(WrongRebuild, match="多 1 户"):
        recorded(cast, project, households_before=96, households_after=97)
    row = recorded(cast, project, households_before=96, households_after=96)
    assert outcome(home, "t04_5_no_more_households", DAY, "enter_plan") == "pass"
    for more in ({"households_after": 97}, {"households_before": None}, {"households_before": 95}):
        with pytest.raises(IntegrityError, match="rebuild_adds_no_household"), transaction.atomic():
            Rebuild.objects.filter(pk=row.pk).update(**more)


@pytest.mark.obligation("T04-6")
def test_use_of_space_above_and_below_ground_is_kept_with_its_history(cast, project):
    recorded(cast, project, above_ground="架空层", below_ground="")
    row = recorded(cast, project, below_ground="人防兼停车")
    assert (row.above_ground, row.below_ground, row.version) == ("架空层", "人防兼停车", 2)
    assert row.history.count() == 2


@pytest.mark.obligation("T04-7")
def test_area_is_summed_per_dwelling_and_building(cast, project):
    row, who = recorded(cast, project), cast.actor("implementer")
    flats = [
        Flat("1号楼", "101", 400_000, 450_000),
        Flat("1号楼", "102", 400_000, None),
        Flat("2号楼", "101", 500_000, 500_000),
    ]
    write_dwellings(rebuild=row, flats=flats, actor=who, now=at(DAY))
    write_dwellings(rebuild=row, flats=[Flat("1号楼", "102", 400_000, 410_000)], actor=who, now=at(DAY))
    kept = [Flat(d.building, d.door, d.before_cm2, d.after_cm2) for d in RebuildDwelling.objects.filter(rebuild=row)]
    one, two = sums(kept)
    assert (one.building, one.flats, one.before_cm2, one.after_cm2, one.added_cm2) == (
        "1号楼",
        2,
        800_000,
        860_000,
        60_000,
    )
    assert (two.added_cm2, total(kept).added_cm2, total(flats).unknown) == (0, 60_000, 1)
    with pytest.raises(WrongRebuild, match="写了两次"):
        write_dwellings(rebuild=row, flats=flats[:1] * 2, actor=who, now=at(DAY))


@pytest.mark.obligation("T04-8")
def test_area_is_added_only_with_both_confirmations(cast, home, project):
    row, who = recorded(cast, project), cast.actor("implementer")
    write_dwellings(rebuild=row, flats=[Flat("1号楼", "101", 400_000, 450_000)], actor=who, now=at(DAY))
    assert outcome(home, "t04_8_added_area", DAY, "enter_plan") == "fail"
    with pytest.raises(WrongRebuild, match="没有规划和安全两项确认"):
        book(cast, row, 10)
    with pytest.raises(WrongRebuild, match="没有规划和安全两项确认"):
        recorded(cast, project, **CONFIRMED | {"safety_ref": ""})
    recorded(cast, project, **CONFIRMED)
    book(cast, row, 300)
    assert outcome(home, "t04_8_added_area", DAY, "enter_plan") == "pass"


def book(cast: Any, row: Rebuild, m2: int, use: str = "facilities") -> AddedArea:
    return add_area(
        rebuild=row, use=use, m2=m2, note="首层活动室", actor=cast.actor("implementer"), now=at(DAY), on=DAY
    )


@pytest.mark.obligation("T04-9")
def test_added_area_goes_to_the_four_uses_alone_and_never_above_what_was_confirmed(cast, project):
    row = recorded(cast, project, **CONFIRMED)
    with pytest.raises(WrongRebuild, match="不能作这个用途"):
        book(cast, row, 10, "market_housing")
    for use in Use:
        book(cast, row, 75, use.value)
    with pytest.raises(WrongRebuild, match="超过确认可增加的 300"):
        book(cast, row, 1)
    book(cast, row, -75, "public_rental")
    with pytest.raises(WrongRebuild, match="冲减"):
        book(cast, row, -1, "public_rental")
    with pytest.raises(WrongRebuild, match="比确认的多"):
        recorded(cast, project, confirmed_m2=224)
    assert sum(AddedArea.objects.values_list("m2", flat=True)) == 225
    with pytest.raises(IntegrityError, match="added_area_use_allowed"), transaction.atomic():
        AddedArea.objects.create(rebuild=row, use="shops", m2=1, note="x", booked_on=DAY, by_name="某")


def test_two_people_do_not_overwrite_each_other(cast, project):
    seen = recorded(cast, project, basis="一").version
    recorded(cast, project, basis="二")
    with pytest.raises(ChangedMeanwhile):
        record_rebuild(
            project=project, values={"basis": "三"}, actor=cast.actor("implementer"), now=at(DAY), on=DAY, version=seen
        )


def test_other_kinds_of_projects_and_people_have_no_rebuild(cast, home, planners):
    other = proposed(cast, home, "energy")
    with pytest.raises(WrongRebuild, match="不是改建项目"):
        recorded(cast, other)
    with pytest.raises(NotAllowed):
        record_rebuild(project=other, values={}, actor=cast.actor("planner"), now=at(DAY), on=DAY)


@pytest.mark.parametrize("day", [date(2026, 8, 1), date(2026, 9, 19)])
def test_confirmation_lies_between_the_proposal_and_today(cast, project, day):
    with pytest.raises(WrongRebuild, match="规划确认日期"):
        recorded(cast, project, planning_ref="规字1号", planning_on=day)
