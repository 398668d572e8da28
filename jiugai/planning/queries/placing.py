"""A small map beside the board: where the projects lie, drawn on the server from the district's own outline."""

from math import cos, radians
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon

from jiugai.accounts.models import Area
from jiugai.planning.models import PlanVersion
from jiugai.planning.queries.board import COLOURS, Board
from jiugai.registry.models import BaseLine

WIDTH, HEIGHT, EDGE = 300, 220, 10
MOST = 600
MAIN_ROADS = 2
MOST_ROADS = 800


def points_of(version: PlanVersion, board: Board) -> dict[str, Any]:
    """Return the outline and a dot per project with a known place; those on the page are named."""
    from jiugai.planning.scoring import loaded

    told = loaded(version).told.get("projects", {})
    starts = board.draft.starts() if board.draft else version.starts
    known = [(code, one) for code, one in told.items() if one.get("point")][:MOST]
    if not known:
        return {"dots": [], "outline": "", "roads": [], "width": WIDTH, "height": HEIGHT}
    area = Area.objects.filter(pk=version.scenario.area_id).first()
    outline = _rings(area.boundary) if area and area.boundary else []
    xs = [x for ring in outline for x, _ in ring] or [one["point"][0] for _, one in known]
    ys = [y for ring in outline for _, y in ring] or [one["point"][1] for _, one in known]
    place = _plane(min(xs), max(xs), min(ys), max(ys))
    dots = [
        {"x": x, "y": y, "code": code, "title": one["title"], "colour": COLOURS.get(str(one.get("kind")), "si"),
         "in": code in starts}
        for code, one in known for x, y in [place(*one["point"])]
    ]  # fmt: skip
    roads = _roads(area.boundary, place) if area and area.boundary else []
    paths = ["M" + "L".join(f"{x} {y}" for x, y in (place(*p) for p in ring)) + "Z" for ring in outline]
    return {"dots": dots, "outline": "".join(paths), "roads": roads, "width": WIDTH, "height": HEIGHT}


def _roads(shape: Any, place: Any) -> list[dict[str, Any]]:
    """Return the main roads of an area as paths, the greatest first."""
    rows = BaseLine.objects.filter(kind=BaseLine.Kind.ROAD, rank__lte=MAIN_ROADS, geom__intersects=shape)
    found: dict[tuple[int, str], list[str]] = {}
    for road in rows.order_by("rank", "pk")[:MOST_ROADS]:
        line: Any = road.geom.simplify(0.0008)
        path = "M" + "L".join(f"{x} {y}" for x, y in (place(lon, lat) for lon, lat, *_ in line.coords))
        found.setdefault((road.rank, road.name), []).append(path)
    return [{"rank": rank, "name": name, "path": "".join(paths)} for (rank, name), paths in found.items()]


def _rings(shape: Any) -> list[list[tuple[float, float]]]:
    simple = shape.simplify(0.003, preserve_topology=True)
    parts: Any = simple if isinstance(simple, MultiPolygon) else [simple] if isinstance(simple, Polygon) else []
    return [[(x, y) for x, y, *_ in part.exterior_ring.coords] for part in parts]


def _plane(west: float, east: float, south: float, north: float) -> Any:
    narrow = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * EDGE) / max((east - west) * narrow, 1e-6), (HEIGHT - 2 * EDGE) / max(north - south, 1e-6))
    left = (WIDTH - (east - west) * narrow * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def place(lon: float, lat: float) -> tuple[float, float]:
        return round(left + (lon - west) * narrow * scale, 1), round(top + (north - lat) * scale, 1)

    return place
