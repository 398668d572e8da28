"""The solver against every plan there is, on small instances: never infeasible, never above its bound."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiugai.domain.planning import Status, check, load, solve, total
from tests.domain.planning.small import best, document, drawn, project, read, work

ROOT = Path(__file__).resolve().parents[3]
KIT = Path(os.environ.get("JIUGAI_PLANNING_KIT", ROOT.parent / "shared" / "planning"))
if not KIT.is_dir():
    KIT = ROOT.parents[1] / "shared" / "planning"
needs_kit = pytest.mark.skipif(not KIT.is_dir(), reason="the planning kit (JIUGAI_PLANNING_KIT) is not on this machine")


def judged(problem, result) -> None:
    """Hold a result against all plans."""
    most, _ = best(problem)
    if most is None:
        assert result.status in (Status.INFEASIBLE, Status.UNKNOWN)
        assert not result.starts
        return
    assert result.status in (Status.OPTIMAL, Status.FEASIBLE), (problem.name, result.reason)
    assert check(problem, result.starts) == []
    assert result.objective == pytest.approx(float(total(problem, result.starts)))
    assert Fraction(result.bound) >= most, problem.name
    if result.status is Status.OPTIMAL:
        assert float(most) == pytest.approx(result.objective, abs=1e-5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**6))
@pytest.mark.obligation("T03-5", "T03-9")
def test_no_plan_breaks_a_limit_and_no_bound_lies_below_the_best_plan(seed):
    problem = drawn(seed)
    judged(problem, solve(problem, seconds=3, threads=2, seed=1))


def test_a_tight_budget_is_used_to_the_last_yuan():
    # three thirds of 100 fill 2026 and 2027 exactly: 100/3 and 200/3 each
    rows = [project(f"P{i}", duration_months=3, district_cost=100, city_cost=0) for i in range(3)]
    district = {"code": "D", "name": "区", "budget": {"2026": 100, "2027": 200}, "capacity_m2": 300}
    problem = read(document(projects=rows, districts=[district], first_month="2026-12", months=3))
    result = solve(problem, seconds=120)
    assert len(result.starts) == 3
    assert result.status is Status.OPTIMAL


@pytest.mark.parametrize(
    "changed",
    [
        {"projects": []},
        {"projects": [project(f"P{i}", must=True, floor_area_m2=10) for i in range(3)]},
        {"projects": [project("P", district_cost=0, city_cost=0)], "city_budget": {}},
        {"projects": [project("P", duration_months=99)]},
        {"projects": [project(f"P{i}", bundle="B", district_cost=5, city_cost=5) for i in range(6)]},
        {"projects": [project("P")], "works": [work("W")], "pairs": [{"a": "P", "b": "W", "saving": 999}]},
        {"projects": [project("P", value=1)], "wait_rate": 3},
    ],
)
def test_odd_instances_are_solved(changed):
    problem = read(document(**changed))
    result = solve(problem, seconds=120)
    assert result.status is Status.OPTIMAL
    assert check(problem, result.starts) == []


def test_long_odd_durations_do_not_overflow():
    rows = [project(f"P{n}", duration_months=n, district_cost=10**9 + n, city_cost=10**9 - n, floor_area_m2=1)
            for n in range(2, 60)]  # fmt: skip
    district = {"code": "D", "name": "区", "budget": {str(y): 10**10 for y in range(2026, 2040)}, "capacity_m2": 10**6}
    city = {str(y): 10**10 for y in range(2026, 2040)}
    streets = [{"code": "D1", "district": "D", "max_active": 100}]
    problem = read(document(projects=rows, months=120, districts=[district], city_budget=city, streets=streets))
    result = solve(problem, seconds=4)
    assert result.starts
    assert check(problem, result.starts) == []


def test_a_must_that_cannot_be_is_explained():
    problem = read(document(projects=[project("P", must=True, district_cost=500)]))
    result = solve(problem, seconds=5)
    assert result.status is Status.INFEASIBLE
    assert "must:P" in result.clash


def test_locks_are_kept():
    problem = drawn(12, projects=5)
    free = solve(problem, seconds=3)
    ident = next(i for i in free.starts if i.startswith("P"))
    without = solve(problem, seconds=3, must_out=[ident])
    assert ident not in without.starts
    kept = solve(problem, seconds=3, fixed={ident: free.starts[ident]})
    assert kept.starts[ident] == free.starts[ident]


def test_a_given_plan_is_never_made_worse_and_the_trace_only_improves():
    problem = drawn(21, projects=5)
    given_plan = solve(problem, seconds=3).starts
    result = solve(problem, seconds=1, warm_start=given_plan)
    assert result.objective >= float(total(problem, given_plan)) - 1e-9
    points = [p.objective for p in result.trace if p.objective is not None]
    bounds = [p.bound for p in result.trace if p.bound is not None]
    assert points == sorted(points)
    assert bounds == sorted(bounds, reverse=True)


def test_it_stops_when_told():
    problem = drawn(31, projects=6)
    result = solve(problem, seconds=60, should_stop=lambda: True)
    assert result.seconds < 20


def test_the_same_seed_and_work_give_the_same_plan():
    problem = drawn(41, projects=6, works=3)
    plans = [solve(problem, seconds=60, seed=5, work=30).starts for _ in range(2)]
    assert plans[0] == plans[1]


@needs_kit
@pytest.mark.parametrize("name", ["budget", "dates", "ratio"])
def test_clashes_of_the_kit_are_found_whole_and_minimal(name):
    expected = json.loads((KIT / "infeasible" / "expected.json").read_text(encoding="utf-8"))[name]
    result = solve(load(KIT / "infeasible" / f"{name}.json"), seconds=20)
    assert result.status is Status.INFEASIBLE
    assert sorted(result.clash) == sorted(expected)


@needs_kit
@pytest.mark.parametrize("projects", [60, 200])
def test_the_judge_of_the_kit_accepts_plan_and_bound(tmp_path, projects):
    instance, plan = tmp_path / "i.json", tmp_path / "p.json"
    make = [
        sys.executable,
        str(KIT / "make_instance.py"),
        "--projects",
        str(projects),
        "--seed",
        "5",
        "--out",
        str(instance),
    ]
    subprocess.run(make, check=True, capture_output=True)
    result = solve(load(instance), seconds=5)
    plan.write_text(json.dumps(result.document()), encoding="utf-8")
    judge = [sys.executable, str(KIT / "score.py"), str(instance), str(plan)]
    said = subprocess.run(judge, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
    claims = json.loads(said.stdout)["claims"]
    assert claims["bound_not_below_objective"]


def test_more_hands_still_give_the_same_plan_for_the_same_work():
    from jiugai.domain.planning.bounds import Dual
    from jiugai.domain.planning.cooling import Pace
    from jiugai.domain.planning.crew import Crew
    from jiugai.domain.planning.tables import tables

    rows = [
        project(f"P{k}", district="DE"[k % 2], street="DE"[k % 2], value=5 + k % 7, floor_area_m2=100 + k)
        for k in range(30)
    ]
    money = {"2026": 60, "2027": 60}
    districts = [{"code": d, "name": d, "budget": money, "capacity_m2": 350} for d in "DE"]
    streets = [{"code": d, "district": d, "max_active": 4} for d in "DE"]
    t, plans = tables(read(document(projects=rows, districts=districts, streets=streets))), []
    for _ in range(2):
        crew = Crew(Dual(t), 7, hands=2)
        crew.sow()
        crew.whole(np.full(t.count, -1, np.int64), Pace(20_000), lambda: False)
        u = crew.lead.load(crew.lead.best)
        crew.parts(u, 50, lambda: False)
        crew.close()
        assert check(t.problem, t.starts(crew.lead.best)) == []
        plans.append(crew.lead.best.tolist())
    assert plans[0] == plans[1]


def test_standard_output_of_the_command_is_the_plan_and_nothing_else(tmp_path):
    instance = tmp_path / "i.json"
    instance.write_text(json.dumps(document(projects=[project("P")])), encoding="utf-8")
    command = [sys.executable, "-m", "jiugai.config.command", "plan", "solve", str(instance), "--seconds", "60"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(said.stdout)["starts"] == {"P": 0}
