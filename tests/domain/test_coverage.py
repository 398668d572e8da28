"""Coverage of check-ups and of the pool, counted on any day, against dated targets."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.coverage import Coverage, Member, Standing, Target, checked, pool_targets, pooled
from jiugai.domain.figures import shipped

DAY = date(2022, 12, 31)
MEMBERS = [
    Member(needs=True, checked_on=date(2022, 5, 1), entered_on=date(2022, 12, 31)),
    Member(needs=True, checked_on=date(2023, 1, 1), entered_on=date(2023, 1, 1)),
    Member(needs=False, checked_on=date(2022, 5, 1), entered_on=date(2022, 6, 1)),
    Member(needs=None),
]


@pytest.mark.obligation("T03-1")
def test_check_ups_are_counted_of_all_communities():
    assert checked(MEMBERS, DAY) == Coverage(2, 4)
    assert checked(MEMBERS, date(2023, 1, 1)) == Coverage(3, 4)


@pytest.mark.obligation("T03-3")
def test_the_pool_is_counted_of_those_that_need_it_on_the_day():
    found = pooled(MEMBERS, DAY)
    assert found == Coverage(done=1, all=2, unjudged=1)
    assert (found.share, found.left) == (Fraction(1, 2), 1)
    assert pooled(MEMBERS, date(2023, 1, 1)).done == 2


@pytest.mark.obligation("T03-3")
def test_the_target_of_2022_is_kept_and_a_new_one_can_be_set():
    assert pool_targets(shipped()) == (Target(Fraction(1), DAY, shipped().get("reserve_pool_deadline").source),)
    day = date(2027, 1, 1)
    draft = shipped().with_draft(
        {"reserve_pool_deadline": [(day, date(2027, 12, 31))], "reserve_pool_coverage": [(day, 0.9)]}
    )
    assert [(one.share, one.by) for one in pool_targets(draft)] == [
        (1, DAY),
        (Fraction(9, 10), date(2027, 12, 31)),
    ]


def test_a_target_without_a_day_is_none():
    assert pool_targets(shipped().with_draft({"reserve_pool_deadline": [(date(2022, 1, 1), None)]})) == ()


@pytest.mark.obligation("T03-3")
@pytest.mark.parametrize(
    ("coverage", "on", "standing"),
    [
        (Coverage(1, 2), DAY, Standing.OPEN),
        (Coverage(1, 2), date(2023, 1, 1), Standing.MISSED),
        (Coverage(2, 2), date(2023, 1, 1), Standing.MET),
        (Coverage(2, 2, unjudged=1), DAY, Standing.UNKNOWN),
        (Coverage(0, 0), DAY, Standing.UNKNOWN),
    ],
)
def test_where_the_target_stands(coverage, on, standing):
    assert Target(Fraction(1), DAY, "x").standing(coverage, on) is standing
    assert standing.label


@given(st.permutations(MEMBERS), st.dates(date(2022, 1, 1), date(2023, 12, 31)))
def test_the_order_of_communities_changes_nothing(members, day):
    assert pooled(members, day) == pooled(MEMBERS, day)
    assert checked(members, day) == checked(MEMBERS, day)
