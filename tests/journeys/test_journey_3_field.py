"""Journey 3 in the stairwell: five problems, window guards flat by flat, pledge signatures, and a colleague's edits."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from jiugai.accounts.models import Membership
from jiugai.domain.five_types import Problem
from jiugai.governance.facts import problem_models
from jiugai.governance.models import IllegalStructure, InventorySurvey, StakeLock, WindowGuard
from jiugai.offline.models import Operation, Photo
from jiugai.planning.models import MassWork, Objection, Pledge
from jiugai.registry.models import Community
from tests.journeys.phone import Enter, download_named, open_form, phones, png, ready, send_all, take_photo
from tests.looks import faults_of

__all__ = ["phones"]  # a fixture
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
NAME = "枣营示例小区"


@pytest.fixture
def home(real_data: None, settings: Settings, tmp_path: Path) -> Community:
    settings.MEDIA_ROOT = tmp_path / "files"
    area = Membership.objects.get(user__username="community_worker").area
    return Community.objects.create(code="J-3", name=NAME, name_norm=NAME, area=area, households=4)


def find_problem(page: Page, label: str, place: str, **more: str) -> None:
    """Record a problem of a type on its page, then that the type was looked for."""
    open_form(page, NAME, "五类问题")
    page.locator("#kinds").get_by_role("link", name=label).click()
    expect(page.locator("#title")).to_have_text(label)
    page.fill("#x-place", place)
    for control, value in more.items():
        box = page.locator(f"#x-{control}")
        box.select_option(value) if control in {"affects", "use"} else box.fill(value)
    if label == "违法建设":
        take_photo(page, "#problem-photo", png(320, 240))
        expect(page.locator("#new-problem .p-photos")).to_contain_text("照片 1")
    page.click("#save-problem")
    expect(page.locator("#x-place")).to_have_value("")
    page.click("#save-survey")
    expect(page.locator("#app")).to_contain_text("发现 1 处")


def five_problems(page: Page) -> None:
    find_problem(page, "违法建设", "3号楼北侧一层外扩", affects="true")
    find_problem(page, "地桩地锁", "东门内", count_found="6")
    find_problem(page, "开墙打洞", "临街103", used_as="便利店")
    find_problem(page, "群租房", "2单元", flat="2-501", tenants="8")
    find_problem(page, "地下空间违规使用", "4号楼地下", use="living", people="9")


def add_guard(page: Page, flat: str, windows: str) -> None:
    page.fill("#guard-building", "1号楼")
    page.fill("#guard-flat", flat)
    page.fill("#guard-windows", windows)
    page.click("#save-guard")
    expect(page.locator(f"[data-flat='1号楼 {flat}']")).to_be_visible()


def take_down(page: Page, flat: str, mode: str, words: str) -> None:
    row = page.locator(f"[data-flat='1号楼 {flat}']")
    row.locator("summary").click()
    row.locator(f"[data-mode={mode}]").click()
    expect(page.locator(f"[data-flat='1号楼 {flat}']")).to_contain_text(words)


def answer(page: Page, door: str, button: str, *, signed: bool = False) -> None:
    open_form(page, NAME, "维修资金承诺")
    page.fill("#pledge-door", door)
    if signed:
        take_photo(page, "#pledge-photo", png(240, 320))
        expect(page.locator("#new-pledge .p-photos")).to_contain_text("签字页已拍")
    page.get_by_role("button", name=button).click()
    expect(page.locator(f"[data-door='{door}']")).to_contain_text(button)


@pytest.mark.obligation("T02-3", "T02-6", "T30-2", "T03-2")
def test_problems_guards_and_signatures_without_signal_arrive_once(phones: Enter, home: Community) -> None:
    page = phones("community_worker")
    download_named(page, NAME)
    page.context.set_offline(True)
    page.reload()
    ready(page)
    five_problems(page)
    open_form(page, NAME, "外窗护栏")
    add_guard(page, "1-101", "3")
    add_guard(page, "1-102", "2")
    take_down(page, "1-102", "assisted", "帮拆")
    answer(page, "1号楼1单元101", "已承诺", signed=True)
    answer(page, "1号楼1单元102", "不同意")
    open_form(page, NAME, "群众工作")
    page.select_option("#work-kind", "consent")
    page.fill("#work-households", "4")
    page.fill("#work-agreed", "3")
    page.click("#save-work")
    expect(page.locator("#work")).to_contain_text("征求意愿 4 户")
    page.fill("#objection-content", "怕脚手架挡光")
    page.click("#save-objection")
    expect(page.locator("#work")).to_contain_text("怕脚手架挡光")
    assert not Operation.objects.exists()
    assert faults_of(page) == []
    page.context.set_offline(False)
    send_all(page)
    sent = Operation.objects.count()
    page.evaluate("() => import('/static/offline/queue.js').then((queue) => queue.send({again: true}))")
    assert Operation.objects.count() == sent == 17
    assert [model.objects.filter(community=home).count() for model in problem_models()] == [1] * 5
    assert InventorySurvey.objects.standing().filter(community=home).count() == len(Problem)
    assert (IllegalStructure.objects.get().affects_works, StakeLock.objects.get().count_left) == (True, 6)
    assert {g.flat: (g.windows, g.mode) for g in WindowGuard.objects.all()} == {
        "1-101": (3, ""),
        "1-102": (2, "assisted"),
    }
    signed = Pledge.objects.get(answer="pledged")
    assert signed.photo in Photo.objects.all()
    assert (MassWork.objects.get().agreed, Objection.objects.get().content) == (3, "怕脚手架挡光")


@pytest.mark.obligation("T02-6", "T02-3")
def test_a_colleagues_edits_of_the_same_flats_are_merged(phones: Enter, home: Community) -> None:
    worker, clerk = phones("community_worker"), phones("street")
    for page in (worker, clerk):
        download_named(page, NAME)
        page.context.set_offline(True)
        open_form(page, NAME, "外窗护栏")
    add_guard(worker, "1-101", "3")
    add_guard(worker, "1-201", "2")
    add_guard(clerk, "1-101", "4")
    take_down(clerk, "1-101", "persuaded", "劝拆")
    clerk.context.set_offline(False)
    send_all(clerk)
    worker.context.set_offline(False)
    send_all(worker)  # made before, arrives after: what the clerk saw later stays
    flats = {g.flat: (g.windows, g.mode, g.removed_on) for g in WindowGuard.objects.all()}
    assert flats == {"1-101": (4, "persuaded", timezone.localdate()), "1-201": (2, "", None)}
    open_form(worker, NAME, "外窗护栏")
    expect(worker.locator("[data-flat='1号楼 1-101']")).to_contain_text("劝拆")
    assert faults_of(worker) == []
