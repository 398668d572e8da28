"""Layers of the map as GeoJSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query, Router

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.registry.api.paging import ERRORS, Box, Cursor, actor_in, polygon
from jiugai.registry.api.schemas import FeaturesOut, LayerOut
from jiugai.registry.models import BaseLine, BaseStation, Building, Community

router = Router(tags=["map layers"])
MOST_FEATURES = 1000
DECIMALS = 6  # about 0.1 m
OWN = "各来源见 sources；公开抓取的部分为非官方"
OSM = "© OpenStreetMap contributors (ODbL)"


@dataclass(frozen=True)
class Layer:
    """A layer: its rows for an actor, the geometry column and the attributes that go with it."""

    key: str
    title: str
    shape: str
    column: str
    rows: Callable[[Actor], QuerySet[Any]]
    attributes: tuple[str, ...]
    attribution: str = OWN
    tiles: bool = False


LAYERS = {
    layer.key: layer
    for layer in (
        Layer(
            "communities", "小区", "Point", "point",
            lambda actor: Community.objects.visible_to(actor).filter(
                merged_into__isnull=True, withdrawn_at__isnull=True
            ),
            ("code", "name", "ownership_group", "need", "height_class", "built_year", "position_state", "provenance"),
            tiles=True,
        ),
        Layer(
            "buildings", "楼栋", "Point", "point",
            lambda actor: Building.objects.visible_to(actor).filter(withdrawn_at__isnull=True),
            ("code", "label", "community_id", "built_year", "storeys", "has_lift", "provenance"),
            tiles=True,
        ),
        Layer(
            "districts", "区界", "MultiPolygon", "boundary",
            lambda actor: Area.objects.filter(level=Area.Level.DISTRICT, boundary__isnull=False),
            ("code", "name"), "高德地图行政区划，非官方",
        ),
        Layer(
            "roads", "道路", "LineString", "geom", lambda actor: BaseLine.objects.filter(kind=BaseLine.Kind.ROAD),
            ("name", "rank"), f"{OSM}，2012—2013年",
        ),
        Layer(
            "subway", "地铁线", "LineString", "geom", lambda actor: BaseLine.objects.filter(kind=BaseLine.Kind.SUBWAY),
            ("name",), OSM,
        ),
        Layer("stations", "地铁站", "Point", "geom", lambda actor: BaseStation.objects.all(), ("name",), OSM),
    )
}  # fmt: skip
FeatureLimit = Annotated[int, Query(ge=1, le=MOST_FEATURES)]


@router.get("/layers", response={200: list[LayerOut]} | ERRORS, operation_id="listLayers")
def list_layers(request: HttpRequest) -> Any:
    """List the layers of the map."""
    return [_about(layer) for layer in LAYERS.values()]


@router.get("/layers/{key}", response={200: LayerOut} | ERRORS, operation_id="getLayer")
def get_layer(request: HttpRequest, key: str) -> Any:
    """Describe one layer."""
    return _about(_layer(key))


@router.get("/layers/{key}/features", response={200: FeaturesOut} | ERRORS, operation_id="listFeatures")
def list_features(
    request: HttpRequest, key: str, bbox: Box = None, cursor: Cursor = 0, limit: FeatureLimit = 500
) -> Any:
    """Return features of a layer in your area as GeoJSON, those with a geometry only."""
    layer = _layer(key)
    rows = layer.rows(actor_in(request)).filter(pk__gt=cursor, **{f"{layer.column}__isnull": False})
    if bbox:
        rows = rows.filter(**{f"{layer.column}__bboverlaps": polygon(bbox)})
    shaped = rows.annotate(geojson=AsGeoJSON(layer.column, precision=DECIMALS)).order_by("pk")
    found = list(shaped.values("pk", "geojson", *layer.attributes)[: limit + 1])
    more = len(found) > limit
    return {
        "type": "FeatureCollection",
        "features": [_feature(row) for row in found[:limit]],
        "next": found[limit - 1]["pk"] if more else None,
    }


def _layer(key: str) -> Layer:
    if key not in LAYERS:
        raise Http404
    return LAYERS[key]


def _about(layer: Layer) -> dict[str, Any]:
    return {
        "key": layer.key,
        "title": layer.title,
        "geometry": layer.shape,
        "crs": "EPSG:4490",
        "attributes": list(layer.attributes),
        "attribution": layer.attribution,
        "features": f"/api/v1/layers/{layer.key}/features",
        "tiles": f"/tiles/{layer.key}/{{z}}/{{x}}/{{y}}.mvt" if layer.tiles else None,
    }


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    number, geometry = row.pop("pk"), json.loads(row.pop("geojson"))
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": row}
