"""Rows for the tests of lists: two districts, one street each, made by hand."""

from typing import Any

from django.contrib.gis.geos import Point

from jiugai.accounts.actor import Actor, Grant
from jiugai.accounts.models import Area
from jiugai.accounts.roles import Role
from jiugai.registry.models import Community


def areas() -> dict[str, Area]:
    """Make city, two districts and a street in each, unless they exist; keyed by code."""
    city = _area("110000", "北京市", "city", None)
    for code, name in (("110102", "西城区"), ("110105", "朝阳区")):
        district = _area(code, name, "district", city)
        _area(f"{code}001", f"{name}一街道", "street", district)
    return {area.code: area for area in Area.objects.all()}


def _area(code: str, name: str, level: str, parent: Area | None) -> Area:
    path = f"{parent.path if parent else '/'}{code}/"
    found, _ = Area.objects.get_or_create(
        code=code, defaults={"name": name, "level": level, "parent": parent, "path": path}
    )
    return found


def community(name: str, area: Area, **fields: Any) -> Community:
    """Make a community; `point` as (lon, lat)."""
    if "point" in fields:
        fields["point"] = Point(*fields["point"], srid=4490)
        fields.setdefault("position_state", "good")
    number = Community.objects.count() + 1
    return Community.objects.create(code=f"T{number:06d}", name=name, name_norm=name, area=area, **fields)


def actor(path: str = "/110000/", role: Role = Role.CITY_LEAD) -> Actor:
    """Return somebody with a role in an area."""
    return Actor(name="测试", grants=(Grant(role, path),))
