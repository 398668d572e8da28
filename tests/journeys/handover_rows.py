"""What the journey from the plan to the handover finds, and the long parts of it that nobody needs to watch."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiugai.accounts.actor import CITY_PATH, SYSTEM, Actor, Grant
from jiugai.accounts.demo import DEMO_PASSWORD
from jiugai.accounts.models import Area, Organisation, User
from jiugai.accounts.roles import Role
from jiugai.approvals.actions.architects import Architect, name_architect
from jiugai.approvals.models import ApprovalCase, Tender
from jiugai.domain.five_types import Problem
from jiugai.domain.gates import GATE_RULES
from jiugai.governance.actions.surveys import record_survey
from jiugai.matters.actions import move
from jiugai.planning.actions.batching import Wanted, open_batch
from jiugai.planning.actions.moving import enter_pool
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.roster import Person, appoint, save_planner
from jiugai.planning.models import PlanFrame, PlannerOpinion, Project, ProjectInput
from jiugai.planning.queries.project import planner_of
from jiugai.policy.models import Waiver
from jiugai.registry.models import Community
from jiugai.works.actions.firms import name_firm

STREET, DISTRICT = "110105035", "110105"
LEAD = Actor(name="准备", grants=(Grant(Role.CITY_LEAD, CITY_PATH),))
BEGUN = date(2026, 3, 2)
Enter = Callable[..., Page]
Live = Callable[[date], None]


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def live_on(monkeypatch: pytest.MonkeyPatch) -> Live:
    """Return a function that lets the server live on a day; whoever was logged in has to log in again."""

    def go(day: date) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at(day))
        Session.objects.all().delete()

    return go


@pytest.fixture
def enter(live_server: LiveServer, browser: Browser) -> Iterator[Enter]:
    """Return a function that logs a person in, on a desk or a phone, and opens an address."""
    contexts: list[Any] = []

    def open_as(username: str, path: str, *, phone: bool = False) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        context = browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.set_default_timeout(60_000)
        expect.set_options(timeout=30_000)
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


def body(code: str) -> Organisation:
    return Organisation.objects.get(code=code)


@pytest.fixture
def home(real_data: None, settings: Any, tmp_path: Any) -> Community:
    """管庄东里, a real community, in its street."""
    settings.MEDIA_ROOT = tmp_path / "files"
    home = Community.objects.get(name="管庄东里", area_path__contains=f"/{DISTRICT}/")
    home.area = Area.objects.get(code=STREET)  # the sources know districts only
    home.save(update_fields=["area"])
    home.refresh_from_db()
    return home


@pytest.fixture
def project(home: Community) -> Project:
    """An energy project in the pool, with implementing body, both planners and an architect in charge."""
    seat_planners()
    proposal = Proposal([home], "energy", cost_yuan=42_000_000, works_area_m2=26_000, implementer=body("D-implementer"))
    made = propose_project(proposal=proposal, actor=LEAD, now=at(BEGUN), on=BEGUN)
    leave_aside(home, GATE_RULES["enter_pool"])
    enter_pool(project=made, actor=LEAD, now=at(BEGUN), on=BEGUN)
    ProjectInput.objects.create(project=made, area_m2=26_000, households=400, months=8, by_name="准备", at=at(BEGUN),
                                district_fen=2_100_000_000, city_fen=2_100_000_000)  # fmt: skip
    for kind in ("district_money", "city_money"):
        PlanFrame.objects.create(area=Area.objects.get(code=DISTRICT), kind=kind, year=2026, value=10**11,
                                 at=at(BEGUN), by_name="准备")  # fmt: skip
    architect = Architect("吴明哲", body("D-architect"), BEGUN, User.objects.get(username="architect"))
    name_architect(project=made, architect=architect, actor=LEAD, on=BEGUN)
    # The menu (T05), works of others (T16) and ownership (T32) have journeys of their own.
    leave_aside(home, [rule for rule in GATE_RULES["enter_plan"] if rule[:3] in ("t05", "t16", "t32")])
    made.refresh_from_db()
    return made


def seat_planners() -> None:
    """Put the street's planner and the district's chief planner in charge."""
    for name, firm, user, area in (
        ("林岚", "D-planner", User.objects.get(username="planner"), STREET), ("何岩", "D-architect", None, DISTRICT),
    ):  # fmt: skip
        person = Person(name, body(firm), Area.objects.get(code=DISTRICT), user)
        planner = save_planner(person=person, actor=LEAD)
        appoint(planner=planner, street=Area.objects.get(code=area), starts=date(2026, 1, 1), ends=None, actor=LEAD)


def leave_aside(home: Community, rules: Any) -> None:
    """Lay an exception over rules that this journey is not about."""
    for rule in rules:
        Waiver.objects.create(
            community=home, rule=rule, authority="测试批示〔2026〕1号", reason="另有旅程", since=BEGUN,
            until=date(2027, 1, 31), granted_by_name="测试", granted_at=at(BEGUN),
        )  # fmt: skip


def a_batch(project: Project, day: date) -> Any:
    """Draft a batch of the district with the project."""
    wanted = [Wanted(project, date(2026, 6, 1), 6)]
    return open_batch(area=Area.objects.get(code=DISTRICT), year=2026, wanted=wanted, actor=LEAD, now=at(day))


def agree(project: Project, day: date, **which: str) -> None:
    """Let planners agree whose opinion nobody needs to watch."""
    for opinion in PlannerOpinion.objects.filter(project=project, closed_at__isnull=True, **which):
        planner = planner_of(project, on=day, role=opinion.role).planner
        who = Actor(name=planner.name, user_id=planner.user_id, organisation_id=planner.organisation_id,
                    grants=(Grant(Role.PLANNER, CITY_PATH),))  # fmt: skip
        move(matter=opinion, move="agree", actor=who, now=timezone.now(), values={"opinion": "同意"})


def approve_up_to_the_permit(project: Project) -> None:
    """Let the bodies decide step after step; the permit is left."""
    case = ApprovalCase.objects.get(project=project)
    while step := case.steps.filter(closed_at__isnull=True).exclude(step="permit").order_by("pk").first():
        move(matter=step, move="finish", actor=SYSTEM, now=timezone.now(), values={"reference": f"批复-{step.step}"})


def award(project: Project, noticed: date) -> None:
    """Take the tender from its notice to the contract, in the days of the law."""
    days = [noticed + timedelta(days=days) for days in (24, 28, 31, 36)]
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("candidates", {"candidates_from": days[0], "candidates_until": days[1]}),
        ("award", {"winner": "示例建工集团", "awarded_on": days[2]}),
        ("contract", {"contract_on": days[3], "contract_ref": "HT-2026-6"}),
    )
    for (code, values), day in zip(steps, (days[0], days[2], days[3]), strict=True):
        move(matter=Tender.objects.get(project=project), move=code, actor=SYSTEM, now=at(day), values=values)


def survey(home: Community, day: date) -> None:
    """Let the residents' committee look for the five types of problems; nothing is found."""
    for problem in Problem:
        record_survey(community=home, problem=problem, on=day, seen=0, actor=SYSTEM, now=at(day))


def crew(project: Project, day: date) -> None:
    for duty in ("contractor", "supervisor"):
        name_firm(project=project, duty=duty, firm=body(f"D-{duty}"), since=day, actor=LEAD, now=at(day))
