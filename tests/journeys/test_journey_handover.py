"""One real community from the plan to the handover; each gate refuses first and opens when what it asks is there."""

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from jiugai.approvals.models import DrawingReview, Tender
from jiugai.governance.actions import save_guard
from jiugai.governance.models import WindowGuard
from jiugai.pipes.actions.jobs import save_plan
from jiugai.planning.models import PlanBatch, PlannerOpinion, Project
from jiugai.policy.models import Occurrence
from jiugai.registry.models import Community
from jiugai.works.actions.special import Mark, mark_item
from jiugai.works.models import AcceptanceFiling, FacadeAcceptance, Handover, SiteFinding, SpecialAcceptance
from tests.journeys.handover_rows import (
    LEAD,
    Enter,
    Live,
    a_batch,
    agree,
    approve_up_to_the_permit,
    at,
    award,
    body,
    crew,
    enter,
    home,
    live_on,
    project,
    survey,
)
from tests.journeys.test_journey_7 import accept, attach, mark, send, way
from tests.looks import faults_of

__all__ = ["enter", "home", "live_on", "project"]  # fixtures
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PLANNED, DESIGNED, EARLY, NOTICED = date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 20), date(2026, 4, 20)
STARTED, FACADE, BUILT, REVIEWED = date(2026, 6, 1), date(2026, 8, 10), date(2026, 9, 1), date(2026, 9, 7)
SCHEME = "外墙外保温，1号楼，2600，平方米\n屋面保温，1号楼，520，平方米"
SPECIAL = "单元门口坡道，1号楼，6，处，坡道坡度（高长比），0.08\n楼道扶手，1号楼，120，米"


@pytest.mark.obligation("T03-6", "T09-4", "T09-6", "T11-2", "T11-5", "T11-6", "T19-5", "T19-7", "T19-9", "T22-1")
def test_a_real_community_goes_from_the_plan_to_the_handover_through_every_gate(
    enter: Enter, live_on: Live, home: Community, project: Project
) -> None:
    live_on(PLANNED)
    the_plan_refuses_and_takes_it_in(enter, home, project)
    live_on(DESIGNED)
    scheme_opinions_signatures_and_reviews(enter, home, project)
    approvals(enter, home, project)
    the_tender_waits_for_its_plan(enter, live_on, home, project)
    live_on(STARTED)
    the_start_refuses_and_opens(enter, home, project)
    live_on(FACADE)
    a_check_of_the_site(enter, project)
    the_facade_refuses_and_passes(enter, home, project)
    live_on(BUILT)
    the_special_acceptance_goes_by_the_scheme(enter, home, project)
    the_completion_refuses_and_opens(enter, home, project)
    live_on(REVIEWED)
    filing_review_and_handover(enter, home, project)
    refused = set(Occurrence.objects.filter(code="gate_refused", community=home).values_list("detail__gate", flat=True))
    assert refused >= {"publish_tender", "accept_facade", "complete"}  # the other two were seen to be shut


def stage_of(home: Community) -> str:
    home.refresh_from_db()
    return home.stage


def the_plan_refuses_and_takes_it_in(enter: Enter, home: Community, project: Project) -> None:
    page = enter("district_lead", f"/projects/{project.pk}/")
    expect(page.locator("#gate")).to_contain_text("下一道关口：列入实施计划")
    expect(page.locator("#gate")).to_contain_text("区里还没有申报列入计划")
    batch = a_batch(project, PLANNED)
    page.goto(page.url.replace(f"/projects/{project.pk}/", f"/batches/{batch.pk}/"))
    page.get_by_role("button", name="提交市级确认").click()
    expect(page.locator("#j-flash")).to_contain_text("已提交市级确认")
    city = enter("city_lead", f"/batches/{batch.pk}/")
    city.get_by_role("button", name="确认其余 1 个").click()
    expect(city.locator("body")).to_contain_text("已确认 1 个项目")
    assert PlanBatch.objects.get().items.get().state == "confirmed"
    assert stage_of(home) == "in_plan"


