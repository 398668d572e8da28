"""Journey 3: a worker checks two buildings in a stairwell without signal; back on line all of it arrives once."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.accounts.models import Membership, User
from jiugai.checkup.models import Checkup, CheckupAnswer, CheckupDefect
from jiugai.offline.models import Operation, Photo, RefusedOperation
from jiugai.registry.models import Building, Community
from tests.journeys.phone import Enter, download_named, phones, png, ready, send_all
from tests.looks import faults_of

__all__ = ["phones"]  # a fixture

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BUILDING = ["structure", "gas", "corridor", "envelope", "performance", "pipes", "water", "ageing", "energy", "digital"]
NUMBERS = ["parking", "charging", "walking"]
SHARED = ["eldercare", "childcare", "bicycle", "space", "waste", "property", "smart"]
ENTRIES = 2 * len(BUILDING) + len(SHARED) + len(NUMBERS) + 2  # and a defect with its photo


@pytest.fixture
def home(real_data: None, settings: Settings, tmp_path: Path) -> Community:
    """A community in the worker's own committee, with two buildings; photos go to a directory of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    area = Membership.objects.get(user__username="community_worker").area
    made = Community.objects.create(
        code="J-3",
        name="枣营示例小区",
        name_norm="枣营示例小区",
        pinyin="zaoying",
        initials="zysl",
        area=area,
        address="枣营路",
    )
    for number in (1, 2):
        Building.objects.create(community=made, code=f"J-3-{number}", label=f"{number}号楼")
    return made


def download(page: Page) -> None:
    download_named(page, "枣营示例小区")


def open_part(page: Page, label: str) -> None:
    """Go to a part from anywhere, by the links a thumb would take."""
    page.get_by_role("link", name="小区", exact=True).click()
    page.get_by_role("link", name="枣营示例小区").click()
    page.get_by_role("link", name="体检").first.click()
    page.locator("#parts").get_by_role("link", name=label).click()
    expect(page.locator("#title")).to_have_text(label)


def answer(page: Page, indicator: str, value: str) -> None:
    """Choose an answer; the wait is for the entry to be safe, which the line on top tells."""
    choice = page.locator(f"#{indicator}-{value}")
    choice.evaluate("(radio) => radio.click()")
    expect(choice).to_be_checked()
    if value == "bad":
        expect(page.locator(f"#photo-{indicator}")).to_be_attached()


def fill_building(page: Page, label: str, **other: str) -> None:
    open_part(page, label)
    for indicator in BUILDING:
        answer(page, indicator, other.get(indicator, "ok"))
    expect(page.locator("#left")).to_contain_text("填完了")


def fill_shared(page: Page) -> None:
    open_part(page, "小区公共部分")
    for indicator in SHARED:
        answer(page, indicator, "ok")
    for indicator in NUMBERS:
        page.fill(f"#{indicator}-number", "0")
        page.press(f"#{indicator}-number", "Tab")
    expect(page.locator("#left")).to_contain_text("填完了")


def record_defect(page: Page, indicator: str, code: str, place: str) -> None:
    page.click(f"#defect-{indicator}-open")
    page.select_option(f"#defect-{indicator}", code)
    page.fill(f"#defect-{indicator}-place", place)
    page.click(f"#defect-{indicator}-add")
    expect(page.locator(f"[data-indicator={indicator}] [data-defect]")).to_contain_text(place)


