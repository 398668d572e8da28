"""Approvals: routes, steps one after the other with their own clocks, exemption with supervision, dates and races."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiugai.accounts.models import Organisation
from jiugai.approvals.actions.cases import CaseRuns, NotFree, Start, WrongCase, apply_again, start_case, withdraw_case
from jiugai.approvals.actions.supervising import WrongSupervision, assign_supervision
from jiugai.approvals.models import ApprovalCase, ApprovalStep, LocalSupervision
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.matters.actions import move, resume, suspend
from jiugai.matters.actions.redating import redate
from jiugai.matters.models import HolidayDay, HolidayNotice, Matter
from jiugai.planning.models import Project
from tests.apps.approvals.conftest import at, proposed
from tests.apps.approvals.test_schemes import outcome
from tests.cast import CHAOYANG

DAY = date(2026, 9, 18)


def started(cast: Any, project: Project, day: date = DAY, **more: Any) -> ApprovalCase:
    start = Start(**({"government": True, "new_building": False, "started_on": day} | more))
    return start_case(project=project, start=start, actor=cast.actor("implementer"), now=at(day), on=day)


def step(case: ApprovalCase, code: str) -> Any:
    return ApprovalStep.objects.filter(case=case, step=code).order_by("-pk")[0]


def finish(cast: Any, case: ApprovalCase, code: str, day: date = DAY, how: str = "finish", **values: Any) -> Any:
    given = {"reference": f"批 {code}"} | values
    return move(matter=step(case, code), move=how, actor=cast.actor("district_lead"), now=at(day), values=given)


def open_steps(case: ApprovalCase) -> set[str]:
    return set(case.steps.filter(closed_at__isnull=True).values_list("step", flat=True))


@pytest.mark.obligation("T19-3")
def test_government_project_without_new_building_gets_the_hundred_days(cast, project):
    case = started(cast, project)
    assert (case.route, case.limit_days, case.unit) == ("government", 100, "calendar")
    assert open_steps(case) == {"initiation", "planning", "outside"}


@pytest.mark.obligation("T19-1")
def test_new_facilities_take_the_step_of_planning_permission(cast, project):
    case = started(cast, project, new_building=True)
    assert (case.route, case.limit_days) == ("facility", None)
    finish(cast, case, "planning")
    assert "facility" in open_steps(case)
    assert step(case, "facility").clock_days == 7


@pytest.mark.obligation("T19-2")
@pytest.mark.parametrize(("area", "route"), [(10_000, "low_risk"), (10_001, "social"), (None, "social")])
def test_small_social_works_take_the_short_way(cast, project, area, route):
    case = started(cast, project, government=False, area_m2=area, storeys_most=6)
    assert case.route == route
    if route == "low_risk":
        assert (case.limit_days, case.unit, open_steps(case)) == (15, "working", {"joint"})


@pytest.mark.obligation("T19-4")
def test_each_step_has_an_owner_and_its_own_clock_and_opens_when_those_before_are_done(cast, project):
    money = Organisation.objects.create(
        code="T-money", name="朝阳区财政局", kind="district_department", area=cast.areas[CHAOYANG]
    )
    case = started(cast, project)
    assert step(case, "initiation").due_on == date(2026, 10, 9)  # ten working days over make-up days and holidays
    finish(cast, case, "initiation")
    assert "budget" not in open_steps(case)
    finish(cast, case, "planning")
    finish(cast, case, "budget")
    assert (step(case, "finance").owner, step(case, "finance").clock_days) == (money, 20)


@pytest.mark.obligation("T19-5")
def test_permit_is_the_last_step_and_opens_the_rule(cast, home, project):
    case = started(cast, project)
    for code in ("initiation", "planning", "outside", "budget", "finance"):
        finish(cast, case, code)
    assert (open_steps(case), outcome(home, "t19_5_permit", DAY)) == ({"permit"}, "fail")
    finish(cast, case, "permit", reference="施〔2026〕8号")
    case.refresh_from_db()
    assert (outcome(home, "t19_5_permit", DAY), case.finished_on) == ("pass", DAY)


def test_step_that_is_not_its_turn_is_not_there(cast, project):
    case = started(cast, project)
    with pytest.raises(IndexError):
        step(case, "permit")
    with pytest.raises(CaseRuns):
        started(cast, project)


@pytest.fixture
def riser(cast, home, planners) -> Project:
    return proposed(cast, home, "riser", cost_yuan=9_000_000, works_area_m2=299)


def to_the_permit(cast: Any, project: Project) -> ApprovalCase:
    case = started(cast, project)
    for code in ("initiation", "planning", "outside", "budget", "finance"):
        finish(cast, case, code)
    return case


@pytest.mark.obligation("T20-5", "T20-6")
def test_exemption_is_granted_with_somebody_who_watches(cast, home, riser):
    case = to_the_permit(cast, riser)
    with pytest.raises(Refusal, match="属地监管部门"):
        finish(cast, case, "permit", how="exempt")
    finish(cast, case, "permit", how="exempt", supervisor=cast.bodies["street"])
    watched = LocalSupervision.objects.get()
    assert (watched.supervisor, watched.since, watched.until) == (cast.bodies["street"], DAY, None)
    rules = ("t19_5_permit", "t20_5_permit_free", "t20_6_local_supervision")
    assert [outcome(home, rule, DAY) for rule in rules] == ["pass", "pass", "pass"]


@pytest.mark.obligation("T20-5")
def test_works_above_both_limits_or_of_another_kind_are_not_exempt(cast, home, planners):
    project = proposed(cast, home, "riser", cost_yuan=9_000_000, works_area_m2=300)
    case = to_the_permit(cast, project)
    with pytest.raises(NotFree, match="都达到限额"):
        finish(cast, case, "permit", how="exempt", supervisor=cast.bodies["street"])
    assert not LocalSupervision.objects.exists()


@pytest.mark.obligation("T20-5")
def test_only_the_permit_can_be_exempt(cast, riser):
    with pytest.raises(NotFree, match="只有施工许可"):
        finish(cast, started(cast, riser), "planning", how="exempt", supervisor=cast.bodies["street"])


@pytest.mark.obligation("T20-6")
def test_watch_is_handed_on_without_a_gap_and_never_just_ended(cast, riser):
    case = to_the_permit(cast, riser)
    finish(cast, case, "permit", how="exempt", supervisor=cast.bodies["street"])
    lead, later = cast.actor("district_lead"), date(2026, 9, 22)
    wrong = (("outside", later, "不在这里履职"), ("street", later, "现在就由"), ("district", DAY, "起监管"))
    for name, since, says in wrong:
        body = cast.bodies[name]
        with pytest.raises(WrongSupervision, match=says):
            assign_supervision(
                project=riser, supervisor=body, since=since, reference="", actor=lead, now=at(later), on=later
            )
    assign_supervision(
        project=riser,
        supervisor=cast.bodies["district"],
        since=later,
        reference="",
        actor=lead,
        now=at(later),
        on=later,
    )
    first, second = LocalSupervision.objects.order_by("since")
    assert (first.until, second.since, second.until) == (later, later, None)


@pytest.mark.obligation("T20-6")
@pytest.mark.django_db(transaction=True)
def test_database_leaves_no_exempt_works_unwatched(cast, riser):
    case = to_the_permit(cast, riser)
    permit = step(case, "permit")
    with pytest.raises(IntegrityError), transaction.atomic():
        Matter.objects.filter(pk=permit.pk).update(stage="exempt", closed_at=at(DAY), version=2)
    finish(cast, case, "permit", how="exempt", supervisor=cast.bodies["street"])
    with pytest.raises(IntegrityError, match="not left unwatched"), transaction.atomic():
        LocalSupervision.objects.update(until=date(2026, 9, 30))


@pytest.mark.obligation("T19-5")
def test_refused_step_shuts_the_rule_until_it_is_applied_for_again(cast, home, project):
    case = to_the_permit(cast, project)
    move(
        matter=step(case, "permit"), move="refuse", actor=cast.actor("district_lead"), now=at(DAY), reason="缺消防意见"
    )
    assert (outcome(home, "t19_5_permit", DAY), open_steps(case)) == ("fail", set())
    apply_again(case=case, step="permit", actor=cast.actor("implementer"), now=at(DAY))
    with pytest.raises(CaseRuns):
        apply_again(case=case, step="permit", actor=cast.actor("implementer"), now=at(DAY))
    finish(cast, case, "permit")
    assert outcome(home, "t19_5_permit", DAY) == "pass"


def test_withdrawn_case_stops_what_is_open_and_a_new_one_can_be_started(cast, project):
    case, who = started(cast, project), cast.actor("implementer")
    with pytest.raises(WrongCase):
        withdraw_case(case=case, reason=" ", actor=who, now=at(DAY), on=DAY)
    withdraw_case(case=case, reason="改为社会投资", actor=who, now=at(DAY), on=DAY)
    assert not open_steps(case)
    assert started(cast, project, government=False).route == "social"


def test_dates_and_people_that_cannot_be_are_refused(cast, project):
    for day in (date(2026, 9, 1), date(2026, 9, 19)):
        with pytest.raises(WrongCase):
            started(cast, project, started_on=day)
    with pytest.raises(IntegrityError, match="before the project was proposed"), transaction.atomic():
        ApprovalCase.objects.create(
            project=project, route="social", government=False, new_building=False, unit="calendar",
            started_on=date(2026, 8, 31), started_by_name="某",
        )  # fmt: skip
    with pytest.raises(NotAllowed):
        move(
            matter=step(started(cast, project), "planning"), move="finish", actor=cast.actor("implementer"),
            now=at(DAY), values={"reference": "自批"},
        )  # fmt: skip


@pytest.mark.obligation("T19-4")
def test_missing_papers_stop_the_clock_of_a_step(cast, project):
    case, lead = started(cast, project), cast.actor("district_lead")
    due = step(case, "planning").due_on
    suspend(matter=step(case, "planning"), actor=lead, now=at(date(2026, 9, 21)), reason="等补红线图")
    resume(matter=step(case, "planning"), actor=lead, now=at(date(2026, 9, 24)))
    assert (due, step(case, "planning").due_on) == (date(2026, 9, 29), date(2026, 10, 9))


@pytest.mark.obligation("T19-4")
def test_holiday_notice_that_comes_late_moves_open_steps_with_a_record(cast, project):
    case = started(cast, project, date(2026, 9, 1))
    before = step(case, "planning").due_on
    notice = HolidayNotice.objects.create(
        year=2026, title="调休通知", issued=date(2026, 9, 2), entered_by_name="某", entered_at=at(date(2026, 9, 2))
    )
    HolidayDay.objects.create(notice=notice, day=date(2026, 9, 7), name="临时放假", off=True)
    redate(notice=notice, now=at(date(2026, 9, 2)))
    after = step(case, "planning")
    assert (before, after.due_on) == (date(2026, 9, 10), date(2026, 9, 11))
    assert after.log.get(what="due_moved").notice == notice
