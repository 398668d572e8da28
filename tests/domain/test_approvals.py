"""Routes, steps, elapsed days and warnings of approvals; forecasts; standards; rows of workbooks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.approvals import (
    STEPS,
    Asked,
    Route,
    Run,
    UnknownStep,
    before,
    elapsed,
    longest,
    overall,
    ready,
    route_of,
    standing,
    step_of,
    steps_of,
)
from jiugai.domain.calendar import shipped_calendar
from jiugai.domain.clock import Pause
from jiugai.domain.design_standards import BadStandard, check, in_force, measures, parse, shipped
from jiugai.domain.figures import shipped as figures
from jiugai.domain.forecast import Forecast, Progress, Thin, _slopes, forecast, remaining
from jiugai.domain.process import Unit

DAY = date(2026, 9, 18)
WORKING = shipped_calendar()


@pytest.mark.obligation("T19-1", "T19-2", "T19-3")
@pytest.mark.parametrize(
    ("asked", "route"),
    [(Asked(True, False), "government"), (Asked(True, True), "facility"), (Asked(False, True), "facility"),
     (Asked(False, False, 10_000, 8), "low_risk"), (Asked(False, False, 10_001, 8), "social"),
     (Asked(False, False, 10_000, 9), "social"), (Asked(False, False, None, 8), "social"),
     (Asked(False, True, 500, 2), "low_risk"), (Asked(True, False, 500, 2), "government")],
)  # fmt: skip
def test_route_follows_from_what_is_said(asked, route):
    assert route_of(asked, figures(), DAY) == route


@pytest.mark.obligation("T19-2")
def test_without_the_settings_nothing_is_low_risk():
    bare = figures().with_draft({"low_risk_area_max": [(date(2022, 11, 9), None)]})
    assert route_of(Asked(False, False, 10, 1), bare, DAY) == "social"


def test_every_step_has_a_figure_and_stands_behind_those_before_it():
    for route in Route:
        codes = [step.code for step in steps_of(route)]
        assert codes[-1] == "permit"
        for step in steps_of(route):
            assert all(codes.index(code) < codes.index(step.code) for code in before(step, route))
    assert all(figures().value(step.figure, DAY) for step in STEPS)
    with pytest.raises(UnknownStep):
        step_of("x")


@pytest.mark.obligation("T19-4")
def test_steps_begin_when_those_before_are_done():
    assert {s.code for s in ready(Route.GOVERNMENT, [], [])} == {"initiation", "planning", "outside"}
    assert [s.code for s in ready(Route.GOVERNMENT, ["initiation"], ["initiation", "planning", "outside"])] == []
    begun = ["initiation", "planning", "outside"]
    assert [s.code for s in ready(Route.GOVERNMENT, ["initiation", "planning"], begun)] == ["budget"]


def run(step: str, began: date, ended: date | None = None, *pauses: tuple[date, date | None]) -> Run:
    return Run(step, began, ended, tuple(Pause(a, b) for a, b in pauses))


@pytest.mark.obligation("T19-4")
def test_days_of_a_step_leave_out_stops_and_days_off():
    one = run("planning", DAY, None, (date(2026, 9, 21), date(2026, 9, 23)))
    assert elapsed(one, date(2026, 9, 24), Unit.WORKING, WORKING) == 3  # 20, 23, 24
    assert elapsed(one, date(2026, 9, 24), Unit.CALENDAR, WORKING) == 4
    assert elapsed(run("planning", DAY, DAY), date(2026, 9, 30), Unit.WORKING, WORKING) == 0


@pytest.mark.obligation("T19-3", "T19-4")
def test_the_whole_counts_each_day_once_and_leaves_out_days_on_which_all_stood_still():
    end = date(2026, 9, 28)
    still = (date(2026, 9, 21), date(2026, 9, 23))
    both = [run("planning", DAY, None, still), run("initiation", DAY)]
    assert overall(both, DAY, end, Unit.CALENDAR, WORKING) == 10
    assert overall(both[:1], DAY, end, Unit.CALENDAR, WORKING) == 8
    assert overall([], DAY, end, Unit.CALENDAR, WORKING) == 10


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 10)), max_size=4))
def test_the_whole_is_never_more_than_the_days_passed_nor_less_than_any_step(rows):
    runs = [run("x", DAY + timedelta(a), DAY + timedelta(a + b), (DAY + timedelta(a + 1), DAY + timedelta(a + 1 + c)))
            for a, b, c in rows]  # fmt: skip
    end = DAY + timedelta(70)
    whole = overall(runs, DAY, end, Unit.CALENDAR, WORKING)
    assert max((elapsed(one, end, Unit.CALENDAR, WORKING) for one in runs), default=0) <= whole <= 70


@pytest.mark.obligation("T19-3", "T19-4")
@pytest.mark.parametrize(
    ("used", "rest", "finished", "left", "warning"),
    [(100, 0, True, 0, ""), (101, 0, True, -1, "late"), (101, 0, False, -1, "late"), (60, 40, False, 40, ""),
     (60, 41, False, 40, "tight")],
)  # fmt: skip
def test_warning_comes_on_both_sides_of_the_limit(used, rest, finished, left, warning):
    found = standing(used, 100, rest, finished=finished)
    assert (found.left, found.warning) == (left, warning)
    assert standing(used, None, rest, finished=finished).warning == ""


@pytest.mark.obligation("T19-4")
def test_rest_is_the_longest_chain():
    limits = {step.code: 10 for step in STEPS}
    assert longest(Route.GOVERNMENT, limits, [], {}) == 40  # initiation, budget, finance, permit
    assert longest(Route.GOVERNMENT, limits, ["initiation", "planning"], {"budget": 3, "outside": 50}) == 50
    assert longest(Route.GOVERNMENT, limits, [s.code for s in STEPS], {}) == 0


START = Progress(Route.LOW_RISK, frozenset(), {"joint": 0})


def cases(*pairs: tuple[int, int]) -> list[dict[str, int]]:
    return [{"joint": a, "permit": b} for a, b in pairs]


@pytest.mark.obligation("T19-4")
def test_forecast_says_nothing_below_the_least_number_of_cases():
    few = cases(*[(5, 5)] * 18)
    assert forecast(START, few, 19) == Thin(19, (("joint", 18), ("permit", 18)))
    assert isinstance(forecast(START, few + few[:1], 19), Forecast)
    assert forecast(START, [], 19) == Thin(19, (("joint", 0), ("permit", 0)))


@pytest.mark.obligation("T19-4")
def test_forecast_takes_quantiles_of_whole_cases():
    found = forecast(START, cases(*[(n, 1) for n in range(1, 20)]), 19, left=11)
    assert (found.p50, found.p90, found.low, found.high, found.method, found.count) == (11, 19, 2, 20, "cases", 19)
    assert found.within == 10 / 19


@pytest.mark.obligation("T19-4")
def test_a_step_that_runs_is_compared_with_those_that_took_longer():
    history = cases(*[(5, 1)] * 20, *[(30, 1)] * 20)
    found = forecast(replace(START, running={"joint": 10}), history, 19)
    assert (found.p50, found.count) == (21, 20)
    assert forecast(replace(START, running={"joint": 5}), history, 19) == replace(
        found, p50=26, p90=26, low=26, high=26
    )


@pytest.mark.obligation("T19-4")
def test_steps_are_drawn_apart_where_whole_cases_are_too_few_and_always_alike():
    apart = [{"joint": 5}] * 20 + [{"permit": 2}] * 25
    found = forecast(START, apart, 19)
    assert (found.p50, found.method, found.count) == (7, "steps", 20)
    assert forecast(START, apart, 19) == found


@pytest.mark.obligation("T19-4")
def test_thin_history_of_drawn_steps_reaches_from_the_fastest_to_the_slowest():
    def apart(times: int) -> list[dict[str, int]]:
        return [{"joint": n} for n in range(1, 20)] * times + [{"permit": n} for n in range(1, 20)] * times

    thin, thick = forecast(START, apart(1), 19), forecast(START, apart(20), 19)
    assert (thin.method, thin.low, thin.high) == ("steps", 2, 38)
    assert thin.low < thick.low
    assert thick.high < thin.high


@pytest.mark.obligation("T19-4")
def test_a_case_that_was_slow_so_far_is_foreseen_slow_and_its_spread_is_that_of_cases_it_was_not_fitted_to():
    history = [{"planning": n, "permit": n + n % 3} for n in range(10, 50)]
    slow, fast = (
        forecast(
            Progress(Route.SOCIAL, frozenset({"planning", "outside"}), {"permit": 0}, {"planning": days}), history, 19
        )
        for days in (45, 12)
    )
    assert fast.high < slow.low
    points = [(float(n), float(n)) for n in range(12)] + [(20.0, 0.0)]
    *others, odd = _slopes(points)
    assert (odd, max(others) < 1.0) == (1.0, True)


@pytest.mark.obligation("T19-4")
def test_step_to_hasten_is_the_one_that_saves_most():
    history = cases(*[(n, 3) for n in range(10, 30)])
    found = forecast(START, history, 19)
    assert found.hasten == "joint"
    assert found.saves > 0
    assert forecast(START, cases(*[(4, 3)] * 20), 19).hasten == ""


def test_nothing_ahead_is_nothing_left():
    done = Progress(Route.LOW_RISK, frozenset({"joint", "permit"}), {})
    assert (forecast(done, [], 19).p90, remaining(done, {})) == (0, 0)


@pytest.mark.obligation("T11-1")
def test_values_are_checked_against_the_edition_in_force():
    new, old = in_force(date(2022, 4, 1)), in_force(date(2022, 3, 31))
    free = [[s.edition for s in standards if "无障碍" in s.title] for standards in (new, old)]
    assert free == [["2021"], ["2012"]]
    given = [("坡道", "ramp_width", Decimal("1.10")), ("门", "sill_height", Decimal(15)), ("x", "unknown", Decimal(1))]
    assert [one.ok for one in check(given, new)] == [False, True]
    assert [one.ok for one in check(given, old)] == [True, True]
    assert "坡道净宽（米）" in measures(DAY).values()


@pytest.mark.obligation("T18-8")
def test_guidelines_cover_building_public_space_and_facilities_and_schemes_are_checked_against_each():
    standing = in_force(DAY)
    parts = {row.part for one in standing for row in one.requirements}
    assert len(parts) == figures().value("design_standard_parts", DAY).whole
    assert {one.label for one in parts} == {"楼本体", "公共空间", "配套设施"}
    given = [("扶手", "stair_rail_height", Decimal("0.85")), ("路", "main_road_width", Decimal(4)),
             ("活动站", "culture_area", Decimal(249))]  # fmt: skip
    assert [(one.requirement.part.label, one.ok) for one in check(given, standing)] == [
        ("楼本体", False), ("公共空间", True), ("配套设施", False),
    ]  # fmt: skip


def test_standard_that_contradicts_itself_is_refused():
    row = {"measure": "a", "label": "a", "relation": "=", "value": "1", "unit": "", "clause": ""}
    made = {"code": "X", "edition": "1", "title": "t", "since": DAY, "status": "provisional", "requirements": [row]}
    for wrong in (made, {**made, "requirements": [{**row, "value": "x", "relation": ">="}]}, {}):
        with pytest.raises(BadStandard):
            parse(wrong)
    assert shipped()
