"""A project in 朝阳区 with both planners in charge; helpers that act on given days."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiugai.accounts.roles import Role
from jiugai.approvals.actions.submitting import Draft, Item, submit_scheme
from jiugai.domain.schemes import SchemeKind
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.actions.roster import Person, appoint, save_planner
from jiugai.planning.models import PlannerOpinion, Project
from tests.apps.planning_rows import a_community
from tests.cast import CHAOYANG, STREET, Cast

BEIJING = ZoneInfo("Asia/Shanghai")
BEGUN = date(2026, 9, 1)
ITEMS = (Item("单元门口坡道", "1号楼", Decimal(6), "处"), Item("扶手", "楼道", Decimal(120), "米"))


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=BEIJING)


@pytest.fixture
def home(cast: Cast) -> Any:
    return a_community(cast, households=4, floor_area="200.00")


@pytest.fixture
def planners(cast: Cast) -> tuple[Any, Any]:
    """The street's planner and the district's chief planner, in charge since 2026."""
    lead, chief = cast.actor("district_lead"), cast.hire("chief", Role.PLANNER, "firm", CHAOYANG)
    street = save_planner(
        person=Person("林某", cast.bodies["district"], cast.areas[CHAOYANG], cast.user("planner")), actor=lead
    )
    whole = save_planner(person=Person("总某", cast.bodies["firm"], cast.areas[CHAOYANG], chief), actor=lead)
    appoint(planner=street, street=cast.areas[STREET], starts=date(2026, 1, 1), ends=None, actor=lead)
    appoint(planner=whole, street=cast.areas[CHAOYANG], starts=date(2026, 1, 1), ends=None, actor=lead)
    return cast.actor("planner"), chief.actor(on=date(2026, 9, 1))


@pytest.fixture
def project(cast: Cast, home: Any, planners: Any) -> Project:
    return proposed(cast, home)


def proposed(cast: Cast, home: Any, kind: str = "energy", **more: Any) -> Project:
    proposal = Proposal([home], kind, **more)
    return propose_project(proposal=proposal, actor=cast.actor("district_lead"), now=at(BEGUN), on=BEGUN)


def submitted(
    cast: Cast, project: Project, day: date, kind: str = "scheme", who: str = "implementer", **more: Any
) -> Any:
    draft = Draft(SchemeKind(kind), ITEMS, **({"reference": "图 A-01"} | more))
    return submit_scheme(project=project, draft=draft, actor=cast.actor(who), now=at(day), on=day)


def asked(project: Project, step: str, role: str) -> Any:
    """The newest question at a step to a planner."""
    return PlannerOpinion.objects.filter(project=project, at=step, role=role).order_by("-pk")[0]
