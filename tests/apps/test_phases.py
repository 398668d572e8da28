"""What a planned project is about is told by its own matters, alike in the leader's view, the pool and the report."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from jiugai.approvals.actions.tendering import prepare_tender
from jiugai.approvals.models import ApprovalCase, Scheme
from jiugai.assessment.queries.progress import show_progress
from jiugai.assessment.queries.week import make_report, week_of
from jiugai.assessment.reports.parts import parts_of
from jiugai.domain.projects import Phase
from jiugai.planning.demo import BY
from jiugai.planning.models import Project
from tests.apps.plan_rows import answer_all_but_the_plan
from tests.apps.planning_rows import a_community, now, stored
from tests.apps.test_plan_batches import planned as in_plan
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_the_plan(monkeypatch: Any) -> None:
    answer_all_but_the_plan(monkeypatch)


@pytest.fixture
def planned(cast: Cast) -> Project:
    return in_plan(cast)


def scheme(project: Project) -> None:
    Scheme.objects.create(project=project, kind="scheme")


def case(project: Project, **days: Any) -> None:
    ApprovalCase.objects.create(
        project=project, route="government", government=True, new_building=False, unit="calendar",
        started_on=project.proposed_on, started_by_name="某", **days,
    )  # fmt: skip


def finished(project: Project) -> None:
    case(project, finished_on=project.proposed_on)


def withdrawn(project: Project) -> None:
    case(project, withdrawn_on=project.proposed_on, withdrawn_reason="改方案")


def tender(project: Project) -> None:
    prepare_tender(project=project, form="epc", actor=BY, now=now())


def contracted(project: Project) -> None:
    ended(project, "contracted")


def stopped(project: Project) -> None:
    ended(project, "stopped")


def ended(project: Project, stage: str) -> None:
    """A tender that is over; the way there is not what these tests are about."""
    tender(project)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE matters_matter DISABLE TRIGGER USER")
        cursor.execute("UPDATE matters_matter SET stage = %s, closed_at = opened_at WHERE kind = 'tender'", [stage])
        cursor.execute("ALTER TABLE matters_matter ENABLE TRIGGER USER")


CASES = {
    "nothing begun": ((), Phase.WAITING),
    "scheme submitted": ((scheme,), Phase.DESIGN),
    "approvals run": ((scheme, case), Phase.APPROVALS),
    "approvals done, no tender yet": ((scheme, finished), Phase.APPROVALS),
    "approvals withdrawn, back in design": ((scheme, withdrawn), Phase.DESIGN),
    "tender runs": ((scheme, finished, tender), Phase.TENDER),
    "tender runs beside approvals": ((scheme, case, tender), Phase.TENDER),
    "contractor chosen first, approvals run": ((scheme, case, contracted), Phase.APPROVALS),
    "contract signed, all done": ((scheme, finished, contracted), Phase.TENDER),
    "tender stopped": ((scheme, finished, stopped), Phase.APPROVALS),
}


@pytest.mark.parametrize(("done", "phase"), CASES.values(), ids=CASES.keys())
def test_a_planned_project_stands_where_its_own_matters_are(cast: Cast, planned, done, phase, client_as):
    for step in done:
        step(planned)
    shown = show_progress(cast.actor("city_lead"), area=None, on=timezone.localdate())
    assert {code: n for code, n in shown.whole.by_state.items() if n} == {phase.value: 1}
    for one in Phase:
        rows = client_as("city_lead").get(reverse("project-list"), {"state": one.value}).content.decode()
        assert (planned.code in rows) == (one is phase)


def test_matters_of_a_project_that_is_not_planned_do_not_move_it(cast: Cast):
    project = stored(cast, a_community(cast))
    scheme(project)
    tender(project)
    shown = show_progress(cast.actor("city_lead"), area=None, on=timezone.localdate())
    assert {code: n for code, n in shown.whole.by_state.items() if n} == {"in_pool": 1}


def test_the_weekly_report_and_every_drill_down_link_say_the_same(cast: Cast, planned, client_as):
    scheme(planned)
    client = client_as("city_lead")
    page = client.get(reverse("progress")).content.decode()
    assert "state=designing" in page
    report = make_report(cast.actor("city_lead"), area=None, week=week_of("", today=timezone.localdate()),
                         on=timezone.localdate())  # fmt: skip
    words = parts_of(report)[1]
    assert "方案 1 个" in words.text[0]
    assert dict(zip(words.sheet.head, words.sheet.rows[0], strict=True))["方案"] == 1


def test_counting_phases_takes_no_more_queries_for_more_projects(cast: Cast, planned, django_assert_num_queries):
    actor, on = cast.actor("city_lead"), timezone.localdate()
    show_progress(actor, area=None, on=on)
    with django_assert_num_queries(5):
        show_progress(actor, area=None, on=on)
    for n in range(3):
        scheme(in_plan(cast, f"枣营{n}"))
    with django_assert_num_queries(5):
        show_progress(actor, area=None, on=on)
