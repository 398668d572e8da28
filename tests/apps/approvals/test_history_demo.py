"""The demonstration holds enough finished approvals to forecast from, and running ones at different steps."""

from random import Random
from typing import Any

import pytest
import yaml
from django.utils import timezone

from jiugai.accounts.models import Organisation
from jiugai.approvals import demo, history_demo
from jiugai.approvals.models import ApprovalCase
from jiugai.approvals.queries.cases import cases_shown
from jiugai.approvals.queries.history import past_cases
from jiugai.domain.approvals import Route, before, ready, steps_of
from jiugai.domain.forecast import Forecast, Progress, Thin, forecast
from jiugai.planning.models import PlanBatch, Project
from jiugai.planning.phases import standing
from jiugai.policy import figures
from tests.apps.plan_rows import answer_all_but_the_plan
from tests.apps.planning_rows import a_community
from tests.cast import CHAOYANG, Cast


@pytest.fixture
def told() -> Any:
    return yaml.safe_load(demo.FILE.read_text(encoding="utf-8"))


@pytest.fixture
def history(cast: Cast, told: Any) -> list[ApprovalCase]:
    for name in ("甲里", "乙里"):
        a_community(cast, name, area=CHAOYANG, households=300)
    for _ in range(2):
        few = told["history"] | {"district": CHAOYANG, "cases": 2}
        history_demo.make_history(few, cast.bodies["district"], on=timezone.localdate())
    return list(ApprovalCase.objects.all())


def test_history_is_made_once_is_finished_and_marked(history):
    assert [(case.provenance, case.project.state) for case in history] == [("demo", "on_site")] * 2
    assert all(case.finished_on and case.finished_on <= timezone.localdate() for case in history)
    past = past_cases("government", demo=True)
    assert [set(one) for one in past] == [{step.code for step in steps_of(Route.GOVERNMENT)}] * 2
    assert past_cases("government", demo=False) == []


@pytest.mark.django_db
def test_what_ships_is_enough_to_foresee_cases_at_four_different_steps(told):
    least = figures.current().value("forecast_history_min", timezone.localdate()).whole
    past = [_durations(told, n) for n in range(told["history"]["cases"])]
    at = set()
    for row in (one for one in told["planned"]["projects"] if "start" in one):
        done = row["done"]
        open_now = ready(Route.GOVERNMENT, done, done)
        running = {
            step.code: row["start"] - max((done[c] for c in before(step, Route.GOVERNMENT)), default=0)
            for step in open_now
        }
        if isinstance(forecast(Progress(Route.GOVERNMENT, frozenset(done), running), past, least), Forecast):
            at.add(frozenset(running))
    assert len(at) >= 4


def _durations(told: Any, seed: int) -> dict[str, int]:
    ends = history_demo.drawn(Random(seed), told["history"]["days"])  # noqa: S311 - no secret
    return {
        step.code: ends[step.code] - max((ends[c] for c in before(step, Route.GOVERNMENT)), default=0)
        for step in steps_of(Route.GOVERNMENT)
    }


def test_with_too_few_cases_nothing_is_foretold_and_for_many_the_past_is_asked_once(history, monkeypatch):
    on, asked = timezone.localdate(), []
    rows = [
        ApprovalCase(pk=-n, project=case.project, route="government", unit="calendar", started_on=on, limit_days=100,
                     provenance="demo")
        for n, case in enumerate(history, 1)
    ]  # fmt: skip
    shown = cases_shown(rows, {}, on=on, foresee=True)
    assert all(isinstance(one.forecast, Thin) for one in shown.values())

    def many(route: str, *, demo: bool) -> Any:
        asked.append(route)
        return [{step.code: 10 for step in steps_of(Route.GOVERNMENT)}] * 19

    monkeypatch.setattr("jiugai.approvals.queries.history.past_cases", many)
    shown = cases_shown(rows, {}, on=on, foresee=True)
    assert all(isinstance(one.forecast, Forecast) and one.p50_on and one.p90_on for one in shown.values())
    assert asked == ["government"]


def test_projects_are_confirmed_into_the_plan_and_stand_in_different_phases(cast: Cast, told, monkeypatch, planners):
    answer_all_but_the_plan(monkeypatch)
    for name in ("甲里", "乙里", "丙里"):
        a_community(cast, name, area=CHAOYANG, households=200)
    a_community(cast, "占满施工能力的大里", area=CHAOYANG, households=told["planned"]["largest"] + 1)
    rows = told["planned"]["projects"]
    few = told["planned"] | {"district": CHAOYANG, "projects": [rows[0], rows[2], rows[-1]]}
    for code in ("D-implementer", "D-architect", "D-reviewer"):
        Organisation.objects.create(code=code, name=code, kind="company", area=cast.areas[CHAOYANG])
    for _ in range(2):
        history_demo.prepare_planned(few, cast.bodies["district"], demo.designer(told), on=timezone.localdate())
    found = Project.objects.filter(state="in_plan").annotate(standing=standing()).values_list("standing", flat=True)
    assert sorted(found) == ["approving", "designing", "tendering"]
    assert not Project.objects.filter(community__name="占满施工能力的大里").exists()
    assert [batch.result for batch in PlanBatch.objects.all()] == ["已确认"]
    assert set(ApprovalCase.objects.values_list("provenance", flat=True)) == {"demo"}
