"""Ranking on the four factors: arithmetic, unknown factors, places, sensitivity; districts for early payment."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.ranking import District, Factor, Inputs, Shares, place, points, rank_districts, score, swing, weighed

SHARES = Shares(Fraction(3, 5), Fraction(5), Fraction(1, 5))
EVEN = dict.fromkeys(Factor, Fraction(25))
KNOWN = Inputs(
    1, "D", "X1", (("甲", Decimal("55.0")), ("乙", Decimal("65.0"))), 0, 20_000, 100_000, Fraction(9, 10), 58, 66, 48,
    96, 2, 130, 200,
)  # fmt: skip


def changed(**parts) -> Inputs:
    return Inputs(**{**KNOWN.__dict__, **parts})


@pytest.mark.obligation("T03-5")
def test_each_factor_is_the_sum_that_its_words_show():
    found = score(KNOWN, EVEN, SHARES)
    assert {f.value: p.points for f, p in found.parts.items()} == {
        "checkup": 4000,  # 100 - 60
        "finance": 8200,  # 0.8 × 80 + 0.9 × 20
        "mass_work": 6272,  # 58/66 × 60 + 1/2 × 40 - 2 × 5
        "demand": 6500,
    }
    assert found.low == found.high == (4000 + 8200 + 6272 + 6500) // 4
    assert found.parts[Factor.CHECKUP].says == "100 − 体检平均分 60.00 = 40.00"
    assert ("甲 体检得分", "55.0") in found.parts[Factor.CHECKUP].inputs
    assert "同意率 87.9%" in found.parts[Factor.MASS_WORK].says


@pytest.mark.obligation("T03-5")
@pytest.mark.parametrize(
    ("missing", "factor"),
    [
        ({"checkups": ()}, Factor.CHECKUP),
        ({"unchecked": 1}, Factor.CHECKUP),
        ({"district_fen": None}, Factor.FINANCE),
        ({"budget_fen": None}, Factor.FINANCE),
        ({"budget_fen": 0}, Factor.FINANCE),
        ({"asked": 0, "agreed": 0}, Factor.MASS_WORK),
        ({"households": None}, Factor.MASS_WORK),
        ({"demanded": 0, "wanting": 0}, Factor.DEMAND),
    ],
    ids=str,
)
def test_what_is_not_known_is_neither_nothing_nor_guessed(missing, factor):
    whole, found = score(KNOWN, EVEN, SHARES), score(changed(**missing), EVEN, SHARES)
    assert found.parts[factor].points is None
    assert found.parts[factor].says
    assert found.low <= whole.low <= found.high
    assert found.high - found.low == 2500


@pytest.mark.obligation("T24-4")
def test_a_district_that_does_well_ranks_its_projects_higher():
    well, badly = (score(changed(early=Fraction(n, 10)), EVEN, SHARES) for n in (9, 3))
    assert well.parts[Factor.FINANCE].points - badly.parts[Factor.FINANCE].points == 1200
    assert score(changed(early=None), EVEN, SHARES).parts[Factor.FINANCE].points == 8000


def test_more_than_the_districts_money_counts_nothing_and_objections_not_below_nothing():
    assert score(changed(district_fen=200_000, early=None), EVEN, SHARES).parts[Factor.FINANCE].points == 0
    assert score(changed(objections=99), EVEN, SHARES).parts[Factor.MASS_WORK].points == 0
    assert score(changed(visited=500), EVEN, SHARES).parts[Factor.MASS_WORK].points == 8272


def rows(*scores, district="D"):
    return [
        score(changed(project=n, code=f"X{n}", district=district, checkups=(("甲", Decimal(100 - a)),), demanded=100,
                      wanting=b), EVEN, SHARES)
        for n, (a, b) in enumerate(scores, 1)
    ]  # fmt: skip


@pytest.mark.obligation("T03-5")
def test_places_are_given_within_the_district_and_shared_by_equals():
    scored = [*rows((80, 20), (60, 60), (60, 60), (10, 10)), *rows((1, 1), district="E")]
    scored[-1] = score(changed(project=9, district="E"), EVEN, SHARES)
    placed = {one.scored.project: (one.place, one.of) for one in place(scored, EVEN)}
    assert placed == {2: (1, 4), 3: (1, 4), 1: (3, 4), 4: (4, 4), 9: (1, 1)}


@pytest.mark.obligation("T03-5")
def test_a_place_that_hangs_on_the_weights_is_told_with_the_factor():
    placed = {one.scored.project: one for one in place(rows((81, 20), (40, 60)), EVEN)}
    assert placed[1].place == 1
    assert (Factor.DEMAND, 5, 2) in placed[1].flips
    assert (placed[1].best, placed[1].worst) == (1, 2)
    sure = {one.scored.project: one for one in place(rows((90, 90), (10, 10)), EVEN)}
    assert sure[1].flips == sure[2].flips == ()


@given(
    st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(any), st.sampled_from(list(Factor)),
    st.integers(-100, 100),
)  # fmt: skip
def test_swung_weights_always_make_a_hundred(raw, factor, step):
    whole = sum(raw)
    weights = {f: Fraction(100 * w, whole) for f, w in zip(Factor, raw, strict=True)}
    moved = swing(weights, factor, step)
    assert sum(moved.values()) == 100
    assert all(0 <= w <= 100 for w in moved.values())


def test_points_are_written_with_two_decimals():
    assert (points(4505), points(10_000), points(7)) == ("45.05", "100.00", "0.07")
    assert weighed({}, EVEN) == (0, 0)


@pytest.mark.obligation("T24-4")
def test_districts_are_ranked_by_progress_and_satisfaction_and_proposed_only_when_both_are_high():
    rows = [
        District("a", "甲区", 9, 10, 95, 100), District("b", "乙区", 10, 10, 85, 100),
        District("c", "丙区", 7, 10, 99, 100), District("d", "丁区", 9, 10, 95, 100),
        District("e", "戊区", 0, 0, 9, 10), District("f", "己区", 1, 1, 0, 0),
    ]  # fmt: skip
    found = {one.district.code: one for one in rank_districts(rows, Fraction(4, 5), Fraction(9, 10))}
    assert [found[code].place for code in "abcdef"] == [1, 1, 4, 1, None, None]
    assert {code: found[code].proposed for code in "abcdef"} == {
        "a": True, "b": False, "c": False, "d": True, "e": False, "f": False,
    }  # fmt: skip
    assert "满意度没有达到" in found["b"].says
    assert "推进没有达到" in found["c"].says
    assert "不知道" in found["e"].says
    assert found["f"].says == "没有登记居民满意度"
