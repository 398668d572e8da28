"""Journey 5: a district's lead goes from the real pool to a confirmed batch.

The pool by blocking rule, the ranking with its arithmetic, a menu, three years solved, locks and drags, the reasons,
two batches; the city asks back about one project and confirms the rest; a change in July.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from subprocess import Popen
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.domain.planning.constraints import check
from jiugai.planning.actions.adjusting import entry_of
from jiugai.planning.models import BatchItem, PlanBatch, PlanEntry, PlanVersion, PoolRank, Project
from jiugai.planning.scoring import loaded
from jiugai.policy.models import Occurrence
from tests.journeys.conftest import LogIn
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PATIENCE = 120_000
MOST = 14


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """Let a busy machine take its time: pages are waited for, not hurried."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def pool(real_data: None) -> list[Project]:
    """The real communities of 朝阳区 with generated, marked costs and records: what `make run` shows too."""
    call_command("demo_plan", "--district", "110105", "--most", str(MOST), verbosity=0)
    return list(Project.objects.stored().filter(area_path__startswith="/110000/110105/"))


@pytest.fixture
def desk(live_server: LiveServer, browser: Browser) -> Iterator[LogIn]:
    """Return a function that gives each person a window of his own."""
    windows: list[BrowserContext] = []

    def enter(username: str) -> Page:
        window = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        window.set_default_timeout(60_000)
        windows.append(window)
        page = window.new_page()
        page.goto(f"{live_server.url}/login/?next=/plan/")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield enter
    for window in windows:
        window.close()


def solve(page: Page, seconds: int) -> PlanVersion:
    """Ask for a plan on the page of the scenario, watch it, open what came of it."""
    page.fill("#sec", str(seconds))
    page.click("button:has-text('求解')")
    expect(page.locator(".b-run").first).to_be_visible()
    page.wait_for_selector("a:has-text('看第')", timeout=PATIENCE)
    assert "最多离最优差" in page.inner_text(".b-run")
    page.click("a:has-text('看第')")
    return version_at(page)


def version_at(page: Page) -> PlanVersion:
    page.wait_for_url(re.compile(r"/versions/\d+/"))
    found = re.search(r"/versions/(\d+)/", page.url)
    assert found
    return PlanVersion.objects.get(pk=int(found[1]))


def bar(page: Page, code: str) -> Any:
    return page.locator(f'[data-bar="{code}"]')


def lock(page: Page, code: str) -> None:
    bar(page, code).focus()
    with page.expect_response(lambda r: "/lock/" in r.url):
        page.keyboard.press("l")
    expect(page.locator(f"#r-{code}.locked")).to_be_visible()


def drag(page: Page, code: str, months: int) -> None:
    """Take a bar with the pointer and let it go some months on."""
    one = bar(page, code)
    one.scroll_into_view_if_needed()
    box, track = one.bounding_box(), one.locator("xpath=..").bounding_box()
    assert box
    assert track
    step = track["width"] / 36
    x, y = box["x"] + min(20, box["width"] / 2), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + step * months / 2, y, steps=4)
    page.mouse.move(x + step * months, y, steps=4)
    with page.expect_response(lambda r: "/move/" in r.url):
        page.mouse.up()


def movable(version: PlanVersion) -> list[str]:
    """Codes of planned projects that can go three months on, the earliest first."""
    items = {p["id"]: p for p in version.instance["projects"]}
    free = [c for c, s in version.starts.items() if c in items and s + items[c]["duration_months"] + 3 <= 36]
    return sorted(free, key=lambda c: (version.starts[c], c))


@pytest.mark.obligation("T03-4", "T03-5", "T03-6", "T03-7", "T03-9", "T03-10", "T05-5")
def test_district_plans_locks_drags_reads_why_applies_and_the_city_confirms(
    pool: list[Project], desk: LogIn, worker: Callable[[], "Popen[bytes]"]
):
    assert len(pool) == MOST
    worker()
    page = desk("district_lead")
    _read_the_pool(page, pool)
    _read_the_ranking(page, pool)
    _begin_a_scenario(page)
    version = solve(page, 6)
    assert version.feasible
    assert check(loaded(version).problem, version.starts) == []
    assert faults_of(page) == []
    edited = _work_on_the_board(page, version)
    _apply(page, edited, desk)
    _city_asks_back_and_confirms(desk, page)
    _adjust(desk, page)


