"""Rows for the tests of streetworks: works of others near the community of the planning rows."""

from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, LineString
from django.utils import timezone

from jiugai.accounts.models import Area
from jiugai.registry.models import Community
from jiugai.streetworks.actions.footprints import place_project
from jiugai.streetworks.models import Footprint, FundEntry, Overlap, StreetWork, WorkImport
from tests.cast import CHAOYANG, Cast

DAY = date(2026, 11, 23)
HERE = (116.46, 39.94)
SPRING = (date(2027, 3, 1), date(2027, 6, 30))


def line(lon: float = HERE[0], lat: float = HERE[1], *, length: float = 0.004) -> LineString:
    """A street running east-west through a place."""
    return LineString((lon - length / 2, lat), (lon + length / 2, lat), srid=4490)


def a_work(area: Area | Cast, code: str = "G-1", *, geom: GEOSGeometry | None = None, **more: Any) -> StreetWork:
    """A heating pipe through the middle of the community, next spring."""
    where = area.areas[CHAOYANG] if isinstance(area, Cast) else area
    values: dict[str, Any] = {
        "title": f"热力管线大修{code}", "kind": "pipeline", "department": "热力集团", "width_m": 4, "reported_on": DAY,
        "starts": SPRING[0], "ends": SPRING[1], **more,
    }  # fmt: skip
    made = StreetWork.objects.create(area=where, code=code, geom=geom or line(), **values)
    made.refresh_from_db()
    return made


def a_footprint(home: Community, *, ref: str = "XM-1", **more: Any) -> Footprint:
    return place_project(project_ref=ref, title=f"{home.name}节能综合改造", communities=[home], on=DAY, **more)[0]


def an_overlap(cast: Cast, home: Community, **more: Any) -> Overlap:
    """The one overlap of a work and a project on the same ground."""
    a_footprint(home)
    work = a_work(cast, **more)
    return Overlap.objects.select_related("footprint__community", "work").get(work=work)


STREET_KINDS = ("streetworks", "overlaps", "funds", "workimports")


def street_objects(home: Community, number: int) -> dict[str, Any]:
    """One row of each kind that has addresses of its own, for the matrix of rights; works lie in the home's area."""
    a_footprint(home, ref=f"M-{number}")
    now = timezone.now()
    batch = WorkImport.objects.create(
        name="工程.xlsx", sha256="0" * 64, crs="CGCS2000", observed_on=DAY, rows=1, area=home.area, by_name="某", at=now
    )
    work = a_work(home.area, f"M-{number}", geom=line(116.46, 39.93), batch=batch)
    fund = FundEntry.objects.create(
        area=home.area, department="热力集团", source="utility", purpose="pipelines", amount_fen=100, on=DAY,
        reference="批复", by_name="某", at=now,
    )  # fmt: skip
    return {
        "streetworks": work,
        "overlaps": Overlap.objects.filter(work=work).first(),
        "funds": fund,
        "workimports": batch,
    }