def scheme_opinions_signatures_and_reviews(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/projects/{project.pk}/design/")
    submit(page, "scheme", SCHEME)
    submit(page, "special", SPECIAL)
    assert faults_of(page) == []
    planner = enter("planner", f"/matters/{PlannerOpinion.objects.get(at='scheme', role='street').pk}/")
    planner.locator("summary", has_text="同意").first.click()
    planner.fill("#agree-opinion", "同意")
    planner.get_by_role("button", name="同意", exact=True).click()
    expect(planner.get_by_text("已同意")).to_be_visible()
    agree(project, DESIGNED)
    assert stage_of(home) == "designed"
    architect = enter("architect", f"/projects/{project.pk}/design/")
    for subject in ("scheme", "drawings"):
        sign(architect, subject)
    for subject in ("scheme", "special"):
        review(enter, page, subject)


def submit(page: Page, kind: str, lines: str) -> None:
    page.locator(f"#lines-{kind}").fill(lines)
    page.locator(f"#reference-{kind}").fill("图册 01…18")
    page.locator(f"#{kind}").get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_text("已送请区总责任规划师和街道责任规划师出具意见")).to_be_visible()


def sign(page: Page, subject: str) -> None:
    page.locator("#architect summary", has_text="签署改造设计方案").click()
    page.select_option("#subject-scheme", subject)
    page.fill("#statement-scheme", "符合方案和规范")
    page.locator("#architect details[open]").get_by_role("button", name="签署", exact=True).click()
    expect(page.locator("body")).to_contain_text("已签署")


def review(enter: Enter, page: Page, subject: str) -> None:
    """Send the drawings in and let the reviewer pass them."""
    page.reload()
    page.locator("#review summary", has_text="送施工图审查").click()
    page.select_option("#review-subject", subject)
    page.select_option("#review-reviewer", str(body("D-reviewer").pk))
    page.fill("#review-drawings", f"{subject} 01…12")
    page.get_by_role("button", name="送审", exact=True).click()
    expect(page.locator("body")).to_contain_text("审查，到")
    made = DrawingReview.objects.get(subject=subject)
    reviewer = enter("reviewer", f"/matters/{made.pk}/")
    way(reviewer, "通过")
    reviewer.fill("#pass-opinion", "符合强制性条文")
    send(reviewer, "通过")
    expect(reviewer.locator("body")).to_contain_text("已通过")


