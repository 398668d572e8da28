"""Bands of the check-up's score."""

from itertools import pairwise

from jiugai.domain.checkup.bands import bands


def test_bands_leave_no_gap_and_do_not_meet() -> None:
    found = bands()
    assert found[0].least is None
    assert found[-1].below is None
    assert all(one.below == following.least for one, following in pairwise(found))
    assert [one.below for one in found[:-1]] == sorted(one.below for one in found[:-1] if one.below)
