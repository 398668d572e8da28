"""Rows of the register for the tests of the community's file."""

from datetime import date
from typing import Any

from jiugai.accounts.models import Area
from jiugai.registry.actions.values import refresh
from jiugai.registry.models import Building, BuildingValue, Community, CommunityValue, Dwelling, Entrance, Source

TODAY = date(2026, 11, 23)
SOURCES = {
    "ganji-communities": ("赶集小区", "crawl"),
    "lianjia-communities": ("链家小区", "crawl"),
    "official-list": ("央产第二批名单", "off"),
    "manual": ("平台录入", "rec"),
    "demo": ("演示数据", "demo"),
}


def source(key: str) -> Source:
    """Return a source, made on first use."""
    name, mark = SOURCES[key]
    return Source.objects.get_or_create(key=key, defaults={"name": name, "mark": mark, "observed": "2019"})[0]


def community(area: Area, name: str = "枣营南里", *, code: str = "", **facts: Any) -> Community:
    """Make a community with facts from one crawl."""
    made = Community.objects.create(code=code or f"XQ{Community.objects.count():04d}", name=name, area=area)
    for field, value in {"name": name, **facts}.items():
        say(made, field, value)
    refresh(community_ids=[made.pk])
    made.refresh_from_db()
    return made


def say(
    subject: Community | Building, field: str, value: Any, key: str = "ganji-communities", **rest: Any
) -> CommunityValue | BuildingValue:
    """Let a source say something; the columns follow at the next refresh."""
    if isinstance(subject, Community):
        return CommunityValue.objects.create(community=subject, field=field, value=value, source=source(key), **rest)
    return BuildingValue.objects.create(building=subject, field=field, value=value, source=source(key), **rest)


def building(home: Community, label: str = "1号楼", **facts: Any) -> Building:
    """Make a building with facts from one crawl."""
    made = Building.objects.create(code=f"LD{Building.objects.count():04d}", community=home, label=label)
    for field, value in facts.items():
        say(made, field, value)
    refresh(building_ids=[made.pk])
    made.refresh_from_db()
    return made


def dwelling(home: Building, number: str, ownership: str = "unknown", *, area_cm2: int | None = None) -> Dwelling:
    """Make a flat in the first entrance."""
    entrance, _ = Entrance.objects.get_or_create(building=home, number=1)
    return Dwelling.objects.create(
        entrance=entrance, building=home, number=number, ownership=ownership, area_cm2=area_cm2
    )
