"""Journey 6: a planner's five working days over a make-up Sunday and National Day; the gate of the scheme opens."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.actor import CITY_PATH, Actor, Grant
from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.accounts.models import Area, Membership, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.approvals.actions.tendering import Plan, prepare_tender, publish_plan
from jiugai.approvals.models import SchemeEdition, Tender
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.roster import Person, appoint, save_planner
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.registry.models import Community
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
STREET, DISTRICT = "110105035", "110105"
LEAD = Actor(name="准备", grants=(Grant(Role.CITY_LEAD, CITY_PATH),))
SCHEME = "外墙外保温，1号楼，2600，平方米\n单元门口坡道，1号楼，6，处，坡道坡度（高长比），0.08"
FRIDAY, TUESDAY, BACK, LAST = date(2026, 9, 18), date(2026, 9, 22), date(2026, 9, 29), date(2026, 10, 8)


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Return a function that lets the server live on a day; whoever was logged in has to log in again."""

    def live_on(day: date) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at(day))
        Session.objects.all().delete()

    return live_on


@pytest.fixture
def project(real_data: None) -> Project:
    """A project in 管庄, both planners in charge, a tender prepared whose plan was published in August."""
    home = Community.objects.get(name="管庄东里", area_path__contains=f"/{DISTRICT}/")
    home.area = Area.objects.get(code=STREET)  # the sources know districts only
    home.save(update_fields=["area"])
    home.refresh_from_db()
    _planner("林岚", "D-planner", User.objects.get(username="planner"), STREET)
    _planner("何岩", "D-architect", _chief(), DISTRICT)
    day = date(2026, 8, 10)
    made = propose_project(proposal=Proposal([home], "energy"), actor=LEAD, now=at(day), on=day)
    made.implementer = Organisation.objects.get(code="D-implementer")
    made.save(update_fields=["implementer"])
    plan = Plan("外墙外保温和无障碍改造", date(2026, 9, 30), "招计〔2026〕6号")
    publish_plan(project=made, plan=plan, actor=LEAD, now=at(day), on=day)
    prepare_tender(project=made, form="epc", actor=LEAD, now=at(day))
    return made


def _planner(name: str, body: str, user: User, area: str) -> None:
    district = Area.objects.get(code=DISTRICT)
    person = Person(name, Organisation.objects.get(code=body), district, user)
    planner = save_planner(person=person, actor=LEAD)
    appoint(planner=planner, street=Area.objects.get(code=area), starts=date(2026, 1, 1), ends=None, actor=LEAD)


def _chief() -> User:
    user = User.objects.create_user("chief_planner", DEMO_PASSWORD, display_name="何岩", provenance="demo")
    Membership.objects.create(
        user=user, organisation=Organisation.objects.get(code="D-architect"), role=Role.PLANNER,
        area=Area.objects.get(code=DISTRICT), starts=date(2026, 1, 1),
    )  # fmt: skip
    return user


Enter = Callable[..., Page]


@pytest.fixture
def enter(live_server: LiveServer, browser: Browser) -> Iterator[Enter]:
    """Return a function that logs a person in, on a desk or a phone, and opens an address."""
    contexts: list[Any] = []

    def open_as(username: str, path: str, *, phone: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/login/?next={path}")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield open_as
    for context in contexts:
        context.close()


def opinion(role: str) -> PlannerOpinion:
    return PlannerOpinion.objects.get(at="scheme", role=role)


@pytest.mark.obligation("T09-4", "T19-9", "T19-10")
def test_planner_answers_on_the_last_day_and_the_gate_of_the_scheme_opens(project, clock, enter, live_server):
    design, approvals = f"/projects/{project.pk}/design/", f"/projects/{project.pk}/approvals/"

    # Friday: the implementer submits the scheme; both planners have it in their inbox until Thursday.
    clock(FRIDAY)
    page = enter("implementer", design)
    page.locator("#lines-scheme").fill(SCHEME)
    page.locator("#reference-scheme").fill("方案 A-01…A-18")
    page.locator("#scheme").get_by_role("button", name="报送").click()
    expect(page.get_by_text("已送请区总责任规划师和街道责任规划师出具意见")).to_be_visible()
    assert SchemeEdition.objects.get().items.count() == 2
    assert faults_of(page) == []

    page = enter("planner", "/inbox/")
    page.get_by_role("link", name="方案审查").first.click()
    expect(page.get_by_text("限 5 个工作日，到 9月24日")).to_be_visible()
    sunday = page.locator("table.m-cal td", has=page.locator("b", has_text="20")).first
    expect(sunday).to_have_class("counted")  # the make-up Sunday is a working day
    assert faults_of(page) == []

    # Tuesday: a drawing is missing; the clock stops. On his phone.
    clock(TUESDAY)
    page = enter("planner", f"/matters/{opinion('street').pk}/", phone=True)
    page.get_by_text("暂停计时", exact=True).click()
    page.fill("#wait", "等补地下管线现状图")
    page.get_by_role("button", name="从今天起暂停").click()
    expect(page.get_by_text("9月22日起暂停")).to_be_visible()
    assert faults_of(page) == []
    page = enter("implementer", design)
    expect(page.locator("#scheme table").first).to_contain_text("暂停")

    # The chief planner of the district answers in time; that alone does not open the gate.
    page = enter("chief_planner", f"/matters/{opinion('district').pk}/")
    agree(page, "整体风貌可行")
    page = enter("implementer", approvals)
    expect(page.get_by_text("规划设计方案没有定").first).to_be_visible()

    # A week later the drawing is there: the date moves behind National Day.
    clock(BACK)
    page = enter("planner", f"/matters/{opinion('street').pk}/")
    page.get_by_role("button", name="恢复计时").click()
    expect(page.get_by_text("到 10月8日").first).to_be_visible()
    assert opinion("street").due_on == LAST

    # The last day: the notice is refused, he agrees, the gate opens, the notice goes out.
    clock(LAST)
    tender = f"/matters/{Tender.objects.get().pk}/"
    page = enter("implementer", tender)
    notice(page)
    expect(page.get_by_text("规划设计方案没有定").first).to_be_visible()
    page = enter("planner", "/inbox/")
    expect(page.get_by_text("今天").first).to_be_visible()
    page.get_by_role("link", name="方案审查").first.click()
    agree(page, "同意，坡道按图施工")
    page = enter("implementer", approvals)
    expect(page.get_by_text("规划设计方案没有定")).to_have_count(0)
    assert faults_of(page) == []
    page.goto(f"{live_server.url}{tender}")
    notice(page)
    expect(page.get_by_text("已发布招标公告")).to_be_visible()
    assert Tender.objects.get().notice_on == LAST


def agree(page: Page, words: str) -> None:
    page.locator("summary", has_text="同意").first.click()
    page.fill("#agree-opinion", words)
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_text("已同意")).to_be_visible()


def notice(page: Page) -> None:
    page.locator("summary", has_text="发布招标公告").click()
    for name, value in (("notice_ref", "招公〔2026〕6号"), ("files_from", "2026-10-08"), ("files_until", "2026-10-12"),
                        ("bids_on", "2026-10-28")):  # fmt: skip
        page.fill(f"#publish-{name}", value)
    page.get_by_role("button", name="发布招标公告").click()
