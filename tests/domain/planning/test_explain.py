"""Reasons: what binds, the cheapest change, what it would displace, why this month; checked against the score."""

from fractions import Fraction

import pytest

from jiugai.domain.planning import Rescorer, check, total
from jiugai.domain.planning.explain import UnknownProject, explain
from tests.domain.planning.small import best, document, drawn, project, read

NAMES = {"P1": "管庄东里", "P2": "慧忠里"}


def said(reasons):
    return "。".join(reasons.sentences)


def test_money_that_is_short_is_told_with_the_amount_that_would_do():
    problem = read(document(projects=[project("P1", district_cost=90),
                                      project("P2", district_cost=60, latest_finish=4)],
                            city_budget={"2026": 999, "2027": 999}))  # fmt: skip
    reasons = explain(problem, {"P1": 0}, "P2", NAMES)
    assert not reasons.selected
    assert reasons.binding[0].kind == "district_budget"
    money = next(one for one in reasons.changes if one.kind == "money")
    assert (money.amount, money.unit) == (50, "千元")
    assert "“慧忠里”没有列入" in said(reasons)
    assert "区级资金差 50 千元" in said(reasons)


def test_who_would_make_room_is_named_with_the_loss():
    problem = read(document(
        projects=[project("P1", district_cost=90, value=8),
                  project("P2", district_cost=60, latest_finish=4)],
        districts=[{"code": "D", "name": "区", "budget": {"2026": 100, "2027": 100}, "capacity_m2": 1000}],
    ))  # fmt: skip
    reasons = explain(problem, {"P1": 0}, "P2", NAMES)
    room = next(one for one in reasons.changes if one.kind == "room")
    (moved,) = room.moved
    plan = {"P1": moved[1], "P2": room.start}
    assert check(problem, plan) == []
    assert room.net == total(problem, plan) - total(problem, {"P1": 0})
    assert "“管庄东里”改到" in room.words


def test_who_cannot_move_is_displaced():
    problem = read(document(
        projects=[project("P1", district_cost=90, value=8, latest_finish=4),
                  project("P2", district_cost=60, latest_finish=4)],
    ))  # fmt: skip
    room = next(one for one in explain(problem, {"P1": 0}, "P2", NAMES).changes if one.kind == "room")
    assert room.displaced == ("P1",)
    assert "“管庄东里”调出计划" in room.words
    assert check(problem, {"P2": room.start}) == []


def test_own_dates_that_leave_no_month_are_the_reason():
    reasons = explain(read(document(projects=[project("P1", earliest=4, latest_finish=5)])), {}, "P1", NAMES)
    assert reasons.tries == ()
    assert "“管庄东里”没有一个月能开工" in said(reasons)
    assert (reasons.changes[0].kind, reasons.changes[0].amount) == ("months", 1)


def test_months_outside_its_own_rules_are_offered_when_nothing_shared_is_broken():
    problem = read(document(
        projects=[project("P1", district_cost=100, latest_finish=4),
                  project("P2", district_cost=60, latest_finish=4)],
    ))  # fmt: skip
    months = next(one for one in explain(problem, {"P1": 0}, "P2").changes if one.kind == "months")
    plan = {"P1": 0, "P2": months.start}
    assert {v.constraint for v in check(problem, plan)} == {"latest_finish:P2"}
    assert months.amount == months.start + 2 - 4


def test_the_quota_is_told_in_square_metres():
    problem = read(document(projects=[project("P1", basic_class=True, floor_area_m2=500)]))
    reasons = explain(problem, {}, "P1")
    quota = next(one for one in reasons.changes if one.kind == "quota")
    assert (quota.amount, quota.unit) == (100, "㎡")
    assert "抗震节能占比差 100 ㎡" in said(reasons)


def test_a_bundle_comes_along_whole():
    problem = read(document(projects=[project("P1", bundle="B"), project("P2", bundle="B")]))
    reasons = explain(problem, {}, "P1", NAMES)
    assert "能放进去" in said(reasons)
    assert reasons.tries[0].broken == ()
    assert reasons.tries[0].change == total(problem, {"P1": 0, "P2": 0})


def test_a_chosen_month_is_explained_by_its_neighbours():
    problem = read(document(projects=[project("P1", outdoor=True, value=100)]))
    reasons = explain(problem, {"P1": 3}, "P1", NAMES)
    assert reasons.selected
    changes = {one.start: one.change for one in reasons.tries}
    for start in (2, 4):
        assert changes[start] == total(problem, {"P1": start}) - total(problem, {"P1": 3})
    assert "“管庄东里”2026年12月开工" in said(reasons)
    assert "早一个月：" in said(reasons)
    assert "雨季冬期 减少" in said(reasons)


def test_a_better_month_that_a_limit_keeps_shut_is_named():
    problem = read(document(projects=[project("P1", district_cost=80), project("P2", district_cost=60)]))
    reasons = explain(problem, {"P1": 0, "P2": 4}, "P2", NAMES)
    assert "得分最高的是 2026年9月" in said(reasons)
    assert "区级资金差 40 千元" in said(reasons)
    assert (reasons.changes[0].amount, reasons.changes[0].start) == (10, 3)


def test_the_plan_is_left_as_it_was_and_unknown_projects_are_refused():
    problem = read(document(projects=[project("P1")]))
    plan = {"P1": 2, "gone": 1}
    explain(problem, plan, "P1")
    assert plan == {"P1": 2, "gone": 1}
    with pytest.raises(UnknownProject):
        explain(problem, plan, "P9")


@pytest.mark.parametrize("seed", range(30))
def test_every_change_offered_is_what_the_score_says(seed):
    problem = drawn(seed)
    before, plan = best(problem)
    if before is None:
        pytest.skip("no plan at all")
    for one in problem.projects:
        reasons = explain(problem, plan, one.id)
        assert reasons.sentences
        for change in reasons.changes:
            if change.kind == "room":
                after = {k: v for k, v in plan.items() if k not in change.displaced} | dict(change.moved)
                after[one.id] = change.start
                assert check(problem, after) == []
                assert total(problem, after) - before == change.net <= Fraction(0)
        if reasons.selected:
            rescorer = Rescorer(problem, plan)
            assert all(t.change == rescorer.preview(one.id, t.start).change for t in reasons.tries)
