"""Journey 7: approvals with their clock, an exempt permit, a tender after its plan and scheme; then the site.

The implementing body has two projects: works that save energy are never free of a permit, so the exempt one is another.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.accounts.models import Membership, Organisation
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.approvals.actions.tendering import Plan, prepare_tender, publish_plan
from jiugai.domain.schemes import SchemeKind
from jiugai.governance.actions import save_guard
from jiugai.governance.models import WindowGuard
from jiugai.planning.actions.moving import enter_pool, start_works
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.demo import BY
from jiugai.planning.models import Project
from jiugai.registry.models import Community
from jiugai.works.actions.firms import name_firm
from jiugai.works.models import Completion, EffectReview, FacadeAcceptance, SiteFinding, SpecialAcceptance
from tests.apps.planning_rows import waive
from tests.apps.works_rows import ago, begin_earlier, leave_pipes_aside, today
from tests.journeys.handover_rows import agree, approve_up_to_the_permit, seat_planners
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
Enter = Callable[..., Page]


def png(side: int = 8) -> bytes:
    """Return a small real picture without any library."""
    rows = b"".join(b"\0" + b"\x80" * side for _ in range(side))
    out = io.BytesIO(b"")
    out.write(b"\x89PNG\r\n\x1a\n")
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ):
        out.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))
    return out.getvalue()


PHOTO: Any = {"name": "photo.png", "mimeType": "image/png", "buffer": png()}


@pytest.fixture
def home(real_data: None, settings: Settings, tmp_path: Any) -> Community:
    """A community in the demonstration's residents' committee."""
    settings.MEDIA_ROOT = tmp_path / "files"
    area = Membership.objects.get(user__username="community_worker").area
    return Community.objects.create(
        code="J-7", name="枣营示例小区", name_norm="枣营示例小区", pinyin="zaoying", initials="zysl", area=area,
        address="枣营路",
    )  # fmt: skip


@pytest.fixture
def project(home: Community) -> Project:
    """An energy project on its site, with the demonstration's firms; four window guards are in the way."""
    now = timezone.now()
    home.refresh_from_db()
    made = propose_project(
        proposal=Proposal(communities=[home], kind="energy", items=["ageing"]), actor=BY, now=now, on=ago(120)
    )
    for gate, step in (("enter_pool", enter_pool), ("start_works", start_works)):
        waive(home, gate)
        step(project=made, actor=BY, now=now, on=today())
    bodies = Organisation.objects.in_bulk(["D-implementer", "D-contractor", "D-supervisor"], field_name="code")
    Project.objects.filter(pk=made.pk).update(implementer=bodies["D-implementer"])
    begin_earlier(made, days=60)
    for duty in ("contractor", "supervisor"):
        name_firm(project=made, duty=duty, firm=bodies[f"D-{duty}"], since=ago(60), actor=BY, now=now)
    for flat in ("101", "102", "201", "202"):
        guard(home, flat)
    return made


def guard(home: Community, flat: str, **values: Any) -> None:
    save_guard(community=home, building_label="3号楼", flat=flat, values={"affects_works": True, **values}, actor=BY,
               now=timezone.now())  # fmt: skip


@pytest.fixture
def small(home: Community) -> Project:
    """A small environment project of the same implementing body, proposed 60 days ago, its tender plan published."""
    seat_planners()
    near = Community.objects.create(code="J-7b", name="枣营北示例小区", name_norm="枣营北示例小区", pinyin="zaoyingbei",
                                    initials="zybsl", area=home.area, address="枣营北路")  # fmt: skip
    near.refresh_from_db()
    proposal = Proposal([near], "environment", cost_yuan=900_000, works_area_m2=280,
                        implementer=Organisation.objects.get(code="D-implementer"))  # fmt: skip
    made = propose_project(proposal=proposal, actor=BY, now=timezone.now() - timedelta(days=60), on=ago(60))
    plan = Plan("活动场地和照明", ago(5), "招计〔2026〕9号")
    publish_plan(project=made, plan=plan, actor=BY, now=timezone.now() - timedelta(days=40), on=ago(40))
    return made


