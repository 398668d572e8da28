"""Each constraint holds and is broken as the format says, by the right amount."""

import pytest

from jiugai.domain.planning import Rescorer, check, total
from jiugai.domain.planning.constraints import split
from tests.domain.planning.small import best, document, drawn, project, read, work


def broken(problem, starts) -> dict[str, float]:
    return {v.constraint: float(v.amount) for v in check(problem, starts)}


@pytest.mark.obligation("T03-5")
def test_every_must_and_every_work_has_to_be_planned():
    problem = read(document(projects=[project("P", must=True), project("Q")], works=[work("W")]))
    assert broken(problem, {}) == {"must:P": 1, "must:W": 1}
    assert broken(problem, {"P": 0, "W": 0}) == {}


@pytest.mark.parametrize(
    ("changed", "start", "expected"),
    [
        ({"earliest": 2}, 1, {"earliest:P": 1}),
        ({"earliest": 2}, 2, {}),
        ({"latest_finish": 4}, 3, {"latest_finish:P": 1}),
        ({"latest_finish": 4}, 2, {}),
        ({"same_year": True}, 3, {"same_year:P": 1}),
        ({"same_year": True}, 2, {}),
        ({}, 7, {"horizon:P": 1}),
        ({}, -1, {"horizon:P": 1}),
        ({"earliest": 3}, 7, {"horizon:P": 1}),
    ],
)
def test_a_project_keeps_its_own_months(changed, start, expected):
    assert broken(read(document(projects=[project("P", **changed)])), {"P": start}) == expected


@pytest.mark.obligation("T16-2")
def test_a_work_starts_in_its_window():
    problem = read(document(works=[work("W", earliest=1, latest_start=2)]))
    assert broken(problem, {"W": 0}) == {"earliest:W": 1}
    assert broken(problem, {"W": 3}) == {"latest_start:W": 1}


def test_a_bundle_goes_whole_and_in_one_year():
    problem = read(document(projects=[project("P", bundle="B"), project("Q", bundle="B")]))
    assert broken(problem, {"P": 0}) == {"bundle:B": 1}
    assert broken(problem, {"P": 3, "Q": 4}) == {"bundle:B": 1}
    assert broken(problem, {"P": 0, "Q": 3}) == {}


def test_money_is_spent_evenly_and_to_the_last_yuan():
    # three months from December on: a third in 2026
    problem = read(document(projects=[project("P", duration_months=3, district_cost=100, city_cost=150)]))
    assert broken(problem, {"P": 3}) == {}
    assert broken(problem, {"P": 2}) == {}
    assert broken(problem, {"P": 0}) == {"city_budget:2026": 50}
    dear = read(document(projects=[project("P", duration_months=3, district_cost=302)]))
    assert broken(dear, {"P": 3})["district_budget:D:2026"] == pytest.approx(2 / 3)


def test_capacity_and_streets_are_counted_by_month():
    rows = [project(f"P{i}", floor_area_m2=300) for i in range(4)]
    problem = read(document(projects=rows))
    assert broken(problem, {"P0": 0, "P1": 0, "P2": 0, "P3": 1}) == {
        "capacity:D:2026-10": 200, "street_max_active:D1:2026-10": 1,
    }  # fmt: skip


@pytest.mark.obligation("T03-9")
def test_the_seismic_share_is_kept_by_start_year():
    rows = [
        project("P", basic_class=True, floor_area_m2=400),
        project("Q", kind="comprehensive_energy", basic_class=True, seismic_energy=True, floor_area_m2=100),
    ]
    problem = read(document(projects=rows))
    assert broken(problem, {"P": 0, "Q": 1}) == {}
    assert broken(problem, {"P": 0, "Q": 5}) == {"ratio:2026": 80}


def test_what_cannot_be_a_start_is_named():
    problem = read(document(projects=[project("P")]))
    assert broken(problem, {"X": 0, "P": True}) == {"unknown_id:X": 1, "bad_start:P": 1}


@pytest.mark.parametrize("seed", range(40))
def test_a_moved_bar_is_scored_as_the_whole_plan_is(seed):
    problem = drawn(seed)
    scorer, items = Rescorer(problem, {}), list(problem.items)
    for step in range(25):
        ident = items[(seed + step * 7) % len(items)]
        score = scorer.move(ident, None if step % 5 == 4 else (step * 3) % 7 - 1)
        assert {v.constraint for v in score.violations} == {v.constraint for v in check(problem, scorer.starts)}
        inside = {k: s for k, s in scorer.starts.items() if s >= 0 and s + problem.items[k].duration_months <= 5}
        assert score.objective == total(problem, inside)


def test_a_preview_leaves_the_plan_as_it_is():
    problem = drawn(3)
    scorer = Rescorer(problem, best(problem)[1])
    before = scorer.score
    scorer.preview(problem.projects[0].id, 1)
    assert scorer.score == before


def test_a_name_is_taken_apart():
    assert split("capacity:D:2026-10") == ("capacity", "D", "2026-10")
    assert split("ratio:2026") == ("ratio", "", "2026")
    assert split("must:P00001") == ("must", "P00001", "")
