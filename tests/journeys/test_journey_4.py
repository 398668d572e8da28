"""Journey 4: problems found on a phone, treated, found again; the gate before works follows at once."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.accounts.models import Membership
from jiugai.domain.five_types import Problem
from jiugai.domain.gates import GATE_RULES
from jiugai.governance.actions import record_survey
from jiugai.governance.models import GroupRental, IllegalStructure
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.demo import BY
from jiugai.policy.models import Occurrence, Waiver
from jiugai.registry.models import Community
from tests.journeys.conftest import LogIn
from tests.journeys.phone import Enter, download_named, open_form, phones, png, send_all, take_photo
from tests.looks import faults_of

__all__ = ["phones"]  # a fixture
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NAME = "枣营示例小区"
PHOTO = {"name": "现场.png", "mimeType": "image/png", "buffer": png(64, 48)}


@pytest.fixture
def home(real_data: None, settings: Settings, tmp_path: Path) -> Community:
    """A community with a project, looked through, with exceptions over everything but governance: the gate is open."""
    settings.MEDIA_ROOT = tmp_path / "files"
    area = Membership.objects.get(user__username="community_worker").area
    made = Community.objects.create(code="J-4", name=NAME, name_norm=NAME, area=area)
    made.refresh_from_db()
    now, today = timezone.now(), timezone.localdate()
    propose_project(proposal=Proposal([made], "energy"), actor=BY, now=now, on=today)
    for rule in (one for one in GATE_RULES["start_works"] if not one.startswith("t02")):
        Waiver.objects.create(
            community=made, rule=rule, authority="测试批示〔2026〕1号", reason="测试", since=today, until=today,
            granted_by_name="测试", granted_at=now,
        )  # fmt: skip
    for problem in Problem:
        record_survey(community=made, problem=problem, on=today, seen=0, actor=SYSTEM, now=now)
    return made


def as_person(window_page: Page, live_server: LiveServer, username: str) -> Page:
    """Log in as somebody else in the same window."""
    window_page.context.clear_cookies()
    window_page.goto(f"{live_server.url}/login/")
    window_page.fill("input[name=username]", username)
    window_page.fill("input[name=password]", DEMO_PASSWORD)
    window_page.press("input[name=password]", "Enter")
    window_page.wait_for_url(lambda url: "/login" not in url)
    return window_page


def gate(page: Page, live_server: LiveServer, home: Community) -> str:
    page.goto(f"{live_server.url}/communities/{home.pk}/gates/start_works/")
    assert faults_of(page) == []
    return page.locator("main").text_content() or ""  # folded findings too


def find_on_the_phone(page: Page, label: str, place: str, *, affects: str = "", flat: str = "") -> None:
    """Record a problem with a photo while there is no signal; it arrives when there is."""
    page.context.set_offline(True)
    open_form(page, NAME, "五类问题")
    page.locator("#kinds").get_by_role("link", name=label).click()
    page.fill("#x-place", place)
    page.select_option("#x-affects", affects)
    if flat:
        page.fill("#x-flat", flat)
    take_photo(page, "#problem-photo", png(320, 240))
    expect(page.locator("#new-problem .p-photos")).to_contain_text("照片 1")
    page.click("#save-problem")
    expect(page.locator("#x-place")).to_have_value("")
    page.context.set_offline(False)
    send_all(page)


def attach(page: Page, kind: str) -> None:
    page.locator("#papers summary").click()
    page.fill("#paper-kind", kind)
    page.set_input_files("#paper-upload", PHOTO)  # type: ignore[arg-type]
    page.get_by_role("button", name="附上", exact=True).click()
    expect(page.locator("#papers")).to_contain_text(kind)


def step(page: Page, label: str, code: str, **values: str) -> None:
    """Make a move: open it, fill what it asks for, submit."""
    page.locator(".m-way summary").filter(has_text=label).click()
    for name, value in values.items():
        box = page.locator(f"#{code}-{name}")
        box.select_option(value) if name == "demolition" else box.fill(value)
    page.locator(".m-way form").get_by_role("button", name=label).click()


def open_case(page: Page, live_server: LiveServer, kind: str, place: str) -> None:
    page.goto(f"{live_server.url}/matters/kinds/{kind}/?time=open")
    page.get_by_role("link", name=place).first.click()
    expect(page.locator(".j-record-head")).to_contain_text(place)


@pytest.mark.obligation("T02-1", "T02-4", "T02-5", "T02-10")
def test_street_treats_what_is_found_and_the_gate_follows(
    phones: Enter, home: Community, log_in: LogIn, live_server: LiveServer
) -> None:
    desk, phone = log_in("district_lead"), phones("community_worker")
    assert "没有影响改造的违法建设" in gate(desk, live_server, home)
    assert "还不能办" not in desk.locator("main").inner_text()
    download_named(phone, NAME)
    find_on_the_phone(phone, "违法建设", "3号楼北侧一层外扩", affects="true")
    assert "影响改造的违法建设 1 处未拆除" in gate(desk, live_server, home)
    demolish(as_person(desk, live_server, "street"), live_server)
    assert "没有影响改造的违法建设" in gate(as_person(desk, live_server, "district_lead"), live_server, home)
    clear_rental(phone, as_person(desk, live_server, "street"), live_server)
    find_on_the_phone(phone, "群租房", "2单元", flat="2-501")
    assert list(GroupRental.objects.order_by("pk").values_list("again", flat=True)) == [False, True]
    shut = gate(as_person(desk, live_server, "district_lead"), live_server, home)
    assert "群租房还有 1 处没有办结" in shut
    chain(desk, live_server, home)


def demolish(page: Page, live_server: LiveServer) -> None:
    """Notice, a wrong date told in a sentence, demolition with evidence, re-check."""
    today = timezone.localdate()
    open_case(page, live_server, "illegal_structure", "3号楼北侧一层外扩")
    assert faults_of(page) == []
    step(page, "送达限期拆除通知", "notify", notice_number="限拆〔2026〕7号", notice_served_on="2020-01-01")
    expect(page.locator("main")).to_contain_text("通知送达日期早于发现日期")
    page.locator("#id_notice_served_on").fill(today.isoformat())
    page.locator(".m-way form").get_by_role("button", name="送达限期拆除通知").click()
    expect(page.locator("#j-flash")).to_contain_text("限期拆除")
    step(page, "登记拆除", "demolish", demolished_on=today.isoformat(), demolition="self")
    expect(page.locator("main")).to_contain_text("材料“拆除前照片”")
    for kind in ("拆除前照片", "拆除后照片", "复核照片"):
        attach(page, kind)
    step(page, "复核销号", "close", rechecked_on=today.isoformat())
    expect(page.locator(".j-record-head")).to_contain_text("已销号")
    assert IllegalStructure.objects.get().result == "已拆除"


def clear_rental(phone: Page, desk: Page, live_server: LiveServer) -> None:
    """The first group rental is found, cleared and re-checked: the count stands at zero."""
    find_on_the_phone(phone, "群租房", "1单元", flat="1-301")
    open_case(desk, live_server, "group_rental", "1单元")
    step(desk, "登记清退", "clear", cleared_on=timezone.localdate().isoformat())
    attach(desk, "复核照片")
    step(desk, "复核销号", "close")
    expect(desk.locator(".j-record-head")).to_contain_text("已销号")


def chain(page: Page, live_server: LiveServer, home: Community) -> None:
    """The timeline tells what followed from what (T01-9)."""
    found = Occurrence.objects.filter(community=home, code="problem_found").order_by("-pk").first()
    assert found is not None
    assert set(found.effects.values_list("code", flat=True)) >= {"street_informed"}
    page.goto(f"{live_server.url}/communities/{home.pk}/")
    expect(page.locator("main")).to_contain_text("群租房：2单元")
    assert faults_of(page) == []