def approvals(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/projects/{project.pk}/approvals/")
    page.get_by_role("button", name="申报审批").click()
    expect(page.locator("#steps")).to_contain_text("政府投资")
    page.locator("#plan summary").click()
    page.fill("#plan-content", "外墙、屋面保温和无障碍改造")
    page.fill("#plan-expected_on", NOTICED.isoformat())
    page.fill("#plan-reference", "招计〔2026〕6号")
    page.get_by_role("button", name="发布计划").click()
    page.locator("#tender summary").click()
    page.get_by_role("button", name="登记招标").click()
    page.wait_for_url("**/matters/**")  # the tender, where its notice is published


def the_tender_waits_for_its_plan(enter: Enter, live_on: Live, home: Community, project: Project) -> None:
    tender = f"/matters/{Tender.objects.get().pk}/"
    live_on(EARLY)
    page = enter("implementer", tender)
    notice(page, EARLY)
    expect(page.locator("body")).to_contain_text("不满 30 天")
    approve_up_to_the_permit(project)
    live_on(NOTICED)
    page = enter("implementer", tender)
    notice(page, NOTICED)
    expect(page.get_by_text("已发布招标公告")).to_be_visible()
    lead = enter("district_lead", f"/projects/{project.pk}/approvals/")
    lead.get_by_role("link", name="施工许可", exact=True).click()
    way(lead, "办结")
    lead.fill("#finish-reference", "110105202606010101")
    send(lead, "办结")
    expect(lead.locator("body")).to_contain_text("已办结")
    assert stage_of(home) == "approved"
    award(project, NOTICED)
    assert stage_of(home) == "tendered"


def notice(page: Page, day: date) -> None:
    way(page, "发布招标公告")
    for name, value in (("notice_ref", "招公〔2026〕6号"), ("files_from", day.isoformat()),
                        ("files_until", (day + timedelta(days=6)).isoformat()), ("bids_on", "2026-05-12")):  # fmt: skip
        page.fill(f"#publish-{name}", value)
    send(page, "发布招标公告")


def the_start_refuses_and_opens(enter: Enter, home: Community, project: Project) -> None:
    page = enter("district_lead", f"/projects/{project.pk}/")
    expect(page.locator("#gate").get_by_role("button", name="批准开工")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#gate")).to_contain_text("还没有摸排")
    assert faults_of(page) == []
    survey(home, STARTED)
    page.reload()
    expect(page.locator("#gate")).to_contain_text("每条都符合，可以办")
    page.locator("#gate").get_by_role("button", name="批准开工").click()
    expect(page.locator("body")).to_contain_text("已批准开工")
    project.refresh_from_db()
    assert (project.state, stage_of(home)) == ("on_site", "on_site")
    crew(project, STARTED)


def a_check_of_the_site(enter: Enter, project: Project) -> None:
    page = enter("supervisor", f"/works/{project.pk}/site/", phone=True)
    page.locator("#do-check > summary").click()
    for field in ("safety", "green", "fire"):
        page.check(f"#do-check input[name={field}][value=good]")
    page.check("#do-check input[name=health][value=na]")
    page.locator("#do-check button", has_text="登记检查").click()
    expect(page.locator("body")).to_contain_text("检查已登记，没有发现问题")
    assert not SiteFinding.objects.exists()


def the_facade_refuses_and_passes(enter: Enter, home: Community, project: Project) -> None:
    guard(home, "101")
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    page.locator("#do-facade > summary").click()
    page.fill("#facade-scope", "1号楼外墙外保温")
    page.locator("#do-facade button", has_text="登记外立面验收").click()
    page.get_by_role("link", name="外立面验收：1号楼外墙外保温").click()
    attach(page, "外立面验收记录")
    accept(page, FACADE)
    expect(page.locator("body")).to_contain_text("还有 1 户外窗护栏没有拆除")
    guard(home, WindowGuard.objects.get().flat, removed_on=FACADE, mode="assisted")
    accept(page, FACADE)
    expect(page.locator("body")).to_contain_text("外立面验收合格")
    assert FacadeAcceptance.objects.get().stage == "accepted"


def guard(home: Community, flat: str, **values: Any) -> None:
    save_guard(community=home, building_label="1号楼", flat=flat, values={"affects_works": True, **values}, actor=LEAD,
               now=at(FACADE))  # fmt: skip


def the_special_acceptance_goes_by_the_scheme(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    page.locator("#do-special > summary").click()
    expect(page.locator("#do-special")).to_contain_text("按专项方案第 1 版")
    page.fill("#special-out_door", "本小区没有自动门")
    page.locator("#do-special button", has_text="开始专项验收").click()
    expect(page.locator("#special")).to_contain_text("单元门口坡道，1号楼")
    acceptance = SpecialAcceptance.objects.get()
    ramp, *others = acceptance.items.filter(left_out="")
    mark(page, ramp.pk, "坡度 1:9")
    for item in others:
        mark_item(item=item, mark=Mark("pass", BUILT), actor=LEAD, now=at(BUILT))
    complete(page)
    expect(page.locator("body")).to_contain_text("专项验收有 1 项没有通过：单元门口坡道，1号楼")
    page.get_by_role("button", name="交施工单位整改").click()
    page.get_by_role("button", name="整改完成，复验").click()
    mark(page, ramp.pk, "")
    page.locator("summary", has_text="登记体验试用").click()
    page.select_option("#try-out-who", "wheelchair")
    page.fill("#try-out-people", "2")
    page.fill("#try-out-words", "能自己进出单元门")
    page.locator("details[open] button", has_text="登记体验试用").click()
    page.get_by_role("button", name="专项验收合格").click()
    expect(page.locator("#special")).to_contain_text("不合格 0 项")
    assert stage_of(home) == "special_accepted"


def the_completion_refuses_and_opens(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    for words in ("责任建筑师没有签署竣工", "没有登记采用的消防技术标准", "不知道项目有没有专业管线改造"):
        expect(page.locator("#gate")).to_contain_text(words)
    page.locator("#do-fire > summary").click()
    page.check("#do-fire input[name=keeps_use][value=yes]")
    page.check("#do-fire input[name=standard][value=current]")
    page.locator("#do-fire button", has_text="登记消防标准").click()
    save_plan(project=project, values={"has_pipelines": False, "has_overhead": False}, actor=LEAD, now=at(BUILT))
    complete(page)
    expect(page.locator("body")).to_contain_text("责任建筑师没有签署竣工")
    sign(enter("architect", f"/projects/{project.pk}/design/"), "completion")
    complete(page)
    expect(page.locator("body")).to_contain_text("竣工验收合格")
    assert stage_of(home) == "completed"


def complete(page: Page) -> None:
    box = page.locator("#do-complete")
    if not box.evaluate("(one) => one.open"):
        box.locator("> summary").click()
    page.fill("#complete-completed_on", BUILT.isoformat())
    for name, words in (("report", "竣验〔2026〕1号"), ("design", "示例建筑设计事务所"), ("contractor", "示例建工集团"),
                        ("supervisor", "示例工程监理公司"), ("implementer", "示例城市更新公司")):  # fmt: skip
        page.fill(f"#complete-{name}", words)
    box.locator("form button").click()


def filing_review_and_handover(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/matters/{AcceptanceFiling.objects.get().pk}/")
    attach(page, "竣工验收报告")
    way(page, "报送备案")
    page.fill("#file-filed_on", REVIEWED.isoformat())
    page.fill("#file-fire_standard", "现行标准")
    send(page, "报送备案")
    lead = enter("district_lead", f"/matters/{AcceptanceFiling.objects.get().pk}/")
    way(lead, "出具备案回执")
    lead.fill("#keep-receipt", "备〔2026〕31号")
    send(lead, "出具备案回执")
    expect(lead.locator("body")).to_contain_text("已备案")
    give_over(page, project)
    expect(page.locator("body")).to_contain_text("改造效果还没有评价，不能移交")
    five_parties(enter("street", f"/works/{project.pk}/acceptance/", phone=True))
    assert stage_of(home) == "effect_reviewed"
    page = enter("implementer", f"/matters/{Handover.objects.get().pk}/")
    hand_over(page)
    expect(page.locator("body")).to_contain_text("已移交")
    project.refresh_from_db()
    assert (project.state, stage_of(home)) == ("handed_over", "handed_over")


def give_over(page: Page, project: Project) -> None:
    """Begin the handover and try to finish it at once."""
    page.goto(f"{page.url.split('/matters/')[0]}/works/{project.pk}/acceptance/")
    page.locator("#do-handover > summary").click()
    page.locator("#do-handover button").last.click()
    page.get_by_role("link", name="移交管理：").first.click()
    attach(page, "移交清单")
    hand_over(page)


def hand_over(page: Page) -> None:
    way(page, "办理移交")
    page.fill("#hand_over-receiver", body("D-property").name)
    page.fill("#hand_over-facilities", "外墙、屋面、坡道、扶手")
    page.fill("#hand_over-files", "竣工图一套")
    page.fill("#hand_over-handed_over_on", REVIEWED.isoformat())
    send(page, "办理移交")


def five_parties(page: Page) -> None:
    for party in ("residents", "owners", "property", "representatives", "builders"):
        page.locator("#do-answer > summary").click()
        page.select_option("#answer-party", party)
        page.check("#do-answer input[name=satisfied][value='4']")
        page.fill("#answer-said_by", "业主代表")
        page.fill("#answer-opinion", "冬天暖和了")
        page.locator("#do-answer button", has_text="登记一方意见").click()
        expect(page.locator("#do-answer > summary")).to_be_visible()
    page.locator("#do-finish > summary").click()
    page.fill("#finish-summary", "五方都认可")
    page.locator("#do-finish button", has_text="完成评价").click()
    expect(page.locator("body")).to_contain_text("已评价")