def shoot(page: Page, indicator: str, picture: bytes) -> None:
    file = {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": picture}
    page.set_input_files(f"#photo-{indicator}", file)  # type: ignore[arg-type]
    expect(page.locator(f"[data-indicator={indicator}] .p-photos img")).to_be_visible()


@pytest.mark.obligation("T03-1", "T01-4")
def test_two_buildings_without_signal_arrive_once(phones: Enter, home: Community, live_server: LiveServer) -> None:
    page = phones("community_worker")
    download(page)
    page.context.set_offline(True)
    page.reload()  # the page itself must open without a connection too
    ready(page)
    expect(page.locator("#line")).to_have_text("没有网络")
    fill_building(page, "1号楼", gas="bad")
    record_defect(page, "gas", "G1", "2单元立管")
    shoot(page, "gas", png(640, 480))
    fill_building(page, "2号楼")
    fill_shared(page)
    assert not Operation.objects.exists()
    page.get_by_role("link", name="未上传").click()
    expect(page.locator("#unsent li")).to_have_count(ENTRIES + 1)  # the photo goes apart
    assert faults_of(page) == []
    page.context.set_offline(False)
    send_all(page)
    assert Operation.objects.count() == ENTRIES
    assert Photo.objects.get().size < 1_000_000
    page.reload()
    ready(page)
    send_again = page.evaluate("() => import('/static/offline/queue.js').then((queue) => queue.send({again: true}))")
    assert send_again is None
    assert Operation.objects.count() == ENTRIES
    checkup = Checkup.objects.get(community=home)
    assert (checkup.buildings_done, checkup.defects, checkup.severe) == (2, 1, 1)
    assert CheckupDefect.objects.get().place == "2单元立管"
    finish(page, home)
    result_page(page, live_server, checkup)


def finish(page: Page, home: Community) -> None:
    open_part(page, "1号楼")
    page.locator("#back").click()
    page.click("#finish")
    expect(page.locator("#app")).to_contain_text("年度体检已完成", timeout=30_000)
    home.refresh_from_db()
    assert home.need == "high"


def result_page(page: Page, live_server: LiveServer, checkup: Checkup) -> None:
    page.goto(f"{live_server.url}/checkups/{checkup.pk}/")
    expect(page.locator("#score")).to_contain_text("96.4")
    expect(page.locator("main")).to_contain_text("燃气立管超过 20 年且锈蚀")
    photo = page.locator(".c-photos img").first
    photo.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('.c-photos img').naturalWidth > 0")
    assert faults_of(page) == []


@pytest.mark.obligation("T03-1")
def test_colleagues_edits_made_meanwhile_are_merged(phones: Enter, home: Community) -> None:
    worker, clerk = phones("community_worker"), phones("street")
    for page in (worker, clerk):
        download(page)
        page.context.set_offline(True)
    open_part(worker, "1号楼")
    answer(worker, "gas", "ok")
    answer(worker, "pipes", "bad")
    open_part(clerk, "1号楼")
    answer(clerk, "gas", "bad")
    answer(clerk, "energy", "ok")
    record_defect(clerk, "gas", "G2", "3单元")
    clerk.context.set_offline(False)
    send_all(clerk)
    worker.context.set_offline(False)
    send_all(worker)
    answers = {a.indicator: a for a in CheckupAnswer.objects.filter(part__label="1号楼")}
    assert {k: a.value for k, a in answers.items()} == {"gas": "bad", "pipes": "bad", "energy": "ok"}
    assert [o["value"] for o in answers["gas"].others] == ["ok"]
    assert CheckupDefect.objects.get().code == "G2"
    open_part(worker, "1号楼")
    expect(worker.locator("[data-indicator=gas] .p-others")).to_contain_text("孙桂芳")
    expect(worker.locator("[data-indicator=gas] [data-defect]")).to_contain_text("3单元")
    assert faults_of(worker) == []


def test_expired_log_in_keeps_the_queue_and_asks_to_log_in(
    phones: Enter, home: Community, live_server: LiveServer
) -> None:
    page = phones("community_worker")
    download(page)
    page.context.set_offline(True)
    open_part(page, "1号楼")
    answer(page, "gas", "ok")
    Session.objects.all().delete()
    page.context.set_offline(False)
    page.get_by_role("link", name="未上传").click()
    expect(page.locator("#log-in")).to_be_visible(timeout=40_000)
    expect(page.locator("#unsent li")).to_have_count(1)
    page.click("#log-in")
    page.fill("input[name=username]", "community_worker")
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda u: "/login" not in u)
    ready(page)
    send_all(page)
    assert CheckupAnswer.objects.get().indicator == "gas"


def test_who_wrote_an_entry_takes_it_back_before_it_leaves_the_phone(phones: Enter, home: Community) -> None:
    page = phones("community_worker")
    download(page)
    page.context.set_offline(True)
    open_part(page, "1号楼")
    answer(page, "gas", "bad")
    shoot(page, "gas", png(64, 64))
    page.get_by_role("link", name="未上传").click()
    expect(page.locator("#unsent li")).to_have_count(3)
    photo = page.locator("#unsent li[data-op]").last
    photo.get_by_role("button", name="删除").click()
    photo.get_by_role("button", name="再点一次删除").click()
    expect(page.locator("#unsent li")).to_have_count(1)
    page.context.set_offline(False)
    send_all(page)
    assert CheckupAnswer.objects.get().indicator == "gas"
    assert Operation.objects.count() == 1


def test_role_removed_meanwhile_keeps_the_entries_and_exports_them(
    phones: Enter, home: Community, tmp_path: Path
) -> None:
    page = phones("community_worker")
    download(page)
    page.context.set_offline(True)
    open_part(page, "1号楼")
    answer(page, "gas", "bad")
    shoot(page, "gas", png(64, 64))
    user = User.objects.get(username="community_worker")
    Membership.objects.filter(user=user).delete()
    page.context.set_offline(False)
    page.get_by_role("link", name="未上传").click()
    refused = page.locator("#unsent li[data-state=refused]")
    expect(refused).to_have_count(3, timeout=40_000)
    expect(refused.last).to_contain_text("不在您的辖区内")
    with page.expect_download() as taken:
        page.click("#export")
    taken.value.save_as(tmp_path / "kept.json")
    kept: dict[str, Any] = json.loads((tmp_path / "kept.json").read_text())
    assert [op["body"]["field"] for op in kept["ops"]] == ["gas", "photos"]
    assert kept["photos"][0]["data"].startswith("data:image/jpeg;base64,")
    assert RefusedOperation.objects.count() == 2
    assert not Operation.objects.exists()


def test_photo_of_40_mb_is_made_small_on_the_phone(phones: Enter, home: Community) -> None:
    page = phones("community_worker")
    download(page)
    open_part(page, "1号楼")
    answer(page, "gas", "bad")
    picture = png(6400, 6400)
    assert len(picture) > 40_000_000
    shoot(page, "gas", picture)
    send_all(page)
    assert Photo.objects.get().size < 5_000_000


def test_phone_whose_clock_is_a_year_ahead_is_told_and_corrected(phones: Enter, home: Community) -> None:
    page = phones("community_worker")
    download(page)
    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 365 * 24 * 3600 * 1000; }")
    open_part(page, "1号楼")
    answer(page, "gas", "ok")
    send_all(page)
    expect(page.locator("#app")).to_contain_text("手机时间快了")
    kept = Operation.objects.get()
    assert kept.clock == "shifted"
    assert abs(kept.at_ms - kept.received_at.timestamp() * 1000) < 120_000
