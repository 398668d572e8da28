"""The fixed cast of the tests: people of every desk, in two districts, with real names of places.

朝阳区 is where things happen, 西城区 is outside. Use the fixtures `cast` and `client_as` (or `client_of`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area, Membership, Organisation, User
from jiugai.accounts.roles import Role

CITY, CHAOYANG, XICHENG = "110000", "110105", "110102"
STREET, OTHER_STREET, COMMITTEE = "110105012", "110102007", "110105012021"
PASSWORD = "correct horse 2026"
SINCE = date(2024, 1, 1)

AREAS = (
    (CITY, "北京市", "city", None),
    (CHAOYANG, "朝阳区", "district", CITY),
    (XICHENG, "西城区", "district", CITY),
    (STREET, "麦子店街道", "street", CHAOYANG),
    (OTHER_STREET, "月坛街道", "street", XICHENG),
    (COMMITTEE, "枣营南里社区居委会", "community", STREET),
)
BODIES = (
    ("city", "市住房城乡建设委", Organisation.Kind.CITY_DEPARTMENT, CITY),
    ("district", "朝阳区住房城乡建设委", Organisation.Kind.DISTRICT_DEPARTMENT, CHAOYANG),
    ("outside", "西城区住房城市建设委", Organisation.Kind.DISTRICT_DEPARTMENT, XICHENG),
    ("street", "麦子店街道办事处", Organisation.Kind.STREET, STREET),
    ("committee", "枣营南里社区居委会", Organisation.Kind.COMMITTEE, COMMITTEE),
    ("firm", "示例物业服务公司", Organisation.Kind.COMPANY, CHAOYANG),
)
# name -> role, body, area; every other role stands in 朝阳区 under the role's own name
PEOPLE: dict[str, tuple[Role, str, str]] = {
    "city_lead": (Role.CITY_LEAD, "city", CITY),
    "city_department": (Role.CITY_DEPARTMENT, "city", CITY),
    "auditor": (Role.AUDITOR, "city", CITY),
    "discipline": (Role.DISCIPLINE, "city", CITY),
    "admin": (Role.ADMIN, "city", CITY),
    "district_lead": (Role.DISTRICT_LEAD, "district", CHAOYANG),
    "data_officer": (Role.DATA_OFFICER, "district", CHAOYANG),
    "planner": (Role.PLANNER, "district", CHAOYANG),
    "street_clerk": (Role.STREET, "street", STREET),
    "community_worker": (Role.COMMUNITY_WORKER, "committee", COMMITTEE),
    "property_firm": (Role.PROPERTY_FIRM, "firm", CHAOYANG),
    "resident": (Role.RESIDENT, "committee", COMMITTEE),
    "outsider": (Role.DISTRICT_LEAD, "outside", XICHENG),
}


@dataclass
class Cast:
    """The people, bodies and areas of the tests, by name and by code."""

    areas: dict[str, Area] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)

    def user(self, name: str) -> User:
        """Return a person by name or by role, made on first use."""
        if name not in self.people:
            role, body, area = PEOPLE.get(name) or (Role(name), "district", CHAOYANG)
            self.people[name] = self.hire(name, role, body, area)
        return self.people[name]

    def hire(self, username: str, role: Role, body: str, area: str, *, ends: date | None = None) -> User:
        """Make a person with one role."""
        user = User.objects.create_user(username, PASSWORD, display_name=f"{role.label}·{username}")
        Membership.objects.create(
            user=user, organisation=self.bodies[body], role=role, area=self.areas[area], starts=SINCE, ends=ends
        )
        return user

    def actor(self, name: str) -> Actor:
        """Return a person as an actor, with today's roles."""
        return self.user(name).actor(on=timezone.localdate())

    def client(self, name: str) -> Client:
        """Return a browser in which the person is logged in; `anonymous` is nobody."""
        client = Client()
        if name != "anonymous":
            client.force_login(self.user(name))
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    """Build areas and bodies; people come on first use."""
    made = Cast()
    for code, name, level, parent in AREAS:
        made.areas[code] = area = Area.objects.create(
            code=code, name=name, level=level, parent=made.areas.get(parent or "")
        )
        area.refresh_from_db()  # the path comes from a trigger
    for key, name, kind, area_code in BODIES:
        made.bodies[key] = body = Organisation.objects.create(
            code=f"T-{key}", name=name, kind=kind, area=made.areas[area_code]
        )
        body.refresh_from_db()
    return made


@pytest.fixture
def client_as(cast: Cast) -> Callable[[str], Client]:
    """Return a function from a name of the cast, or a role, to a logged-in browser."""
    return cast.client
