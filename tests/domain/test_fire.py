"""Which fire standard was in force when a building was built."""

from itertools import pairwise

import pytest

from jiugai.domain.fire import editions, in_force

pytestmark = pytest.mark.obligation("T22-5")


@pytest.mark.parametrize(
    ("year", "storeys", "codes"),
    [
        (1958, 3, ["102-56"]),
        (1974, 5, ["1960 原则规定"]),
        (1981, 14, ["TJ 16-74"]),
        (1985, 14, ["GBJ 45-82"]),
        (1985, 9, ["TJ 16-74"]),
        (1985, 10, ["GBJ 45-82"]),
        (1999, 6, ["GBJ 16-87"]),
        (1999, 24, ["GB 50045-95"]),
        (2016, 24, ["GB 50016-2014"]),
    ],
)
def test_year_and_storeys_name_one_standard(year: int, storeys: int, codes: list[str]) -> None:
    found = in_force(built_year=year, storeys=storeys)
    assert [e.code for e in found.editions] == codes
    assert found.doubt == ""


def test_year_of_change_gives_both_editions_and_says_so() -> None:
    found = in_force(built_year=1988, storeys=6)
    assert [e.code for e in found.editions] == ["TJ 16-74", "GBJ 16-87"]
    assert "换版" in found.doubt


def test_first_year_of_the_high_rise_series_leaves_the_general_one_possible() -> None:
    assert {e.code for e in in_force(built_year=1983, storeys=12).editions} == {"TJ 16-74", "GBJ 45-82"}


def test_missing_storeys_leave_two_series() -> None:
    found = in_force(built_year=1990, storeys=None)
    assert {e.series for e in found.editions} == {"general", "high_rise"}
    assert "层数待核实" in found.doubt


def test_missing_year_is_unknown_and_never_a_standard() -> None:
    found = in_force(built_year=None, storeys=6)
    assert found.editions == ()
    assert "待核实" in found.doubt


def test_before_the_first_standard_nothing_is_claimed() -> None:
    assert in_force(built_year=1950, storeys=3).editions == ()


def test_all_editions_are_provisional_until_confirmed() -> None:
    assert in_force(built_year=1990, storeys=6).provisional


def test_editions_of_a_series_do_not_overlap() -> None:
    for series in {e.series for e in editions()}:
        run = [e for e in editions() if e.series == series]
        assert all(a.until is not None and a.until < b.starts for a, b in pairwise(run))
