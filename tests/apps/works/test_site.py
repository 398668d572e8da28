"""Checks on site, findings, risk grades, evaluations (T20-1…3)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts.models import Membership
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.domain.figures import shipped
from jiugai.domain.site_safety import Field, Grade, Hazards, Record, evaluated, graded
from jiugai.matters.actions import move, open_matter
from jiugai.matters.models import Matter
from jiugai.policy.models import Occurrence
from jiugai.works.actions.checking import BadCheck, Found, Seen, record_check
from jiugai.works.actions.firms import BadFirm, name_firm
from jiugai.works.actions.grading import NothingChecked, evaluate_firm, evaluate_project, grade_site
from jiugai.works.actions.reporting import Words, report
from jiugai.works.kinds._shared import BadDay, WrongProject
from jiugai.works.models import ResidentReport, SiteCheck, SiteFinding, SiteRisk
from tests.apps.planning_rows import a_community, now, stored
from tests.apps.works_rows import ago, paper, today
from tests.cast import CHAOYANG, Cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
GOOD = {one.value: "good" for one in Field}


def seen(*found: Found, days: int = 0, **results: str) -> Seen:
    return Seen({**GOOD, **results}, ago(days), "王监理", found)


def checked(cast: Cast, project, home, *found: Found, who: str = "watcher", days: int = 0, **results: str):
    return record_check(
        project=project, community=home, seen=seen(*found, days=days, **results), actor=cast.actor(who), now=now()
    )


@pytest.mark.obligation("T20-1")
def test_a_check_covers_all_four_fields_or_is_refused(cast: Cast, project, home):
    half = Seen({"safety": "good", "fire": "good", "green": "good"}, today(), "王监理")
    with pytest.raises(BadCheck, match="疫情防控"):
        record_check(project=project, community=home, seen=half, actor=cast.actor("watcher"), now=now())
    assert checked(cast, project, home).stage == "done"


@pytest.mark.obligation("T20-1")
def test_the_database_refuses_a_check_without_its_four_fields(cast: Cast, project, home):
    check = SiteCheck.objects.get(project=project)
    with pytest.raises(IntegrityError, match="site_check_covers_four_fields"), transaction.atomic():
        SiteCheck.objects.filter(pk=check.pk).update(checked_on=today(), safety="good", inspector="王")


@pytest.mark.obligation("T20-1")
def test_a_problem_on_a_check_goes_to_the_contractor_then_to_the_supervisor_and_back(cast: Cast, project, home):
    checked(cast, project, home, Found("fire", "3号楼2层", "major", "灭火器过期"), fire="problem")
    finding = SiteFinding.objects.get()
    assert (finding.owner, finding.priority, finding.stage) == (cast.bodies["builder"], "urgent", "found")
    paper(finding, "整改照片")
    done = {"measures": "已更换", "rectified_on": today()}
    move(matter=finding, move="rectify", actor=cast.actor("builder"), now=now(), values=done)
    finding.refresh_from_db()
    assert (finding.owner, finding.stage) == (cast.bodies["watcher"], "rectified")
    with pytest.raises(NotAllowed):
        move(matter=finding, move="again", actor=cast.actor("builder"), now=now(), reason="x")
    move(matter=finding, move="again", actor=cast.actor("watcher"), now=now(), reason="还少两具")
    finding.refresh_from_db()
    assert (finding.owner, finding.stage) == (cast.bodies["builder"], "found")


@pytest.mark.obligation("T20-1")
def test_a_finding_is_not_rectified_without_a_photo_nor_closed_without_one(cast: Cast, project, home):
    checked(cast, project, home, Found("safety", "东侧吊篮"), safety="problem")
    finding = SiteFinding.objects.get()
    done = {"measures": "已加固", "rectified_on": today()}
    with pytest.raises(Refusal, match="整改照片"):
        move(matter=finding, move="rectify", actor=cast.actor("builder"), now=now(), values=done)
    paper(finding, "整改照片")
    finding = move(matter=finding, move="rectify", actor=cast.actor("builder"), now=now(), values=done)
    with pytest.raises(Refusal, match="复查照片"):
        move(matter=finding, move="close", actor=cast.actor("watcher"), now=now(), values={"rechecked_on": today()})
    paper(finding, "复查照片")
    move(matter=finding, move="close", actor=cast.actor("watcher"), now=now(), values={"rechecked_on": today()})
    assert SiteFinding.objects.get().closed_at is not None


@pytest.mark.parametrize(
    ("found", "results", "words"),
    [((), {"fire": "problem"}, "没有写是什么问题"), ((Found("fire", "2层"),), {}, "结果却不是")],
)
def test_results_and_problems_have_to_agree(cast: Cast, project, home, found, results, words):
    with pytest.raises(BadCheck, match=words):
        checked(cast, project, home, *found, **results)


def test_days_before_the_works_and_after_today_are_refused(cast: Cast, project, home):
    for days in (90, -1):
        with pytest.raises(BadDay):
            checked(cast, project, home, days=days)
    assert not SiteCheck.objects.filter(stage="done").exists()


def test_a_refused_check_leaves_nothing_behind(cast: Cast, project, home):
    before = Matter.objects.count()
    with pytest.raises(BadDay):
        checked(cast, project, home, Found("fire", "2层"), fire="problem", days=90)
    assert Matter.objects.count() == before


def test_a_project_that_is_not_on_site_is_not_checked(cast: Cast):
    other = a_community(cast, "枣营北里")
    waiting = stored(cast, other)
    with pytest.raises(WrongProject, match="施工中才能办"):
        open_matter(model=SiteCheck, values={"project": waiting}, community=other, actor=cast.actor("district_lead"),
                    now=now())  # fmt: skip


def test_who_lost_his_role_no_longer_checks(cast: Cast, project, home):
    Membership.objects.filter(user=cast.user("watcher")).update(ends=ago(1))
    with pytest.raises(NotAllowed):
        checked(cast, project, home)


@pytest.mark.obligation("T20-2")
def test_the_grade_is_the_sum_of_its_lines_and_sets_the_rhythm():
    risky = graded(Hazards(scaffold=2, hoisting=1, occupied=1, open_major=1), shipped(), DAY)
    assert [(line.label, line.points) for line in risky.lines] == [
        ("脚手架或吊篮作业", 30), ("起重吊装作业", 15), ("居民不搬离施工", 5), ("未闭合重大问题", 15),
    ]  # fmt: skip
    assert (risky.points, risky.grade, risky.every_days) == (65, Grade.RED, 7)
    assert risky.next_check(DAY) == date(2026, 11, 30)
    assert graded(Hazards(), shipped(), DAY).grade is Grade.BLUE


@pytest.mark.obligation("T20-2")
@pytest.mark.parametrize(
    ("points", "grade"), [(19, "blue"), (20, "yellow"), (39, "yellow"), (40, "orange"), (59, "orange"), (60, "red")]
)
def test_the_limits_between_grades(points, grade):
    figures = shipped().with_draft({"risk_scaffold": [(date(2022, 11, 9), points)]})
    assert graded(Hazards(scaffold=1), figures, DAY).grade == grade


@pytest.mark.obligation("T20-2")
def test_the_next_check_is_due_by_the_grade_and_a_new_grade_moves_it(cast: Cast, project, home):
    first = SiteCheck.objects.get(project=project)
    assert first.due_on == today() + timedelta(
        days=30
    )  # not graded yet: taken for a common risk, counted from the start
    hazards = {"scaffold": 2, "hoisting": 1, "structure": 1}
    risk = grade_site(project=project, hazards=hazards, actor=cast.actor("district_lead"), now=now(), on=today())
    first.refresh_from_db()
    assert (risk.grade, first.due_on) == ("red", ago(40) + timedelta(days=7))
    checked(cast, project, home, days=1)
    following = SiteCheck.objects.get(project=project, stage="planned")
    assert (following.due_on, following.owner) == (today() + timedelta(days=6), cast.bodies["watcher"])
    assert "重大风险" in following.detail
    checked(cast, project, home)
    assert SiteCheck.objects.get(project=project, stage="planned").due_on == today() + timedelta(days=7)


@pytest.mark.obligation("T20-2")
def test_open_findings_raise_the_grade(cast: Cast, project, home):
    lead = cast.actor("district_lead")
    calm = grade_site(project=project, hazards={}, actor=lead, now=now(), on=today())
    checked(cast, project, home, Found("safety", "1层", "major"), Found("safety", "2层", "major"), safety="problem")
    worse = grade_site(project=project, hazards={}, actor=lead, now=now(), on=today())
    for finding in SiteFinding.objects.all():
        move(matter=finding, move="dismiss", actor=lead, now=now(), reason="不属实")
    assert grade_site(project=project, hazards={}, actor=lead, now=now(), on=today()).points == 0
    assert (calm.grade, worse.grade, worse.points) == ("blue", "yellow", 30)
    assert worse.lines == [{"label": "未闭合重大问题", "count": 2, "each": 15, "points": 30}]
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        SiteRisk.objects.filter(pk=worse.pk).update(points=0)


@pytest.mark.parametrize("hazards", [{"scaffold": -1}, {"scaffold": 51}, {"moon": 1}])
def test_hazards_that_cannot_be_are_refused(cast: Cast, project, hazards):
    with pytest.raises(Refusal):
        grade_site(project=project, hazards=hazards, actor=cast.actor("district_lead"), now=now(), on=today())


@pytest.mark.obligation("T20-3")
def test_an_evaluation_is_a_hundred_less_its_lines():
    found = evaluated(Record(checks_due=4, checks_done=3, general=2, major=1, overdue=1), shipped(), DAY)
    assert [(line.label, line.points) for line in found.lines] == [
        ("应检未检", 5), ("一般问题", 2), ("重大问题", 8), ("整改逾期", 4),
    ]  # fmt: skip
    assert (found.score, found.level) == (81, "合格")
    assert evaluated(Record(checks_due=1, checks_done=1, stopped=9), shipped(), DAY).score == 0
    assert evaluated(Record(checks_due=3), shipped(), DAY) is None


@pytest.mark.obligation("T20-3")
def test_projects_and_firms_are_evaluated_from_what_is_on_record_once_per_period(cast: Cast, project, home):
    lead, span = cast.actor("district_lead"), {"since": ago(30), "until": today()}
    with pytest.raises(NothingChecked):
        evaluate_project(project=project, actor=lead, now=now(), **span)
    checked(cast, project, home, Found("fire", "2层", "major"), Found("green", "门口"), fire="problem", green="problem")
    made = evaluate_project(project=project, actor=lead, now=now(), **span)
    assert (made.score, made.level, made.counts["major"], made.counts["general"]) == (91, "良好", 1, 1)
    firm = evaluate_firm(firm=cast.bodies["builder"], area=cast.areas[CHAOYANG], actor=lead, now=now(), **span)
    assert (firm.score, firm.firm, firm.project) == (91, cast.bodies["builder"], None)
    with pytest.raises(Conflict):
        evaluate_project(project=project, actor=lead, now=now(), **span)
    with pytest.raises(NotAllowed):
        evaluate_project(project=project, actor=cast.actor("builder"), now=now(), since=ago(9), until=today())
    with pytest.raises(NothingChecked):  # this firm built nothing here
        evaluate_firm(firm=cast.bodies["firm"], area=cast.areas[CHAOYANG], actor=lead, now=now(), **span)


@pytest.mark.obligation("T20-3")
def test_an_evaluation_counts_every_line_of_its_period_and_nothing_else(cast: Cast, project, home):
    lead, watcher = cast.actor("district_lead"), cast.actor("watcher")
    checked(cast, project, home, Found("fire", "上一期"), days=35, fire="problem")
    stopping = Found("fire", "2层", works_stopped=True)
    checked(cast, project, home, stopping, Found("fire", "3层"), Found("fire", "4层"), fire="problem")
    late, again, untrue = SiteFinding.objects.filter(found_on=today()).order_by("pk")
    SiteFinding.objects.filter(pk=late.pk).update(due_on=ago(1))
    SiteCheck.objects.filter(stage="planned").update(due_on=today())
    paper(again, "整改照片")
    done = {"measures": "已更换", "rectified_on": today()}
    again = move(matter=again, move="rectify", actor=cast.actor("builder"), now=now(), values=done)
    move(matter=again, move="again", actor=watcher, now=now(), reason="没换完")
    move(matter=untrue, move="dismiss", actor=lead, now=now(), reason="看错了")
    report(community=home, project=project, words=Words("夜里十二点还在施工"), address="1.2.3.4", now=now())
    move(matter=ResidentReport.objects.get(), move="answer", actor=cast.actor("street_clerk"), now=now(),
         values={"confirmed": True, "answer": "已停", "answered_by": "马丽娜"})  # fmt: skip
    made = evaluate_project(project=project, actor=lead, now=now(), since=ago(30), until=today())
    assert made.counts == {
        "checks_due": 2, "checks_done": 1, "general": 2, "major": 0, "overdue": 1, "failed_recheck": 1, "stopped": 1,
        "resident_confirmed": 1,
    }  # fmt: skip


def test_one_firm_is_not_both_contractor_and_supervisor(cast: Cast, project):
    with pytest.raises(BadFirm, match="既施工又监理"):
        name_firm(project=project, duty="supervisor", firm=cast.bodies["builder"], since=today(),
                  actor=cast.actor("district_lead"), now=now())  # fmt: skip


def test_checks_and_findings_stand_on_the_timeline(cast: Cast, project, home):
    checked(cast, project, home, Found("fire", "2层"), fire="problem")
    codes = set(Occurrence.objects.filter(community=home, at__date=timezone.localdate()).values_list("code", flat=True))
    assert {"site_checked", "finding_raised"} <= codes
