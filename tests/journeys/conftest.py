"""A real browser, a real server, a real worker, on the real shipped data."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from bootstrap import system
from jiugai.accounts.demo import DEMO_PASSWORD
from tests.journeys.shipped import copied_database, loaded_database

ROOT = Path(__file__).resolve().parents[2]
QUIET = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = """没有浏览器。make test 会自动装；也可以 apt install chromium，
或让 JIUGAI_CHROMIUM 指向已有的 Chromium、Chrome
No browser: `make test` installs one; or apt install chromium; or let JIUGAI_CHROMIUM name a Chromium or Chrome"""
PATIENCE_MS = 20_000
LogIn = Callable[[str], Page]


@pytest.fixture(scope="module", autouse=True)
def _playwright_beside_django() -> Iterator[None]:
    """Playwright's sync interface runs an event loop, in which Django would refuse to touch the database."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def found_browser(playwright: Playwright) -> str:
    """Return the browser that `make test` found, else the system's, else the one Playwright fetched."""
    places = [os.environ.get("JIUGAI_CHROMIUM"), system.chromium(), playwright.chromium.executable_path]
    found = next((place for place in places if place and Path(place).exists()), None)
    if found is None:
        pytest.fail(NO_BROWSER, pytrace=False)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, drawing maps in software.

    It ends with its module: while it runs, its event loop would stand in the way of other tests' asynchronous code.
    """
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found_browser(playwright), args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def shipped_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, django_db_keepdb: bool
) -> Iterator[str]:
    """Load what `make run` loads, once for all journeys: the shipped communities and the demo log-ins."""
    with (
        django_db_blocker.unblock(),
        loaded_database(base=connection.settings_dict["NAME"], keep=django_db_keepdb) as name,
    ):
        yield name


@pytest.fixture
def real_data(transactional_db: None, shipped_database: str) -> Iterator[None]:
    """Give the test its own copy of the shipped data; nothing it changes is seen by another."""
    with copied_database(source=shipped_database):
        yield


@pytest.fixture(params=[(1440, 900)], ids=["desk"])
def window(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser window; parametrize indirectly for a phone."""
    width, height = request.param
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def log_in(live_server: LiveServer, real_data: None, window: BrowserContext) -> LogIn:
    """Return a function that logs a demo person in and gives the page."""

    def enter(username: str) -> Page:
        page = window.new_page()
        page.goto(f"{live_server.url}/login/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    return enter


@pytest.fixture
def worker(transactional_db: None) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Return a function that starts a real worker process on the test database; all are ended afterwards."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        settings = connection.settings_dict
        url = f"host='{settings['HOST']}' port='{settings['PORT']}' dbname={settings['NAME']} user={settings['USER']}"
        process = subprocess.Popen(
            [sys.executable, "-m", "jiugai.config.command", "worker"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url.replace("port='' ", "")},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
