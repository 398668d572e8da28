"""The map in a real browser: legend, list, search, drawing and address move together."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.apps.map_rows import LAT, LON, community
from tests.cast import Cast
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


@pytest.fixture
def rows(cast: Cast) -> None:
    community(cast, "管庄东里", initials="gzdl", need="high", households=2403)
    community(cast, "慧忠里", initials="hzl", need="low", lon=LON + 0.01, households=800)
    community(cast, "阜光里", initials="fgl", need="unknown", lon=LON - 0.01, lat=LAT - 0.004)


@pytest.fixture
def open_map(cast: Cast, rows: None, browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Return a function that opens the map as the district's lead; script errors fail the test."""
    errors: list[str] = []
    pages: list[Page] = []

    def go(query: str = "", width: int = 1440, height: int = 900) -> Page:
        page = _enter(browser, cast, live_server, query, width, height)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if _speaks_of_us(message) else None)
        page.wait_for_selector("#map-stage[data-ready]", timeout=60_000)
        pages.append(page)
        return page

    yield go
    for page in pages:
        page.context.close()
    assert errors == []


def _speaks_of_us(message: ConsoleMessage) -> bool:
    """Errors, and the map's warnings (a broken tile is one); not Chromium's remarks on preloading."""
    return message.type == "error" or (message.type == "warning" and "preload" not in message.text)


def _enter(browser: Browser, cast: Cast, server: LiveServer, query: str, width: int, height: int) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    cookie = cast.client("district_lead").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/map/{query}")
    return page


@pytest.mark.obligation("T01-4")
def test_legend_filters_list_and_address(open_map: Open) -> None:
    page = open_map()
    expect(page.locator("#map-legend [data-value=high] .num")).to_have_text("1")
    page.click("#map-legend [data-value=high]")
    expect(page.locator("#map-list [data-row]")).to_have_count(2)
    expect(page.locator("#map-legend [data-value=high]")).to_have_attribute("aria-pressed", "false")
    assert "need=mid,low,none,unknown" in page.url
    page.reload()
    expect(page.locator("#map-list [data-row]")).to_have_count(2)


@pytest.mark.obligation("T01-3")
def test_colours_change_and_the_legend_with_them(open_map: Open) -> None:
    page = open_map()
    page.click("[data-by=ownership]")
    expect(page.locator("[data-legend-title]")).to_have_text("产权性质")
    expect(page.locator("#map-legend [data-value=unknown] .num")).to_have_text("3")
    assert "by=ownership" in page.url


def test_search_by_initials_then_enter_opens_the_card(open_map: Open) -> None:
    page = open_map()
    page.fill("#map-filters [name=q]", "gzdl")
    expect(page.locator("#map-list [data-row]")).to_have_count(1)
    page.press("#map-filters [name=q]", "Enter")
    expect(page.locator("#map-card h2")).to_have_text("管庄东里")
    expect(page.locator(".j-plate")).to_have_text("管庄东里")
    page.keyboard.press("Escape")
    expect(page.locator("#map-card")).to_be_hidden()


def test_two_numbers_are_a_place(open_map: Open) -> None:
    page = open_map()
    page.fill("#map-filters [name=q]", f"{LAT}，{LON}")
    expect(page.locator(".jm-spot")).to_be_visible()


def test_drawing_a_box_chooses(open_map: Open) -> None:
    page = open_map(f"?at={LON},{LAT},13")
    page.click("[data-draw=rectangle]")
    frame = page.locator("#map-view").bounding_box()
    assert frame
    x, y = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    page.mouse.move(x, y, steps=3)
    page.mouse.move(x + 40, y + 40, steps=3)
    page.mouse.up()
    expect(page.locator(".jm-bulk b")).to_have_text("已圈选 1 个")
    expect(page.locator("#map-list [data-row]")).to_contain_text(["管庄东里"])
    page.click("[data-drop-selection]")
    expect(page.locator("#map-list [data-row]")).to_have_count(3)


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (390, 844)])
def test_page_can_be_read_and_fits(open_map: Open, width: int, height: int) -> None:
    assert faults_of(open_map(width=width, height=height)) == []


def test_phone_card_leaves_the_point_in_sight(open_map: Open) -> None:
    page = open_map(width=390, height=844)
    page.click("#map-list [data-row] >> nth=0")
    expect(page.locator("#map-card h2")).to_have_text("管庄东里")
    page.wait_for_function("() => !window.jiugaiMap.isMoving()")
    ring, card = page.locator(".jm-pin").bounding_box(), page.locator("#map-card").bounding_box()
    assert ring
    assert card
    assert ring["y"] + ring["height"] <= card["y"]


def test_without_webgl_the_list_works(cast: Cast, rows: None, live_server: LiveServer, browser: Browser) -> None:
    context = browser.new_context()
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    cookie = cast.client("district_lead").cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/map/")
    expect(page.locator("#map-trouble")).to_contain_text("这个浏览器画不出地图")
    page.click("#map-list [data-row] >> nth=0")
    expect(page.locator("#map-card h2")).to_have_text("管庄东里")
    context.close()


THINNED = """corners => import("/static/registry/map/draw.js").then(({ write, read }) => {
  const ring = Array.from({ length: corners }, (_, i) => (2 * Math.PI * i) / corners);
  const text = write(ring.map((t) => [116.4 + 0.1 * Math.cos(t), 39.9 + 0.1 * Math.sin(t)]));
  const far = read(text).map(([x, y]) => Math.hypot(x - 116.4, y - 39.9));
  return { length: text.length, corners: far.length, least: Math.min(...far), most: Math.max(...far) };
})"""


def test_a_shape_of_many_corners_is_thinned_to_fit_into_the_address(open_map: Open) -> None:
    found = open_map().evaluate(THINNED, 5000)
    assert found["corners"] <= 150
    assert found["length"] < 3000
    assert 0.0999 < found["least"] <= found["most"] < 0.1001
    assert open_map().evaluate(THINNED, 6)["corners"] == 6
