"""Rows for the map's tests: small, in two districts, inside one tile."""

from typing import Any

from django.contrib.gis.geos import Point

from jiugai.registry.models import Building, Community
from tests.cast import CHAOYANG, XICHENG, Cast

LON, LAT = 116.6, 39.91
Z14 = (14, 13498, 6207)  # the tile that holds LON, LAT


def community(
    cast: Cast, name: str, *, area: str = CHAOYANG, lon: float = LON, lat: float = LAT, **more: Any
) -> Community:
    """Make a community with a point."""
    number = Community.objects.count() + 1
    made = Community.objects.create(
        code=f"M{number:04d}",
        name=name,
        name_norm=name,
        area=cast.areas[area],
        point=Point(lon, lat, srid=4490),
        **{"position_state": "good", **more},
    )
    made.refresh_from_db()
    return made


def building(home: Community, label: str = "1号楼", **more: Any) -> Building:
    """Make a building at its community's point."""
    code = f"{home.code}-{Building.objects.count() + 1}"
    return Building.objects.create(community=home, code=code, label=label, **{"point": home.point, **more})


__all__ = ["CHAOYANG", "LAT", "LON", "XICHENG", "Z14", "building", "community"]