def _read_the_pool(page: Page, pool: list[Project]) -> None:
    """The table says how many wait for what: all for the city's batch, none for a check-up."""
    home = _home(page)
    page.goto(f"{home}/pool/?state=in_pool")
    expect(page.locator('table a[href^="/projects/"]')).to_have_count(len(pool))
    page.goto(f"{home}/pool/?blocked=t03_6_applied_in_batch")
    expect(page.locator(".j-chip.on")).to_contain_text("区级分批申报（列入实施计划）")
    expect(page.locator('table a[href^="/projects/"]')).to_have_count(len(pool))
    page.goto(f"{home}/pool/?blocked=t03_1_checkup_on_file")
    expect(page.locator('table a[href^="/projects/"]')).to_have_count(0)


def _home(page: Page) -> str:
    return "/".join(page.url.split("/", 3)[:3])


def _read_the_ranking(page: Page, pool: list[Project]) -> None:
    """The first of the ranking: its factors by their inputs, the sum that makes its place, its menu with costs."""
    page.goto(f"{_home(page)}/ranking/")
    expect(page.locator('table a[href^="/ranks/"]')).to_have_count(len(pool))
    page.locator('table a[href^="/ranks/"]').first.click()
    rank = PoolRank.objects.get(place=1)
    rows = page.locator("table tbody tr")
    expect(rows).to_have_count(5)
    brought = [Decimal(rows.nth(n).locator("td").last.inner_text()) for n in range(5)]
    assert sum(brought[:4]) == pytest.approx(brought[4], abs=Decimal("0.02"))
    assert brought[4] == pytest.approx(Decimal(rank.low) / 100, abs=Decimal("0.01"))
    for number, factor in enumerate(("体检结果", "本区财力", "群众工作", "居民诉求")):
        expect(rows.nth(number)).to_contain_text(factor)
        assert rows.nth(number).locator("li").count() > 0, factor
    expect(rows.first).to_contain_text(rank.project.community.name)
    assert faults_of(page) == []
    page.goto(f"{_home(page)}/projects/{rank.project_id}/menu/")
    expect(page.locator("main h2").first).to_contain_text("估算")
    first = page.locator("table.m-lines").first.locator("tbody tr").first
    expect(first).to_contain_text("优先")
    assert faults_of(page) == []


def _begin_a_scenario(page: Page) -> None:
    page.goto(f"{_home(page)}/plan/")
    page.click("a:has-text('新建方案')")
    page.fill("input[name=title]", "三年实施方案")
    page.click("button:has-text('建立方案')")
    expect(page.locator("main h2").first).to_have_text("三年实施方案")


def _work_on_the_board(page: Page, version: PlanVersion) -> PlanVersion:
    """Lock two, drag a third, see the price, read why one is out, take it back, solve around the locks, save."""
    codes = movable(version)
    first, second, third = codes[0], codes[1], codes[2]
    lock(page, first)
    lock(page, second)
    before = page.inner_text("#b-head")
    drag(page, third, 3)
    expect(page.locator("#b-head")).to_contain_text("比原来")
    assert page.inner_text("#b-head") != before
    expect(page.locator("#b-bar")).to_contain_text("1 处")
    left = page.locator(".b-left button").first
    if left.count():
        left.click()
        expect(page.locator("#b-detail")).to_contain_text("卡在", timeout=PATIENCE)
        expect(page.locator("#b-detail")).to_contain_text("试过")
    bar(page, third).focus()
    with page.expect_response(lambda r: "/move/" in r.url):
        page.keyboard.press("ArrowLeft")
    with page.expect_response(lambda r: "/undo/" in r.url):
        page.keyboard.press("Control+z")
    page.fill("#b-sec", "5")
    page.click("button:has-text('绕开锁定重新求解')")
    page.wait_for_selector("a:has-text('看第')", timeout=PATIENCE)
    page.click("a:has-text('看第')")
    again = version_at(page)
    assert [again.starts[c] for c in (first, second)] == [version.starts[c] for c in (first, second)]
    assert again.number == 2
    return again


def _apply(page: Page, version: PlanVersion, desk: LogIn) -> None:
    """Hand in batches of a year: one energy project ahead, which the city confirms, then the rest as batch 2."""
    year, ahead = _year_of(version)
    board = page.url
    _draft(page, board, year)
    for title in [p.title for p in Project.objects.filter(batch_items__batch__year=year).exclude(pk=ahead.pk)]:
        row = page.locator("tr", has=page.get_by_role("link", name=title, exact=True))
        row.locator("summary:has-text('撤下')").click()
        row.locator("input[name=words]").fill("放到下一批")
        row.locator("button:has-text('撤下')").click()
        expect(page.locator("#j-flash")).to_contain_text(title)
    _hand_in(page)
    city = desk("city_lead")
    city.goto(page.url)
    city.click("button:has-text('确认其余 1 个')")
    expect(city.locator("body")).to_contain_text("已确认 1 个项目", timeout=PATIENCE)
    _draft(page, board, year)
    expect(page.locator("main h2").first).to_contain_text(f"{year}年第 2 批")
    _hand_in(page)


