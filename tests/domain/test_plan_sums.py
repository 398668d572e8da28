"""Seasons, quota, sums and the price of a move, in exact figures."""

from datetime import date
from typing import Any

import pytest

from jiugai.domain.figures import shipped
from jiugai.domain.planning.price import price
from jiugai.domain.planning.quota import is_basic, share_of
from jiugai.domain.planning.seasons import Window, months_from, seasons
from jiugai.domain.planning.sums import calendar_of, sums

DAY = date(2026, 11, 30)


def windows() -> Any:
    found = seasons(shipped(), DAY)
    assert found
    return found


def project(code: str, **more: Any) -> dict[str, Any]:
    made = {
        "id": code, "district": "D", "street": "S", "kind": "environment", "basic_class": True,
        "seismic_energy": False, "floor_area_m2": 8000, "households": 100, "value": 10, "district_cost": 900,
        "city_cost": 300, "duration_months": 9, "earliest": 0, "outdoor": True, "same_year": False, "must": False,
    }  # fmt: skip
    return {**made, **more}


def instance(*projects: dict[str, Any]) -> dict[str, Any]:
    return {
        "first_month": "2027-01", "months": 24, "city_budget": {"2027": 500, "2028": 500}, "projects": list(projects),
        "districts": [{"code": "D", "budget": {"2027": 1000, "2028": 1000}, "capacity_m2": 9000}],
        "works": [{"id": "W", "duration_months": 2}], "pairs": [{"a": "P", "b": "W", "saving": 3}],
    }  # fmt: skip


@pytest.mark.obligation("T03-14")
def test_season_days_are_counted_to_the_day_and_over_new_year():
    assert Window((6, 1), (9, 15)).days(2027, 9) == 15
    winter = Window((11, 15), (3, 15))
    assert [winter.days(2027, m) for m in (1, 3, 4, 11, 12)] == [31, 15, 0, 16, 31]
    assert windows().fractions() == [1, 1, 0.483871, 0, 0, 1, 1, 1, 0.5, 0, 0.533333, 1]


def test_months_follow_each_other_over_new_year():
    assert list(months_from(date(2027, 11, 1), 3)) == [(2027, 11), (2027, 12), (2028, 1)]


@pytest.mark.obligation("T03-9")
def test_share_counts_comprehensive_kinds_only_and_cuts_instead_of_rounding():
    share = share_of([("energy", 19_999), ("comprehensive", 80_001), ("riser", 5_000), ("comprehensive", None)])
    assert (share.basic_m2, share.saving_m2, share.basic, share.saving, share.unmeasured) == (100_000, 19_999, 3, 1, 1)
    assert share.words == "19.9%"
    least = shipped().value("seismic_energy_min_share", DAY)
    assert least
    assert (share.enough(least), share.shortfall_m2(least)) == (False, 1)
    assert [k for k in ("seismic_energy", "riser", "environment", "rebuild") if is_basic(k)] == ["seismic_energy"]


def test_money_is_spread_over_the_months_and_cut_only_at_the_end():
    one = instance(project("P"), project("Q", duration_months=7, district_cost=100))
    found = sums(one, {"P": {"other_cost": 9}}, {"P": 8, "Q": 9}, calendar_of(one, windows()))
    # P: 4 of 9 months in 2027; Q: 3 of 7.
    assert found["money"]["district"] == {"2027": 900 * 4 // 9 + 100 * 3 // 7 + 0, "2028": 500 + 57}
    assert found["money"]["other"] == {"2027": 4, "2028": 5}
    assert found["limits"] == {"district": {"2027": 1000, "2028": 1000}, "city": {"2027": 500, "2028": 500}}
    assert found["curves"]["sites"][7:12] == [0, 1, 2, 2, 2]
    assert found["curves"]["area"][8:10] == [8000, 16_000]


def test_quota_counts_in_the_year_of_start_and_digs_when_months_are_shared():
    one = instance(project("P", seismic_energy=True), project("Q"))
    found = sums(one, {}, {"P": 0, "Q": 13, "W": 8}, calendar_of(one, windows()))
    assert found["quota"]["2027"] == {"basic_m2": 8000, "saving_m2": 8000, "basic": 1, "saving": 1}
    assert found["quota"]["2028"]["saving"] == 0
    assert found["digs"] == {"together": 1, "of": 1}
    assert sums(one, {}, {"P": 0, "W": 9}, calendar_of(one, windows()))["digs"]["together"] == 0


def test_price_of_a_move_names_money_quota_and_season():
    one = instance(project("P", seismic_energy=True, duration_months=6), project("Q", duration_months=6))
    calendar = calendar_of(one, windows())
    before, after = (sums(one, {}, starts, calendar) for starts in ({"P": 0, "Q": 0}, {"P": 12, "Q": 0}))
    words = price(before, after)
    assert "2027年区级资金−900.00 万元" not in words
    assert "2027年区级资金−90.00 万元" in words
    assert "2027年抗震节能占比−50.0 个百分点" in words
    assert price(before, before) == []
