"""Pipelines of a project: schedule with the comprehensive works, merging, costs, funds, approvals, handover, duties."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Organisation
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.gates import evaluate
from jiugai.matters.actions import attach, open_matter
from jiugai.matters.actions.moving import NotHere, StillMissing, move
from jiugai.matters.kinds import kind_of
from jiugai.pipes.actions.duties import add_boundary, add_duty, finish_duty, set_takeover
from jiugai.pipes.actions.jobs import BadPipe, PipeChanged, decide_merge, save_plan
from jiugai.pipes.kinds.pipelines import WrongDay, WrongPipe
from jiugai.pipes.models import BoundaryPoint, DrainTakeover, OutsideApproval, PipeFund, PipeHandover, PipeJob, PipePlan
from jiugai.pipes.queries.pipes import control_of, merges_of, telecom_of
from jiugai.policy.facts import load_facts
from jiugai.policy.figures import current
from jiugai.registry.models import Document
from tests.apps.pipes_rows import SITE, a_job, a_plan
from tests.apps.planning_rows import DAY, a_community, a_project
from tests.apps.streetworks_rows import line
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


@pytest.fixture
def home(cast: Cast):
    return a_community(cast)


@pytest.fixture
def plan(cast: Cast, home) -> PipePlan:
    return a_plan(a_project(cast, home))


def gate_says(home, rule):
    facts = load_facts([home.pk], on=timezone.localdate())[home.pk]
    return next(f for f in evaluate("complete", facts, current()).findings if f.rule == rule)


def accept(job, **days):
    PipeJob.objects.filter(pk=job.pk).update(accepted_on=date(2027, 11, 1), acceptance_ref="YS-1", **days)


@pytest.mark.obligation("T14-5")
def test_the_gate_of_completion_asks_for_pipelines_in_step_and_accepted(plan, home):
    rule = "t14_5_pipes_together"
    assert gate_says(home, rule).outcome == "unknown"
    job = a_job(plan, home)
    assert "没有验收" in gate_says(home, rule).says
    accept(job)
    assert gate_says(home, rule).outcome == "pass"
    accept(job, ends=SITE[1] + timedelta(16))
    assert "没有和综合整治同步" in gate_says(home, rule).says


@pytest.mark.obligation("T14-5")
def test_a_job_merged_into_another_and_one_outside_the_red_line_do_not_keep_the_gate(plan, home):
    one, other = a_job(plan, home), a_job(plan, home, "排水", trade="drain")
    a_job(plan, home, "市政给水", inside=False)
    accept(one)
    decide_merge(one=one, other=other, merged=True, reason="同沟", saving_fen=1, actor=SYSTEM, now=now(), on=DAY)
    assert gate_says(home, "t14_5_pipes_together").outcome == "pass"


@pytest.mark.obligation("T14-13")
def test_overhead_lines_are_one_with_the_public_area_in_design_works_and_acceptance(cast, home):
    plan = a_plan(
        a_project(cast, home), has_overhead=True, public_design_ref="景施-01", public_from=date(2027, 5, 1),
        public_until=date(2027, 8, 1), public_acceptance_ref="YS-1",
    )  # fmt: skip
    job = a_job(plan, home, "架空线入地", trade="overhead", design_ref="景施-01")
    rule = "t14_13_overhead_tied"
    assert "没有一起验收" in gate_says(home, rule).says
    accept(job)
    assert gate_says(home, rule).outcome == "pass"
    accept(job, design_ref="另一张")
    assert "设计不同" in gate_says(home, rule).says


@pytest.mark.obligation("T14-12")
def test_one_telecom_company_is_named_per_project_with_its_basis(cast, plan):
    PipePlan.objects.update(has_overhead=True)
    plan.refresh_from_db()
    assert telecom_of(plan).tag == "bad"
    company = Organisation.objects.create(code="TX", name="示例通信", kind="company", area=cast.areas["110105"])
    with pytest.raises(BadPipe):
        save_plan(project=plan.project, values={"telecom": company}, actor=SYSTEM, now=now())
    saved = save_plan(
        project=plan.project, values={"telecom": company, "telecom_ref": "会议纪要3"}, actor=SYSTEM, now=now()
    )
    page = cast.client("district_lead").get(f"/projects/{plan.project_id}/pipes/").content.decode()
    assert telecom_of(saved).words == "由示例通信统筹"
    assert "由示例通信统筹" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        PipePlan.objects.create(project=plan.project)


@pytest.mark.obligation("T14-3")
def test_a_general_contract_inside_the_red_line_names_its_contractor(plan):
    with pytest.raises(BadPipe):
        save_plan(project=plan.project, values={"contract": "general"}, actor=SYSTEM, now=now())
    with pytest.raises(BadPipe, match="合同编号"):
        save_plan(project=plan.project, values={"contract": "separate", "signed_on": DAY}, actor=SYSTEM, now=now())
    values = {"contract": "general", "contractor": "示例建工", "contract_ref": "HT-1", "signed_on": DAY}
    assert (
        save_plan(project=plan.project, values=values, actor=SYSTEM, now=now()).get_contract_display()
        == "红线内施工总承包"
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        PipePlan.objects.update(contractor="")


@pytest.mark.obligation("T14-10")
def test_a_lifts_pipes_and_the_communitys_on_one_ground_are_found_and_made_one(plan, home):
    one = a_job(plan, home, geom=line())
    other = a_job(plan, home, "电梯管线改移", for_lift=True, geom=line(length=0.001))
    apart = a_job(plan, home, "另一头", geom=line(lat=39.95))
    (row,) = merges_of(plan, [one, other, apart], on=DAY)
    assert (row.one, row.other, row.decided) == (one, other, None)
    with pytest.raises(BadPipe):
        decide_merge(one=one, other=other, merged=True, reason=" ", saving_fen=None, actor=SYSTEM, now=now(), on=DAY)
    decide_merge(one=other, other=one, merged=True, reason="同沟", saving_fen=9_00, actor=SYSTEM, now=now(), on=DAY)
    other.refresh_from_db()
    assert other.merged_into == one
    assert merges_of(plan, [one, other], on=DAY)[0].decided.saving_fen == 900
    with pytest.raises(PipeChanged):
        decide_merge(
            one=other, other=apart, merged=True, reason="再并", saving_fen=None, actor=SYSTEM, now=now(), on=DAY
        )
    decide_merge(
        one=one, other=other, merged=False, reason="深度不同", saving_fen=None, actor=SYSTEM, now=now(), on=DAY
    )
    other.refresh_from_db()
    assert other.merged_into is None


@pytest.mark.obligation("T14-9")
def test_a_lifts_pipes_over_the_control_figure_are_flagged_on_the_page(cast, plan, home):
    job = a_job(plan, home, "电梯热力改移", for_lift=True, cost_fen=10_000_100)
    assert control_of(job, DAY).excess_fen == 100
    page = cast.client("district_lead").get(f"/projects/{plan.project_id}/pipes/").content.decode()
    assert "超过控制数" in page
    assert "超 1.00 元" in page


@pytest.mark.parametrize(
    "bad",
    [
        {"starts": date(2026, 11, 22)}, {"ends": date(2027, 3, 31)}, {"accepted_on": date(2027, 7, 1)},
        {"accepted_on": date(2027, 3, 1), "acceptance_ref": "Y"},
    ],
    ids=["before the project was proposed", "window reversed", "accepted without number", "accepted before start"],
)  # fmt: skip
def test_jobs_that_cannot_be_are_refused(plan, home, bad):
    with pytest.raises(BadPipe):
        a_job(plan, home, **bad)


def test_a_job_of_another_community_or_twice_is_refused(cast, plan, home):
    with pytest.raises(BadPipe):
        a_job(plan, a_community(cast, "枣营北里"))
    a_job(plan, home)
    with pytest.raises(BadPipe):
        a_job(plan, home)


def test_an_old_version_of_a_plan_does_not_overwrite_a_newer_one(plan):
    save_plan(project=plan.project, values={"contractor": "甲"}, actor=SYSTEM, now=now(), version=plan.version)
    with pytest.raises(PipeChanged):
        save_plan(project=plan.project, values={"contractor": "乙"}, actor=SYSTEM, now=now(), version=plan.version)


def fund(home, **values):
    return open_matter(
        model=PipeFund, community=home, actor=SYSTEM, now=now(),
        values={"programme": "国家管网改造专项", "year": 2027, "asked_yuan": 1_000_000, **values},
    )  # fmt: skip


@pytest.mark.obligation("T14-1")
def test_a_special_fund_is_asked_for_submitted_and_granted_within_what_was_asked(home):
    made = fund(home)
    today = timezone.localdate()
    with pytest.raises(StillMissing, match="申请文件"):
        move(matter=made, move="submit", actor=SYSTEM, now=now(), values={"submitted_on": today})
    paper(made, "申请文件")
    with pytest.raises(WrongDay):
        move(matter=made, move="submit", actor=SYSTEM, now=now(), values={"submitted_on": today + timedelta(1)})
    made = move(matter=made, move="submit", actor=SYSTEM, now=now(), values={"submitted_on": today})
    for amount in (0, 1_000_001):
        with pytest.raises(WrongDay):
            move(
                matter=made, move="grant", actor=SYSTEM, now=now(), values={"granted_yuan": amount, "grant_ref": "文1"}
            )
    with pytest.raises(StillMissing, match="下达文号"):
        move(matter=made, move="grant", actor=SYSTEM, now=now(), values={"granted_yuan": 800_000})
    values = {"granted_yuan": 800_000, "grant_ref": "文1"}
    made = move(matter=made, move="grant", actor=SYSTEM, now=now(), values=values)
    assert (made.stage, made.title, made.granted_yuan) == ("granted", "2027年国家管网改造专项", 800_000)


def paper(matter, kind):
    document = Document.objects.create(community=matter.community, title=kind, private=False)
    attach(matter=matter, kind=kind, document=document, actor=SYSTEM, now=now())


def approval(home, **values):
    return open_matter(
        model=OutsideApproval, community=home, actor=SYSTEM, now=now(), values={"route": "枣营路至小区西门", **values}
    )


@pytest.mark.obligation("T14-4")
def test_the_approval_outside_the_red_line_goes_step_by_step_each_with_its_clock(home):
    made = approval(home)
    assert (made.stage, made.clock_days) == ("filed", 5)
    with pytest.raises(NotHere):
        move(matter=made, move="approve", actor=SYSTEM, now=now(), values={"road_ref": "占1"})
    made = move(matter=made, move="accept", actor=SYSTEM, now=now())
    assert (made.stage, made.clock_days) == ("planning", 10)
    with pytest.raises(StillMissing):
        move(matter=made, move="plan", actor=SYSTEM, now=now())
    made = move(matter=made, move="plan", actor=SYSTEM, now=now(), values={"planning_ref": "规1"})
    assert (made.stage, made.clock_days) == ("road", 10)
    with pytest.raises(StillMissing, match="占掘路许可文号"):
        move(matter=made, move="approve", actor=SYSTEM, now=now())
    made = move(matter=made, move="approve", actor=SYSTEM, now=now() + timedelta(days=30), values={"road_ref": "占1"})
    assert (made.stage, value_in_list("days", made)) == ("approved", 30)


def value_in_list(key, matter):
    return next(column for column in kind_of(matter).of.list_columns if column.key == key).value(matter)


@pytest.mark.obligation("T14-4")
def test_an_approval_outside_is_not_about_a_pipe_inside(plan, home):
    with pytest.raises(WrongPipe):
        approval(home, job=a_job(plan, home))


@pytest.mark.obligation("T14-6")
def test_only_an_accepted_pipeline_is_handed_over_once_with_its_papers_and_day(plan, home):
    job = a_job(plan, home)

    def offer():
        return open_matter(
            model=PipeHandover, community=home, actor=SYSTEM, now=now(), values={"job": job, "receiver": "热力集团"}
        )

    with pytest.raises(WrongPipe):
        offer()
    PipeJob.objects.update(starts=DAY, ends=DAY, accepted_on=DAY, acceptance_ref="YS-1")
    job.refresh_from_db()
    made = offer()
    with pytest.raises(WrongPipe):
        offer()
    made = move(matter=made, move="check", actor=SYSTEM, now=now())
    with pytest.raises(StillMissing) as said:
        move(matter=made, move="hand", actor=SYSTEM, now=now(), values={"handed_on": DAY})
    assert {"材料“竣工图”", "材料“移交清单”"} <= set(said.value.details)
    for kind in ("竣工图", "移交清单"):
        paper(made, kind)
    with pytest.raises(WrongDay):
        move(matter=made, move="hand", actor=SYSTEM, now=now(), values={"handed_on": DAY - timedelta(1)})
    made = move(matter=made, move="hand", actor=SYSTEM, now=now(), values={"handed_on": DAY})
    assert (made.stage, made.handed_on) == ("handed", DAY)
    assert home.occurrences.filter(code="pipe_handed").exists()


def boundary(home, who, **values):
    return add_boundary(
        community=home, actor=who, on=timezone.localdate(),
        values={"trade": "water", "company": "自来水集团", "description": "楼前井阀门", "point": Point(116.46, 39.94),
                "agreed_on": DAY, "reference": "", **values},
    )  # fmt: skip


@pytest.mark.obligation("T14-7")
def test_boundary_points_stand_on_the_map_of_the_community_once_and_in_scope(cast, home):
    boundary(home, cast.actor("district_lead"))
    page = cast.client("district_lead").get(f"/communities/{home.pk}/pipes/").content.decode()
    assert "楼前井阀门" in page
    assert '"coordinates": [116.46, 39.94]' in page
    with pytest.raises(BadPipe):
        boundary(home, SYSTEM)
    with pytest.raises(NotAllowed):
        boundary(home, cast.actor("planner"), description="别处")
    with scoped(cast.actor("outsider")):
        assert not BoundaryPoint.objects.exists()


@pytest.mark.obligation("T14-8")
def test_a_drainage_company_takes_over_step_by_step_and_the_steps_stay(cast, home):
    for reach in ("community", "building", "flat"):
        set_takeover(
            community=home, actor=SYSTEM, on=timezone.localdate(),
            values={"company": "排水集团", "reach": reach, "taken_on": DAY, "reference": "协议1"},
        )  # fmt: skip
    takeover = DrainTakeover.objects.get()
    assert takeover.get_reach_display() == "管理服务入户"
    page = cast.client("auditor").get(f"/communities/{home.pk}/pipes/").content.decode()
    assert "管理服务入户" in page
    assert list(takeover.history.order_by("pgh_id").values_list("reach", flat=True)) == [
        "community",
        "building",
        "flat",
    ]


@pytest.mark.obligation("T14-8")
def test_a_takeover_is_recorded_by_who_may_and_not_ahead_of_its_day(cast, home):
    values = {"company": "排水集团", "reach": "flat", "taken_on": DAY, "reference": "协议1"}
    with pytest.raises(NotAllowed):
        set_takeover(community=home, values=values, actor=cast.actor("planner"), on=timezone.localdate())
    with pytest.raises(BadPipe, match="今后"):
        set_takeover(community=home, values=values, actor=SYSTEM, on=DAY - timedelta(1))
    assert not DrainTakeover.objects.exists()


@pytest.mark.obligation("T14-11")
def test_a_companys_duty_is_named_in_time_and_fulfilled_with_proof(cast, plan):
    def name(**values):
        return add_duty(
            project=plan.project, actor=SYSTEM, now=now(),
            values={"company": "热力集团", "trade": "heat", "duty": "更换外网", "since": DAY, "due_on": DAY, **values},
        )  # fmt: skip

    duty = name()
    for bad in ({}, {"since": DAY - timedelta(1), "duty": "二"}, {"due_on": DAY - timedelta(1), "duty": "三"}):
        with pytest.raises(BadPipe):
            name(**bad)
    with pytest.raises(BadPipe):
        finish_duty(duty=duty, proof=" ", actor=SYSTEM, on=DAY)
    late = cast.client("district_lead").get("/duties/?stands=late").content.decode()
    assert "更换外网" in late
    finish_duty(duty=duty, proof="验收单7", actor=SYSTEM, on=DAY + timedelta(3))
    assert "逾期履行" in cast.client("district_lead").get("/duties/").content.decode()


def test_pages_answer_in_a_bounded_number_of_queries(cast, plan, home, django_assert_max_num_queries):
    for n in range(8):
        a_job(plan, home, f"管线{n}", geom=line())
    client = cast.client("district_lead")
    client.get(f"/projects/{plan.project_id}/pipes/")
    with django_assert_max_num_queries(20):
        assert client.get(f"/projects/{plan.project_id}/pipes/").status_code == 200


def test_the_forms_of_the_page_register_and_refuse_in_place(cast, home):
    project = a_project(cast, home)
    client = cast.client("district_lead")
    assert (
        client.post(f"/projects/{project.pk}/pipes/plan/", {"has_pipelines": "yes", "contract": "general"}).status_code
        == 422
    )
    assert client.post(f"/projects/{project.pk}/pipes/plan/", {"has_pipelines": "yes"}).status_code == 302
    data = {"title": "热力更新", "trade": "heat", "community": home.pk, "company": "热力集团", "inside": "on",
            "starts": "2027-06-30", "ends": "2027-04-01"}  # fmt: skip
    answer = client.post(f"/projects/{project.pk}/pipes/new/", data)
    assert (answer.status_code, "完工早于开工" in answer.content.decode()) == (422, True)
    data |= {"ends": "2027-08-01", "route": "116.458,39.94;116.462,39.94"}
    assert client.post(f"/projects/{project.pk}/pipes/new/", data).status_code == 302
    assert PipeJob.objects.get().ground is not None
    duty = {"duty": "更换外网", "company": "热力集团", "trade": "heat", "since": "2026-11-23", "due_on": "2027-03-01"}
    assert client.post(f"/projects/{project.pk}/pipes/duties/", duty).status_code == 302
    drains = {"company": "排水集团", "reach": "flat", "taken_on": "2026-11-23", "reference": "协议"}
    assert client.post(f"/communities/{home.pk}/pipes/drains/", drains).status_code == 302
