"""The log-ins of the demonstration. They exist, and open, only where JIUGAI_ENV is demo."""

from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jiugai.accounts.codes import Action
from jiugai.accounts.models import Area, AuditEvent, Membership, Organisation, User
from jiugai.accounts.roles import Role

FILE = Path(__file__).parent / "data" / "demo.yaml"
DEMO_PASSWORD = "jiugai-2026"  # noqa: S105 - printed on the log-in page of the demonstration
SINCE = date(2026, 1, 1)


class NotInProduction(RuntimeError):
    """Known passwords have no place in a production system."""


class BodiesMissing(RuntimeError):
    """The organisations of the demonstration's people have to be loaded first."""


def is_closed(user: User) -> bool:
    """Tell whether this is a log-in of the demonstration met outside of it: it opens nothing, nor do its sessions."""
    return user.provenance == "demo" and not settings.DEMO


class DemoAccount(NamedTuple):
    """One line of the list on the log-in page and in the terminal."""

    username: str
    name: str
    role: str
    organisation: str
    area: str

    @property
    def label(self) -> str:
        """Return the words beside the account on the log-in page."""
        return f"{self.role}　{self.name}（{self.area}）"


@transaction.atomic
def make_demo_users() -> list[DemoAccount]:
    """Add the people that are missing and return all. Raises NotInProduction and BodiesMissing."""
    if not settings.DEMO:
        raise NotInProduction("demo log-ins have a known password; JIUGAI_ENV is production")
    known = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    areas = Area.objects.defer("boundary").in_bulk({p["area"] for p in _rows(known)}, field_name="code")
    for row in known["organisations"]:
        _body(row, areas)
    bodies = Organisation.objects.in_bulk({p["organisation"] for p in known["people"]}, field_name="code")
    if len(bodies) < len({p["organisation"] for p in known["people"]}):
        raise BodiesMissing("load the bodies first: jiugai load_bodies")
    # One hash for all: the password is public anyway, and hashing it 21 times takes seconds.
    hashed = make_password(DEMO_PASSWORD)
    for row in known["people"]:
        _person(row, bodies[row["organisation"]], areas[row["area"]], hashed)
    return demo_accounts()


def _rows(known: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [*known["organisations"], *known["people"]]


def _body(row: dict[str, Any], areas: dict[str, Area]) -> None:
    if row["area"] not in areas:
        raise BodiesMissing("load the areas first: jiugai load_shipped")
    defaults = {"name": row["name"], "kind": row["kind"], "area": areas[row["area"]], "provenance": "demo"}
    Organisation.objects.update_or_create(code=row["code"], defaults=defaults)


def _person(row: dict[str, str], body: Organisation, area: Area, hashed: str) -> None:
    defaults = {"display_name": row["name"], "password": hashed, "provenance": "demo"}
    user, made = User.objects.get_or_create(username=row["role"], defaults=defaults)
    if made:
        Membership.objects.create(user=user, organisation=body, role=row["role"], area=area, starts=SINCE)
    elif not AuditEvent.objects.filter(action=Action.MEMBERSHIP_SAVED, subject_id=str(user.pk)).exists():
        # A later version may seat the cast elsewhere; what somebody has changed on screen stays.
        Membership.objects.filter(user=user, role=row["role"], starts=SINCE).update(organisation=body, area=area)


# The log-in page offers the desks people usually begin with; `jiugai demo_users` prints all.
OFFERED = frozenset(
    {
        Role.CITY_LEAD, Role.DISTRICT_LEAD, Role.STREET, Role.COMMUNITY_WORKER, Role.DATA_OFFICER, Role.PLANNER,
        Role.AUDITOR, Role.ADMIN,
    }
)  # fmt: skip


def offered_accounts() -> list[DemoAccount]:
    """Return the log-ins shown on the log-in page."""
    labels = {role.label for role in OFFERED}
    return [account for account in demo_accounts() if account.role in labels]


def demo_accounts() -> list[DemoAccount]:
    """Return the demonstration's log-ins, in the order of the roles."""
    order = [str(role) for role in Role]
    held = Membership.objects.filter(user__provenance="demo", user__is_active=True).select_related(
        "user", "organisation", "area"
    )
    first = {m.user_id: m for m in sorted(held, key=lambda m: -m.pk)}
    return [
        DemoAccount(m.user.username, m.user.display_name, m.get_role_display(), m.organisation.name, m.area.name)
        for m in sorted(first.values(), key=lambda m: (order.index(m.role), m.pk))
    ]