@pytest.fixture
def enter(live_server: LiveServer, browser: Browser, home: Community) -> Iterator[Enter]:
    """Return a function that logs a demo person in, on a phone or at a desk, and opens an address."""
    contexts: list[BrowserContext] = []

    def go(username: str, path: str, *, phone: bool = False) -> Page:
        context = browser.new_context(viewport=PHONE if phone else DESK, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/login/?next={path}")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield go
    for context in contexts:
        context.close()


def attach(page: Page, kind: str) -> None:
    """Put a photo into the papers of the matter on the page."""
    page.locator("#papers summary").click()
    page.fill("#paper-kind", kind)
    page.set_input_files("#paper-upload", PHOTO)
    page.get_by_role("button", name="附上").click()
    expect(page.locator("#papers")).to_contain_text(kind)


def way(page: Page, label: str) -> None:
    """Open a move's form on the page of a matter."""
    page.locator(".m-way summary", has_text=re.compile(rf"^\s*{label}\s*$")).click()


def send(page: Page, label: str) -> None:
    """Send the open form of a move."""
    page.locator(".m-way details[open] button", has_text=label).click()


def test_checks_findings_and_acceptance_up_to_the_review_of_five_parties(
    enter: Enter, home: Community, project: Project, small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    approvals_within_a_hundred_days(enter, small)
    a_permit_that_is_not_needed(enter, small)
    a_tender_after_the_scheme(enter, small)
    leave_pipes_aside(home, monkeypatch)
    a_check_on_a_phone(enter, project)
    a_finding_rectified_and_closed(enter)
    the_facade_refused_for_four_guards(enter, home, project)
    the_special_acceptance(enter, project)
    the_completion(enter, project)
    the_review(enter, project)
    home.refresh_from_db()
    assert home.stage == "effect_reviewed"


def approvals_within_a_hundred_days(enter: Enter, small: Project) -> None:
    page = enter("implementer", f"/projects/{small.pk}/approvals/")
    page.get_by_role("button", name="申报审批").click()
    expect(page.locator("#steps")).to_contain_text("政府投资")
    expect(page.locator("#steps")).to_contain_text("100")
    assert faults_of(page) == []
    approve_up_to_the_permit(small)


def a_permit_that_is_not_needed(enter: Enter, small: Project) -> None:
    page = enter("district_lead", f"/projects/{small.pk}/approvals/")
    page.get_by_role("link", name="施工许可", exact=True).click()
    way(page, "认定免办施工许可")
    page.fill("#exempt-reference", "免办〔2026〕2号")
    page.fill("#exempt-supervisor", small.organiser.name)
    send(page, "认定免办施工许可")
    page.goto(f"{page.url.split('/matters/')[0]}/projects/{small.pk}/approvals/")
    expect(page.locator("#watch")).to_contain_text("监管中")


def a_tender_after_the_scheme(enter: Enter, small: Project) -> None:
    tender = prepare_tender(project=small, form="epc", actor=BY, now=timezone.now())
    page = enter("implementer", f"/matters/{tender.pk}/")
    notice(page)
    expect(page.locator("body")).to_contain_text("规划设计方案没有定")
    draft = Draft(SchemeKind.PROJECT, (Item("活动场地"),), reference="H-01")
    submit_scheme(project=small, draft=draft, actor=BY, now=timezone.now(), on=today())
    agree(small, today())
    notice(page)
    expect(page.get_by_text("已发布招标公告")).to_be_visible()


def notice(page: Page) -> None:
    way(page, "发布招标公告")
    days = {"files_from": 0, "files_until": 6, "bids_on": 21}
    page.fill("#publish-notice_ref", "招公〔2026〕9号")
    for name, ahead in days.items():
        page.fill(f"#publish-{name}", (today() + timedelta(days=ahead)).isoformat())
    send(page, "发布招标公告")


def a_check_on_a_phone(enter: Enter, project: Project) -> None:
    page = enter("supervisor", f"/works/{project.pk}/site/", phone=True)
    page.locator("#do-check > summary").click()
    for field in ("safety", "green"):
        page.check(f"#do-check input[name={field}][value=good]")
    page.check("#do-check input[name=health][value=na]")
    page.check("#do-check input[name=fire][value=problem]")
    page.fill("#check-place_fire", "3号楼2层")
    page.fill("#check-detail_fire", "灭火器过期")
    page.check("#do-check input[name=severity_fire][value=major]")
    page.set_input_files("#check-photo_fire", PHOTO)
    assert faults_of(page) == []
    page.locator("#do-check button", has_text="登记检查").click()
    expect(page.locator("body")).to_contain_text("检查已登记，开出 1 个问题")
    expect(page.locator("body")).to_contain_text("消防安全：3号楼2层")


def a_finding_rectified_and_closed(enter: Enter) -> None:
    finding = SiteFinding.objects.get()
    builder = enter("contractor", f"/matters/{finding.pk}/", phone=True)
    attach(builder, "整改照片")
    way(builder, "整改完成")
    builder.fill("#rectify-measures", "更换灭火器 6 具")
    builder.fill("#rectify-rectified_on", today().isoformat())
    send(builder, "整改完成")
    expect(builder.locator("body")).to_contain_text("待复查")
    watcher = enter("supervisor", f"/matters/{finding.pk}/", phone=True)
    attach(watcher, "复查照片")
    way(watcher, "复查通过")
    watcher.fill("#close-rechecked_on", today().isoformat())
    send(watcher, "复查通过")
    expect(watcher.locator("body")).to_contain_text("已闭合")


def the_facade_refused_for_four_guards(enter: Enter, home: Community, project: Project) -> None:
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    page.locator("#do-facade > summary").click()
    page.fill("#facade-scope", "3号楼外墙外保温")
    page.locator("#do-facade button", has_text="登记外立面验收").click()
    page.get_by_role("link", name="外立面验收：3号楼外墙外保温").click()
    attach(page, "外立面验收记录")
    accept(page)
    expect(page.locator("body")).to_contain_text("还有 4 户外窗护栏没有拆除")
    assert FacadeAcceptance.objects.get().stage == "asked"
    for one in WindowGuard.objects.filter(community=home):
        guard(home, one.flat, removed_on=today(), mode="assisted")
    accept(page)
    expect(page.locator("body")).to_contain_text("外立面验收合格")


def accept(page: Page, day: date | None = None) -> None:
    way(page, "验收合格")
    page.fill("#accept-accepted_on", (day or today()).isoformat())
    send(page, "验收合格")


def the_special_acceptance(enter: Enter, project: Project) -> None:
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    page.locator("#do-special > summary").click()
    page.fill("#special-scheme_ref", "适老专项 第2版")
    page.fill("#special-scheme_on", ago(90).isoformat())
    page.fill("#special-out_door", "本小区没有自动门")
    page.locator("#do-special button", has_text="开始专项验收").click()
    expect(page.locator("#special")).to_contain_text("没有验 9 项")
    acceptance = SpecialAcceptance.objects.get()
    for item in acceptance.items.filter(left_out=""):
        mark(page, item.pk, "坡度 1:9" if item.code == "ramp" else "高 28 mm" if item.code == "sill" else "")
    expect(page.locator("#special")).to_contain_text("合格 7 项，不合格 2 项")
    expect(page.locator("#gate")).to_contain_text("专项验收有 2 项没有通过：轮椅坡道、门槛")
    page.get_by_role("button", name="交施工单位整改").click()
    page.get_by_role("button", name="整改完成，复验").click()
    for item in acceptance.items.filter(code__in=["ramp", "sill"]):
        mark(page, item.pk, "")
    page.locator("summary", has_text="登记体验试用").click()
    page.select_option("#try-out-who", "wheelchair")
    page.fill("#try-out-people", "2")
    page.fill("#try-out-words", "能自己进出单元门")
    page.locator("details[open] button", has_text="登记体验试用").click()
    page.get_by_role("button", name="专项验收合格").click()
    expect(page.locator("#special")).to_contain_text("专项验收合格")
    expect(page.locator("#special")).to_contain_text("合格 9 项，不合格 0 项")


def mark(page: Page, item: int, wrong: str) -> None:
    """Mark an item: failed with these words, or passed."""
    row = page.locator(f"#item-{item}")
    row.locator("summary").click()
    row.locator(f"input[value={'fail' if wrong else 'pass'}]").check()
    if wrong:
        row.locator("input[name=note]").fill(wrong)
    row.get_by_role("button", name="登记验收").click()
    expect(page.locator(f"#item-{item}")).to_contain_text(wrong or "合格")


def the_completion(enter: Enter, project: Project) -> None:
    page = enter("implementer", f"/works/{project.pk}/acceptance/")
    sign(page)
    expect(page.locator("body")).to_contain_text("没有登记采用的消防技术标准")
    assert not Completion.objects.exists()
    page.locator("#do-fire > summary").click()
    page.check("#do-fire input[name=keeps_use][value=yes]")
    page.check("#do-fire input[name=standard][value=current]")
    page.locator("#do-fire button", has_text="登记消防标准").click()
    sign(page)
    expect(page.locator("body")).to_contain_text("竣工验收合格")
    assert faults_of(page) == []


def sign(page: Page) -> None:
    box = page.locator("#do-complete")
    if not box.evaluate("(one) => one.open"):
        box.locator("> summary").click()
    page.fill("#complete-completed_on", today().isoformat())
    for name, words in (("report", "竣验〔2026〕1号"), ("design", "示例建筑设计事务所"), ("contractor", "示例建工集团"),
                        ("supervisor", "示例工程监理公司"), ("implementer", "示例城市更新公司")):  # fmt: skip
        page.fill(f"#complete-{name}", words)
    box.locator("form button").click()


def the_review(enter: Enter, project: Project) -> None:
    page = enter("street", f"/works/{project.pk}/acceptance/", phone=True)
    for party, who in (("residents", "孙桂芳"), ("owners", "宋玉兰"), ("property", "唐立群"),
                       ("representatives", "业主代表 3 人"), ("builders", "徐海涛")):  # fmt: skip
        page.locator("#do-answer > summary").click()
        page.select_option("#answer-party", party)
        page.check("#do-answer input[name=satisfied][value='4']")
        page.fill("#answer-said_by", who)
        page.fill("#answer-opinion", "单元门口好走了")
        page.locator("#do-answer button", has_text="登记一方意见").click()
        expect(page.locator("#review")).to_contain_text(who)
    page.locator("#do-finish > summary").click()
    page.fill("#finish-summary", "五方都认可，晚上照明再补两盏灯")
    page.locator("#do-finish button", has_text="完成评价").click()
    expect(page.locator("body")).to_contain_text("已评价")
    assert EffectReview.objects.get().stage == "done"
    assert faults_of(page) == []
