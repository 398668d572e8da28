"""Bounds put together from streets and districts: never below a plan, and tighter than the prices alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiugai.domain.planning.bounds import Dual
from jiugai.domain.planning.mip import Model, branch
from jiugai.domain.planning.problem import Problem
from jiugai.domain.planning.regions import Regions
from jiugai.domain.planning.tables import Locks, tables
from tests.domain.planning.small import drawn

SLACK = 1 + 1e-5


def priced(problem: Problem) -> Dual:
    dual = Dual(tables(problem, Locks({})))
    dual.keep()
    dual.walk(60)
    return dual


@pytest.mark.obligation("T03-5", "T03-6", "T16-2")
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), steps=st.booleans())
def test_no_plan_is_worth_more_than_streets_and_districts_say(seed: int, steps: bool) -> None:
    dual = priced(drawn(seed, projects=7, works=2, months=6))
    everything = branch(Model(dual.t, np.arange(dual.t.count), steps=steps), seconds=20)
    if everything.infeasible:
        return
    queue, bound = Regions(dual), dual.best
    for s in list(queue.streets.waiting.todo):
        bound = queue.settled(s, branch(queue.streets.model(s), seconds=20).bound)
    assert bound * SLACK + 1e-6 >= everything.bound / SLACK - 1e-6
    for r in list(queue.waiting.todo):
        bound = queue.lowered(r, branch(queue.model(r), seconds=20).bound)
    assert bound * SLACK + 1e-6 >= everything.bound / SLACK - 1e-6
    assert bound <= dual.best * SLACK + 1e-6


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_both_forms_of_the_model_have_one_optimum_and_plans_in_it(seed: int) -> None:
    t = tables(drawn(seed, projects=6, works=2, months=6), Locks({}))
    models = [Model(t, np.arange(t.count), steps=steps) for steps in (False, True)]
    one, other = (branch(model, seconds=20) for model in models)
    assert one.infeasible == other.infeasible
    if not one.infeasible:
        assert one.bound == pytest.approx(other.bound, rel=1e-4, abs=1e-4)
        plan = np.full(t.count, -1)
        for i, s in one.starts.items():
            plan[i] = s
        for model in models:
            assert float(np.dot(model.values(plan), model.cost)) == pytest.approx(one.bound, rel=1e-4, abs=1e-4)
            assert model.plan(model.values(plan)) == one.starts


def test_work_that_was_not_finished_comes_again_and_for_longer() -> None:
    dual = priced(drawn(1))
    waiting = Regions(dual).waiting
    piece = waiting.todo.pop()
    before = waiting.seconds(piece)
    waiting.again(piece)
    assert piece in waiting.todo
    assert waiting.seconds(piece) > before
