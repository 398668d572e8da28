"""The city as dots behind the log-in form: only what is public anyway, the same for everybody."""

from typing import Any

from django.contrib.gis.geos import Polygon

from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.models import BaseLine, Community, CommunityValue, Source

BOX = (116.19, 39.76, 116.60, 40.06)  # up to the fifth ring, where the picture is dense
DECIMALS = 4  # about 10 m, finer than a dot
MAIN_RANKS = (1, 2)


def picture() -> dict[str, Any]:
    """Return the box, communities as [lon, lat, official], and roads, in degrees of CGCS2000."""
    box = Polygon.from_bbox(BOX)
    box.srid = 4490
    lines = BaseLine.objects.filter(kind=BaseLine.Kind.ROAD, rank__in=MAIN_RANKS, geom__bboverlaps=box)
    roads = [{"line": [_short(p) for p in line.geom], "main": line.rank == 1} for line in lines]
    return {"box": BOX, "points": _points(box), "roads": roads}


def _points(box: Polygon) -> list[list[float]]:
    values = CommunityValue.objects.filter(source__mark=Source.Mark.OFFICIAL, withdrawn_at__isnull=True)
    official = set(values.values_list("community_id", flat=True))
    rows = Community.objects.current().filter(
        point__bboverlaps=box, position_state=PositionState.GOOD, provenance=Provenance.REAL
    )
    return [[*_short(point), int(pk in official)] for pk, point in rows.values_list("pk", "point")]


def _short(point: Any) -> list[float]:
    return [round(point[0], DECIMALS), round(point[1], DECIMALS)]
