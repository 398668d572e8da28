"""Minimal clashes: found exactly, quickly, in words, with the way out; never of an instance that has a plan."""

import json
import os
from fractions import Fraction
from pathlib import Path

import pytest

from jiugai.domain.planning import load
from jiugai.domain.planning.clash import find_clash
from jiugai.domain.planning.feasibility import Oracle
from tests.domain.planning.small import best, document, drawn, project, read, work

KIT = Path(os.environ.get("JIUGAI_PLANNING_KIT", "no kit")) / "infeasible"


def clash(doc, **more):
    return find_clash(read(doc), **more)


def test_a_must_that_costs_more_than_the_year_has():
    doc = document(projects=[project("P1", must=True, district_cost=150, latest_finish=4)])
    found = clash(doc)
    assert set(found.names) == {"must:P1", "latest_finish:P1", "district_budget:D:2026"}
    assert found.minimal
    assert not found.more
    cheapest = found.ways[0]
    assert (cheapest.name, cheapest.amount, cheapest.unit) == ("latest_finish:P1", 1, "个月")
    assert Fraction(50) in {way.amount for way in found.ways}
    assert any("区级资金增加 50 千元" in way.words for way in found.ways)


def test_dates_that_leave_no_month():
    found = clash(document(projects=[project("P1", must=True, earliest=4, latest_finish=5)]))
    assert set(found.names) == {"must:P1", "earliest:P1", "latest_finish:P1"}
    words = found.sentences(read(document(projects=[project("P1", earliest=4, latest_finish=5)])), {"P1": "管庄东里"})
    assert "“管庄东里”最早 2027年1月开工" in words
    assert "“管庄东里”工期 2 个月，最晚 2027年1月完工" in words


def test_longer_than_the_horizon_clashes_with_itself():
    assert clash(document(projects=[project("P1", must=True, duration_months=9)])).names == ("must:P1",)


def test_two_works_and_a_must_in_a_street_for_one():
    doc = document(
        streets=[{"code": "D1", "district": "D", "max_active": 1}],
        works=[work("W1", duration_months=8, latest_start=0)],
        projects=[project("P1", must=True, earliest=0, latest_finish=2, duration_months=1)],
    )
    found = clash(doc)
    assert {name.split(":")[0] for name in found.names} == {"must", "street_max_active", "latest_finish"}
    assert len(found.names) == 5


def test_a_bundle_that_cannot_begin_in_one_year():
    doc = document(projects=[
        project("P1", must=True, bundle="B", latest_finish=4),
        project("P2", bundle="B", earliest=5),
    ])  # fmt: skip
    found = clash(doc)
    assert set(found.names) == {"must:P1", "latest_finish:P1", "earliest:P2", "bundle:B"}
    assert any("不再同进同出" in way.words for way in found.ways)


def test_a_share_that_nobody_can_lift():
    doc = document(projects=[
        project("P1", must=True, basic_class=True, latest_finish=4),
        project("P2", basic_class=True, seismic_energy=True, kind="comprehensive_energy", earliest=4),
    ])  # fmt: skip
    found = clash(doc)
    assert set(found.names) == {"must:P1", "latest_finish:P1", "earliest:P2", "ratio:2026"}
    (area,) = [way.amount for way in found.ways if way.name == "ratio:2026"]
    assert area == 20


def test_two_clashes_at_once_say_that_one_way_out_is_not_enough():
    late = {"must": True, "earliest": 4, "latest_finish": 5}
    found = clash(document(projects=[project("P1", **late), project("P2", **late)]))
    assert found.more
    assert len(found.names) == 3


def test_an_instance_with_a_plan_has_no_clash():
    assert clash(document(projects=[project("P1", must=True)])) is None


@pytest.mark.parametrize("seed", range(40))
def test_small_instances_clash_exactly_when_no_plan_exists_and_minimally(seed):
    problem = drawn(seed)
    found = find_clash(problem, seconds=60)
    assert (found is None) == (best(problem)[0] is not None)
    if found is not None:
        oracle = Oracle(problem)
        assert found.minimal
        assert oracle.holds(frozenset(found.names)) is False
        assert all(oracle.holds(frozenset(found.names) - {name}) for name in found.names)


def test_out_of_time_it_is_still_a_clash_but_not_called_minimal():
    doc = document(projects=[project(f"P{n}", must=True, district_cost=40, latest_finish=4) for n in range(3)])
    found = clash(doc, seconds=0.0)
    assert found is None or not found.minimal


@pytest.mark.skipif(not KIT.is_dir(), reason="the planning kit is not here (JIUGAI_PLANNING_KIT)")
@pytest.mark.parametrize("name", ["budget", "dates", "ratio"])
def test_the_kits_clashes_are_found(name):
    expected = json.loads((KIT / "expected.json").read_text())
    found = find_clash(load(KIT / f"{name}.json"))
    assert sorted(found.names) == sorted(expected[name])
    assert found.minimal
