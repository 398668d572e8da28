"""A planned project that is prepared takes its community along: scheme fixed, approved, tendered (T01-9)."""

from datetime import date
from typing import Any

import pytest

from jiugai.approvals.actions.tendering import prepare_tender
from jiugai.approvals.models import ApprovalCase, Tender
from jiugai.matters.actions import move
from jiugai.policy.models import Occurrence
from jiugai.policy.occurrences import announce
from tests.apps.approvals.conftest import at, submitted
from tests.apps.approvals.test_schemes import agree
from tests.apps.plan_rows import answer_all_but_the_plan, give_figures
from tests.apps.planning_rows import stored
from tests.apps.test_plan_batches import a_batch, confirm
from tests.cast import Cast

DAY = date(2026, 9, 18)


@pytest.fixture(autouse=True)
def _only_the_plan(monkeypatch: Any) -> None:
    answer_all_but_the_plan(monkeypatch)


def into_the_plan(cast: Cast, home: Any) -> Any:
    """A project in the pool that the city confirms."""
    project = stored(cast, home)
    give_figures(project)
    confirm(cast, a_batch(cast, project), project)
    project.refresh_from_db()
    return project


def stage_of(home: Any) -> str:
    home.refresh_from_db()
    return str(home.stage)


def test_scheme_both_planners_agreed_to_makes_the_community_designed(cast, home, planners):
    project = into_the_plan(cast, home)
    assert stage_of(home) == "in_plan"
    day = project.proposed_on
    submitted(cast, project, day)
    agree(project, planners, "scheme", day)
    assert stage_of(home) == "designed"
    assert Occurrence.objects.filter(community=home, code="scheme_fixed").count() == 1


def test_scheme_fixed_before_the_plan_counts_from_the_plan_on(cast, home, planners):
    project = stored(cast, home)
    submitted(cast, project, project.proposed_on)
    agree(project, planners, "scheme", project.proposed_on)
    assert stage_of(home) == "in_pool"
    give_figures(project)
    confirm(cast, a_batch(cast, project), project)
    assert stage_of(home) == "designed"


def test_approvals_and_a_contract_take_it_further_and_a_failed_tender_does_not(cast, home, planners):
    project = into_the_plan(cast, home)
    ApprovalCase.objects.create(
        project=project, route="government", government=True, new_building=False, unit="calendar",
        started_on=project.proposed_on, finished_on=project.proposed_on, started_by_name="某",
    )  # fmt: skip
    tell(cast, home, project, "approvals_done")
    assert stage_of(home) == "approved"
    who = cast.actor("implementer")
    tender = prepare_tender(project=project, form="epc", actor=who, now=at(DAY))
    move(matter=tender, move="stop", actor=who, now=at(DAY), reason="改期")
    assert (Tender.objects.get().stage, stage_of(home)) == ("stopped", "approved")


def tell(cast: Cast, home: Any, project: Any, code: str) -> None:
    announce(code=code, community=home, title=code, actor=cast.actor("city_lead"), now=at(DAY),
             detail={"project": project.pk})  # fmt: skip
