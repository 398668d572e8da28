"""A phone with the page that works without connection, for the journeys that use it."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.demo import DEMO_PASSWORD

PHONE = {"width": 390, "height": 844}
Enter = Callable[..., Page]


@pytest.fixture
def phones(live_server: LiveServer, real_data: None, browser: Browser) -> Iterator[Enter]:
    """Return a function that takes a new phone, logs a demo person in and opens the phone page."""
    contexts: list[BrowserContext] = []

    def enter(username: str) -> Page:
        context = browser.new_context(
            viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        log_in(page, live_server, username)
        ready(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        return page

    yield enter
    for context in contexts:
        context.close()


def log_in(page: Page, live_server: LiveServer, username: str) -> None:
    page.goto(f"{live_server.url}/login/?next=/phone/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda u: "/login" not in u)


def ready(page: Page) -> None:
    page.wait_for_selector("#app[data-ready]")


def download_named(page: Page, name: str) -> None:
    page.fill("#find", name[:4])
    page.get_by_role("button", name="查找").click()
    page.get_by_role("button", name=name).click()
    expect(page.locator("#title")).to_have_text(name)


def open_form(page: Page, name: str, form: str) -> None:
    """Go to a form of a community from anywhere, by the links a thumb would take."""
    page.get_by_role("link", name="小区", exact=True).click()
    page.get_by_role("link", name=name).click()
    expect(page.locator("#title")).to_have_text(name)
    page.get_by_role("link", name=form).first.click()
    expect(page.locator("#title")).to_have_text(form)


def take_photo(page: Page, control: str, picture: bytes) -> None:
    file = {"name": "IMG_0001.png", "mimeType": "image/png", "buffer": picture}
    page.set_input_files(control, file)  # type: ignore[arg-type]


def png(width: int, height: int) -> bytes:
    """Return a real picture without any library: grey noise does not compress, so it is as large as wanted."""
    noise = bytes((x * 7919 + x // 13) % 251 for x in range(width))
    rows = io.BytesIO()
    for y in range(height):
        rows.write(b"\x00" + noise[y % width :] + noise[: y % width])

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows.getvalue(), 0))
        + chunk(b"IEND", b"")
    )


def send_all(page: Page) -> None:
    page.get_by_role("link", name="未上传").click()
    page.evaluate("() => document.getElementById('send')?.click()")  # it may have gone out by itself meanwhile
    expect(page.locator("#app")).to_contain_text("没有要上传的", timeout=60_000)
