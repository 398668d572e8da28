"""Locks in a clash: which clash with what, the fewest to let go, where their projects go; against brute force."""

from itertools import combinations

import pytest

from jiugai.domain.planning.clash import find_clash
from jiugai.domain.planning.lock_clash import LockedOracle
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.result import Status
from jiugai.domain.planning.solve import Run, solve
from jiugai.domain.planning.tables import Locks
from tests.domain.planning.small import best, document, drawn, project, read, work


def dear(count: int = 2, **more):
    """Projects of which the year pays for one at a time."""
    return read(document(projects=[project(f"P{n}", district_cost=60, **more) for n in range(1, count + 1)]))


def test_locks_that_ask_more_of_a_year_than_it_has_name_the_year_and_the_lock_that_moves_least():
    problem, locks = dear(), Locks({"P1": 0, "P2": 2})
    found = find_clash(problem, locks=locks)
    assert set(found.names) == {"fixed:P1", "fixed:P2", "district_budget:D:2026"}
    assert (found.minimal, found.more) == (True, False)
    words = found.sentences(problem, {"P1": "管庄东里"})
    assert "您锁定了“管庄东里”在 2026年9月开工" in words
    assert "区 2026年区级资金 100 千元" in words
    cheapest = found.ways[0]
    assert (cheapest.name, cheapest.amount, cheapest.unit) == ("fixed:P2", 1, "个月")
    assert cheapest.words == "放开“P2”的锁定，改到 2026年12月开工，晚 1 个月"
    assert found.release == (cheapest.words,)


def test_solver_itself_names_the_locks_that_clash():
    result = solve(dear(), seconds=5, fixed={"P1": 0, "P2": 2})
    assert (result.status, result.bound) == (Status.INFEASIBLE, None)
    assert set(result.document()["clash"]) == {"fixed:P1", "fixed:P2", "district_budget:D:2026"}
    early = solve(read(document(projects=[project("P1", earliest=3)])), seconds=5, fixed={"P1": 1})
    assert set(early.clash) == {"fixed:P1", "earliest:P1"}
    both = solve(dear(1), seconds=5, must_in=["P1"], must_out=["P1"])
    assert set(both.clash) == {"must_in:P1", "must_out:P1"}


def test_no_plan_has_no_bound_whatever_another_thread_still_finds():
    run = Run(dear(), 5.0)
    run.lower(19.8)
    assert run.result(Status.INFEASIBLE).bound is None
    assert run.result(Status.UNKNOWN).bound == 19.8


def test_lock_before_the_works_may_begin():
    problem = read(document(projects=[project("P1", earliest=3)]))
    found = find_clash(problem, locks=Locks({"P1": 1}))
    assert set(found.names) == {"fixed:P1", "earliest:P1"}
    assert [way.name for way in found.ways] == ["fixed:P1", "earliest:P1"]
    assert found.ways[0].amount == found.ways[1].amount == 2


def test_the_nearest_start_is_named_though_an_earlier_one_is_free_too():
    doc = document(
        streets=[{"code": "D1", "district": "D", "max_active": 1}],
        projects=[project("P1", earliest=5, latest_finish=7, must=True), project("P2", duration_months=1)],
    )
    found = find_clash(read(doc), locks=Locks({"P2": 5}))
    assert (found.ways[0].name, found.ways[0].amount) == ("fixed:P2", 1)
    assert found.ways[0].words == "放开“P2”的锁定，改到 2027年1月开工，早 1 个月"


def test_lock_whose_project_fits_nowhere_drops_out():
    problem = read(document(projects=[project("P1", district_cost=500)]))
    found = find_clash(problem, locks=Locks({"P1": 0}))
    assert found.release == ("放开“P1”的锁定，它排不进这个计划",)


def test_demanded_and_forbidden_projects_clash_in_words():
    problem = read(document(projects=[project("P1", bundle="B"), project("P2", bundle="B")]))
    found = find_clash(problem, locks=Locks({}, frozenset({"P1"}), frozenset({"P2"})))
    assert set(found.names) == {"must_in:P1", "must_out:P2", "bundle:B"}
    words = found.sentences(problem)
    assert {"您要求“P1”排进计划", "您要求“P2”不排进计划"} <= set(words)
    assert {way.words for way in found.ways if way.name != "bundle:B"} == {"不再要求“P1”排进计划", "允许“P2”排进计划"}


def test_several_clashes_of_locks_name_the_fewest_to_let_go_together():
    doc = document(
        streets=[{"code": "D1", "district": "D", "max_active": 1}],
        projects=[project(f"P{n}", district_cost=1, city_cost=1) for n in range(1, 5)],
    )
    found = find_clash(read(doc), locks=Locks({"P1": 0, "P2": 1, "P3": 4, "P4": 5}))
    assert found.more
    assert len(found.release) == 2
    assert {
        "“P1”" in found.release[0] or "“P2”" in found.release[0],
        "P4" in found.release[1] or "P3" in found.release[1],
    } == {True}


def test_a_problem_without_any_plan_is_not_blamed_on_the_locks():
    doc = document(projects=[project("P1", must=True, earliest=4, latest_finish=5), project("P2")])
    found = find_clash(read(doc), locks=Locks({"P2": 0}))
    assert set(found.names) == {"must:P1", "earliest:P1", "latest_finish:P1"}
    assert found.release == ()


def test_works_of_others_can_be_locked_too():
    doc = document(streets=[{"code": "D1", "district": "D", "max_active": 1}], works=[work("W1"), work("W2")])
    found = find_clash(read(doc), locks=Locks({"W1": 0, "W2": 1}))
    assert {"fixed:W1", "fixed:W2"} < set(found.names)


def test_locks_that_can_be_kept_clash_with_nothing():
    assert find_clash(dear(), locks=Locks({"P1": 0, "P2": 4})) is None


def kept(problem: Problem, locks: dict[str, int]) -> bool:
    """Whether some plan of all keeps these locks."""
    from dataclasses import replace

    projects = tuple(
        replace(p, must=True, earliest=locks[p.id], latest_finish=locks[p.id] + p.duration_months)
        if p.id in locks and p.earliest <= locks[p.id] and (p.latest_finish or 99) >= locks[p.id] + p.duration_months
        else replace(p, must=True, earliest=99) if p.id in locks else p
        for p in problem.projects
    )  # fmt: skip
    return best(replace(problem, projects=projects))[0] is not None


@pytest.mark.parametrize("seed", range(30))
def test_small_instances_let_go_of_the_fewest_locks_and_clash_minimally(seed):
    problem = drawn(seed, projects=3)
    if best(problem)[0] is None:
        return
    starts = {p.id: (seed + n) % 3 for n, p in enumerate(problem.projects)}
    found = find_clash(problem, seconds=60, locks=Locks(starts))
    assert (found is None) == kept(problem, starts)
    if found is None:
        return
    fewest = next(
        n for n in range(1, 4)
        if any(kept(problem, {k: v for k, v in starts.items() if k not in gone}) for gone in combinations(starts, n))
    )  # fmt: skip
    assert len(found.release) == fewest
    oracle = LockedOracle(problem, locks=Locks(starts))
    assert found.minimal
    assert oracle.holds(frozenset(found.names)) is False
    assert all(oracle.holds(frozenset(found.names) - {name}) for name in found.names)


def test_what_the_solver_cannot_keep_the_clash_explains():
    problem, locks = dear(), {"P1": 0, "P2": 2}
    assert solve(problem, seconds=2, fixed=locks).objective is None
    assert find_clash(problem, locks=Locks(locks)) is not None