def _draft(page: Page, board: str, year: int) -> None:
    page.goto(board)
    page.click("summary:has-text('申报')")
    page.select_option("#b-year", str(year))
    page.click("button:has-text('拟这一批')")
    page.wait_for_url(re.compile(r"/batches/\d+/"))


def _hand_in(page: Page) -> None:
    page.click("button:has-text('提交市级确认')")
    expect(page.locator("#j-flash")).to_contain_text("已提交市级确认")


def _year_of(version: PlanVersion) -> tuple[int, Project]:
    """Return the year in which most start, three at least, with one of them that counts for the share."""
    years, told = loaded(version).calendar.years, version.told["projects"]
    starting: dict[int, list[str]] = {}
    for code, start in version.starts.items():
        if "pk" in told.get(code, {}):
            starting.setdefault(years[start], []).append(code)
    for year, codes in sorted(starting.items(), key=lambda one: -len(one[1])):
        saving = [code for code in codes if told[code]["kind"] in ("energy", "seismic_energy")]
        if len(codes) > 2 and saving:
            return year, Project.objects.get(code=saving[0])
    raise AssertionError(starting)


def _city_asks_back_and_confirms(desk: LogIn, district: Page) -> None:
    _, batch = PlanBatch.objects.order_by("sequence")
    url, city = district.url, desk("city_lead")
    city.goto(url)
    row = city.locator("table tbody tr").first
    row.locator("summary").click()
    row.locator("input[name=words]").fill("资金缺口怎么补？")
    row.locator("button:has-text('退回提问')").click()
    expect(city.locator("body")).to_contain_text("已退回提问")
    city.click("button:has-text('确认其余')")
    expect(city.locator("#j-flash")).to_contain_text(re.compile(r"已确认 \d+ 个项目"), timeout=PATIENCE)
    assert BatchItem.objects.filter(batch=batch, state="confirmed").count() == batch.items.count() - 1
    city.click("button:has-text('退回区里答复')")
    expect(city.locator("#j-flash")).to_contain_text("已退回区里答复")
    district.reload()
    district.fill("input[placeholder=答复]", "区级财政增补，文号见附件")
    district.click("button[name=do][value=answer]")
    expect(district.locator("#j-flash")).to_contain_text("已答复")
    district.click("button:has-text('答复后再报')")
    expect(district.locator("#j-flash")).to_contain_text("已再报市级确认")
    city.reload()
    city.click("button:has-text('确认其余')")
    expect(city.locator("body")).to_contain_text("已确认 1 个项目", timeout=PATIENCE)
    city.click("button:has-text('办结这一批')")
    expect(city.locator("#j-flash")).to_contain_text("这一批已办结")
    batch.refresh_from_db()
    assert batch.stage == "decided"
    assert set(batch.items.values_list("state", flat=True)) == {"confirmed"}


def _adjust(desk: LogIn, district: Page) -> None:
    """In July a confirmed project is put off, with a reason; before the city agrees nothing changes.

    The earliest of the year goes a month on: within its year it takes nothing from the share of another.
    """
    entry = min(PlanEntry.objects.newest(), key=lambda one: one.start.month)
    project = entry.project
    district.goto(f"{_home(district)}/projects/{project.pk}/adjust/")
    later = date(entry.start.year, entry.start.month + 1, 1)
    district.fill("input[name=start]", f"{later:%Y-%m}")
    district.fill("textarea[name=reason]", "七月汛期道路塌陷，等管线抢修")
    district.click("button:has-text('报市里审定')")
    district.wait_for_url(re.compile(r"/matters/\d+/"))
    assert entry_of(project) == entry
    city = desk("city_lead")
    city.goto(district.url)
    city.locator("summary:has-text('同意调整')").click()
    city.locator("button:has-text('同意调整')").click()
    expect(city.locator("main summary:has-text('同意调整')")).to_have_count(0, timeout=PATIENCE)
    now = entry_of(project)
    assert now
    assert (now.start, now.reason) == (later, "七月汛期道路塌陷，等管线抢修")
    assert Occurrence.objects.filter(code="plan_changed", words__contains="七月汛期").exists()
