"""The list of communities in a real browser: filters without reloading, keys, ranges, the way back."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.apps.lists_data import community
from tests.cast import STREET, Cast
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
LONG = "名称特别特别长的小区" * 11


@pytest.fixture
def rows(cast: Cast) -> None:
    area = cast.areas[STREET]
    for number in range(60):
        community(f"枣营{number:02d}号院", area, built_year=1950 + number, pinyin=f"zaoying{number:02d}")
    community(LONG, area, need="high", pinyin="aaa", address="很长的地址" * 40)


@pytest.fixture
def open_list(cast: Cast, browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Return a function that opens the list as the district's lead; script errors fail the test."""
    errors: list[str] = []
    pages: list[Page] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def go(address: str = "/communities/", width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        cookie = cast.client("district_lead").cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", note)
        page.goto(live_server.url + address)
        pages.append(page)
        return page

    yield go
    for page in pages:
        page.context.close()
    assert errors == []


def test_filter_search_chip_and_way_back(open_list: Open, rows: None) -> None:
    page = open_list()
    page.get_by_text("建成", exact=True).first.click()
    page.get_by_label("1980年以前").check()
    expect(page.locator("#list-menus form:visible .btn-primary")).to_have_text(re.compile(r"看\s*30\s*个"))
    page.locator("#list-menus form:visible .btn-primary").click()
    expect(page.locator(".j-chip.on")).to_have_text("建成：1980年以前")
    expect(page).to_have_url(re.compile(r"/communities/\?built=pre1980$"))
    page.keyboard.press("/")
    page.keyboard.type("枣营1")
    expect(page.locator(".j-chip.on")).to_have_count(2)
    expect(page.locator("tbody [data-row]")).to_have_count(10)
    page.get_by_label("去掉条件：建成：1980年以前").click()
    expect(page.locator(".j-chip.on")).to_have_count(1)
    page.go_back()
    expect(page.locator(".j-chip.on")).to_have_count(2)
    page.get_by_text("清空条件").click()
    expect(page.locator(".j-pager")).to_contain_text("共 61 个")
    expect(page.locator("#list-q")).to_have_value("")


def test_all_pages_are_chosen_and_let_go(open_list: Open, rows: None) -> None:
    page = open_list()
    words, offer = page.locator("[data-count-words]"), page.locator("[data-choose-every]")
    page.locator("tbody [data-row] input").first.check()
    expect(offer).to_be_hidden()
    page.get_by_label("选中本页全部").check()
    expect(words).to_have_text("已选 50 个")
    expect(page.locator("[data-every-note]")).to_have_text("超过 1,000 个在后台分批办，一次最多 20,000 个")
    offer.click()
    expect(words).to_have_text("已选全部 61 个")
    expect(offer).to_be_hidden()
    page.locator("tbody [data-row] input").first.uncheck()
    expect(words).to_have_text("已选 49 个")
    page.locator("tbody [data-row] input").first.check()
    offer.click()
    page.get_by_role("button", name="标记“十四五”").click()
    expect(page.locator("form footer")).to_contain_text("标记“十四五” 61 个")


def test_keys_walk_choose_and_open(open_list: Open, rows: None) -> None:
    page = open_list()
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-count-words]")).to_have_text("已选 2 个")
    page.keyboard.press("Escape")
    expect(page.locator("[data-bulk]")).to_be_hidden()
    page.locator("tbody [name=ids]").nth(2).click()
    page.locator("tbody [name=ids]").nth(6).click(modifiers=["Shift"])
    expect(page.locator("[data-count-words]")).to_have_text("已选 5 个")
    page.get_by_role("button", name="标记“十四五”").click()
    expect(page.locator("main h2")).to_contain_text("5 个小区的“十四五”标记")
    page.get_by_role("link", name="先不标记").click()
    expect(page).to_have_url(re.compile(r"/communities/"))


def test_pages_sort_and_columns_without_reloading(open_list: Open, rows: None) -> None:
    page = open_list()
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".j-pager")).to_contain_text("第 51—61 个")
    page.get_by_title("按建成排序").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("建成")
    page.get_by_label("选择列").click()
    page.locator(".j-lists-right").get_by_label("编号").check()
    page.get_by_role("button", name="显示这些列").click()
    expect(page.locator("thead")).to_contain_text("编号")
    assert page.evaluate("window.kept")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (390, 844)])
@pytest.mark.parametrize("address", ["", "?need=high", "?need=mid&built=post2000", "print/", "menu"])
def test_looks(open_list: Open, rows: None, address: str, width: int, height: int) -> None:
    page = open_list("/communities/" + address.replace("menu", ""), width=width, height=height)
    if address == "menu":
        page.get_by_text("更多条件").click()
        page.wait_for_selector(".j-filter-grid")
    assert faults_of(page) == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_looks_while_empty(open_list: Open, width: int, height: int) -> None:
    page = open_list(width=width, height=height)
    expect(page.locator(".j-empty")).to_contain_text("还没有小区")
    assert faults_of(page) == []
