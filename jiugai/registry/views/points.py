"""The city as dots behind the log-in form: only what is public anyway, the same for everybody."""

from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.guard import public
from jiugai.accounts.scope import scoped
from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.models import BaseLine, Community, CommunityValue, Source

BOX = (116.19, 39.76, 116.60, 40.06)  # up to the fifth ring, where the picture is dense
DECIMALS = 4  # about 10 m, finer than a dot
MAIN_RANKS = (1, 2)
KEPT_SECONDS = 3600
KEY = "login-points"


@public
@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def login_points(request: HttpRequest) -> JsonResponse:
    """Return roads and communities as `login.js` draws them."""
    data = cache.get(KEY)
    if data is None:
        with scoped(SYSTEM):
            data = _picture()
        cache.set(KEY, data, KEPT_SECONDS)
    return JsonResponse(data)


def _picture() -> dict[str, Any]:
    box = Polygon.from_bbox(BOX)
    box.srid = 4490
    official = set(
        CommunityValue.objects.filter(source__mark=Source.Mark.OFFICIAL, withdrawn_at__isnull=True).values_list(
            "community_id", flat=True
        )
    )
    rows = Community.objects.current().filter(
        point__bboverlaps=box, position_state=PositionState.GOOD, provenance=Provenance.REAL
    )
    points = [[*_short(point), int(pk in official)] for pk, point in rows.values_list("pk", "point")]
    lines = BaseLine.objects.filter(kind=BaseLine.Kind.ROAD, rank__in=MAIN_RANKS, geom__bboverlaps=box)
    roads = [{"line": [_short(p) for p in line.geom], "main": line.rank == 1} for line in lines]
    return {"box": BOX, "points": points, "roads": roads}


def _short(point: Any) -> list[float]:
    return [round(point[0], DECIMALS), round(point[1], DECIMALS)]
