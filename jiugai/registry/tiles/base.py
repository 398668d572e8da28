"""Tiles of the base map, drawn from our own tables: districts, roads, subway. The same for everybody."""

from django.db.models import BinaryField, Func, QuerySet

from jiugai.accounts.models import Area
from jiugai.registry.models import BaseLine, BaseStation
from jiugai.registry.tiles.address import Where
from jiugai.registry.tiles.sql import Ground, Sql, TileGeometry, as_layer, rows_sql

STATION_ZOOM = 10
# zoom from which roads of a rank are drawn; 1 is the highest
ROAD_ZOOM = {1: 7, 2: 9, 3: 11, 4: 13}


class PointOnSurface(Func):
    """A point that surely lies inside: where the name stands. A tile without it draws no name."""

    function = "ST_PointOnSurface"
    output_field = BinaryField()


def areas(address: Where) -> list[Sql]:
    """Return districts (streets where a boundary is known, from zoom 12) as areas, and the place of their names."""
    levels = ["district"] if address.z < 12 else ["district", "street"]
    rows = Area.objects.filter(level__in=levels, boundary__bboverlaps=Ground(address))
    geom = TileGeometry("boundary", address=address)
    names = Area.objects.filter(level__in=levels, boundary__bboverlaps=Ground(address, 0))
    inside = TileGeometry(PointOnSurface("boundary"), address=address)
    return [
        as_layer("areas", rows_sql(rows.values("id", "code", "name", "level", geom=geom))),
        as_layer("area_names", rows_sql(names.values("id", "name", geom=inside))),
    ]


def roads(address: Where) -> list[Sql]:
    """Return roads, the small ones only near by."""
    highest = max((rank for rank, zoom in ROAD_ZOOM.items() if zoom <= address.z), default=0)
    if not highest:
        return []
    return [_lines("roads", BaseLine.objects.filter(kind=BaseLine.Kind.ROAD, rank__lte=highest), address)]


def subway(address: Where) -> list[Sql]:
    """Return subway lines, and stations near by."""
    lines = _lines("subway", BaseLine.objects.filter(kind=BaseLine.Kind.SUBWAY), address)
    if address.z < STATION_ZOOM:
        return [lines]
    rows = BaseStation.objects.filter(geom__bboverlaps=Ground(address))
    shape = TileGeometry("geom", address=address)
    return [lines, as_layer("stations", rows_sql(rows.values("name", shape=shape)), geometry="shape", with_id=False)]


def base(address: Where) -> list[Sql]:
    """Return the whole base map as one tile: one request instead of three."""
    return areas(address) + roads(address) + subway(address)


def _lines(name: str, rows: QuerySet[BaseLine], address: Where) -> Sql:
    near = rows.filter(geom__bboverlaps=Ground(address))
    shape = TileGeometry("geom", address=address)
    return as_layer(name, rows_sql(near.values("name", "rank", shape=shape)), geometry="shape", with_id=False)
