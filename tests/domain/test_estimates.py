"""Lift need and year classes, from dated figures."""

from datetime import date

import pytest

from jiugai.domain.built_years import built_before, choices, classes, cutoffs
from jiugai.domain.lift_need import LiftNeed, estimate

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("floors", "share", "need"),
    [
        (6, 1.0, LiftNeed.HIGH),
        (7, 0.51, LiftNeed.HIGH),
        (8, 0.51, LiftNeed.MID),
        (18, 0.5, LiftNeed.LOW),
        (6, 0.0, LiftNeed.LOW),
        (3, 1.0, LiftNeed.NONE),
        (4, 1.0, LiftNeed.HIGH),
        (6, None, LiftNeed.UNKNOWN),
        (None, 1.0, LiftNeed.UNKNOWN),
    ],
)
@pytest.mark.obligation("T01-4")
def test_lift_need_by_height_and_share_without_lift(floors: int | None, share: float | None, need: LiftNeed) -> None:
    assert estimate(floors_max=floors, share_no_lift=share, on=TODAY) is need


@pytest.mark.obligation("T22-5")
def test_both_cutoffs_are_data_with_their_source() -> None:
    assert [(c.year, c.status) for c in cutoffs()] == [(1990, "stated"), (2000, "stated")]
    assert all(c.source for c in cutoffs())
    assert built_before(1999, cutoff=2000) is True
    assert built_before(2000, cutoff=2000) is False
    assert built_before(None, cutoff=2000) is None


@pytest.mark.obligation("T22-5")
def test_year_classes_leave_no_gap_and_both_cutoffs_are_edges() -> None:
    spans = classes()
    assert (spans[0].first, spans[-1].last) == (None, None)
    assert [one.last + 1 for one in spans[:-1]] == [one.first for one in spans[1:]]  # type: ignore[operator]
    assert {1989, 2000} <= {one.last for one in spans}
    assert [one.code for one in choices()] == ["pre1980", "1980s", "pre1990", "1990-2000", "pre2001", "post2000"]
