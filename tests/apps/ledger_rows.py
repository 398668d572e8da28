"""Rows for the tests of the flow pool: a district with a scale, a filing that waits."""

from datetime import date
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import Area
from jiugai.domain import floor_area
from jiugai.ledger.actions.granting import grant_scale
from jiugai.ledger.actions.posting import post
from jiugai.ledger.models import AreaFiling, Book, Entry
from jiugai.matters.actions import move, open_matter
from jiugai.registry.models import Community
from tests.apps.planning_rows import a_project
from tests.cast import CHAOYANG, Cast

M2 = 10_000
FILED = {"survey_number": "测2026-1", "filing_number": "备2026-1", "filed_on": date(2026, 11, 20)}


def grant(cast: Cast, m2: int = 1000, *, district: str = CHAOYANG) -> Entry:
    return grant_scale(
        district=cast.areas[district], cm2=m2 * M2, reference="京规自发〔2026〕1号", on=date(2026, 1, 5),
        actor=cast.actor("city_lead"), now=timezone.now(),
    )  # fmt: skip


def a_grant(area: Area) -> Entry:
    """Grant the district around an area something, with nobody asked."""
    district = Area.objects.get(code=area.path.strip("/").split("/")[1])
    return post(
        book=Book.FLOOR_AREA, area=district, legs=floor_area.grant(M2), what="下达建筑管控规模", on=date(2026, 1, 5),
        actor=SYSTEM, now=timezone.now(),
    )  # fmt: skip


def a_filing(cast: Cast, home: Community, m2: int = 100, *, project: Any = None, **more: Any) -> AreaFiling:
    values = {"project": project or a_project(cast, home), "work": "public_service", "facility": "养老驿站"}
    made: AreaFiling = open_matter(
        model=AreaFiling, values={**values, "planned_cm2": m2 * M2, **more}, community=home,
        actor=cast.actor("district_lead"), now=timezone.now(),
    )  # fmt: skip
    return made


def step(cast: Cast, filing: AreaFiling, code: str, who: str = "district_lead", **values: Any) -> AreaFiling:
    if code == "reserve":
        values = {"opinion_number": "意见1", **values}
    reason = "更正" if code in {"release", "refuse", "correct"} else ""
    made: AreaFiling = move(
        matter=filing, move=code, actor=cast.actor(who), now=timezone.now(), reason=reason, values=values
    )
    return made
