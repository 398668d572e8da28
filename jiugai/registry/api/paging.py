"""Paging by the last id seen, and the parameters that many operations share."""

from typing import Annotated, Any, TypeVar

from django.contrib.gis.geos import Polygon
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Path, Query

from jiugai.accounts.actor import Actor
from jiugai.registry.api.schemas import LARGEST, Problem

M = TypeVar("M", bound=Model)
MOST = 500
NUMBER = r"-?[0-9]{1,3}(\.[0-9]{1,8})?"
CGCS2000 = 4490

Cursor = Annotated[int, Query(ge=0, le=LARGEST, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]
Id = Annotated[int, Path(ge=1, le=LARGEST)]
AreaCode = Annotated[str | None, Query(pattern=r"^[0-9A-Z]{3,12}$", description="Code of an area; all below it too")]
Year = Annotated[int | None, Query(ge=1850, le=2100)]
Words = Annotated[str | None, Query(max_length=100)]
Box = Annotated[
    str | None,
    Query(
        pattern=rf"^{NUMBER}(,{NUMBER}){{3}}$",
        description="west,south,east,north in degrees of CGCS2000",
        examples=["116.3,39.8,116.5,40.0"],
    ),
]

ERRORS: dict[Any, Any] = dict.fromkeys((401, 403, 404, 422, 429, 500), Problem)


def actor_in(request: HttpRequest) -> Actor:
    """Return who was let in."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor


def page(rows: QuerySet[M], *, cursor: int, limit: int) -> dict[str, Any]:
    """Return one page in the order of ids and where the next begins."""
    found = list(rows.filter(pk__gt=cursor).order_by("pk")[: limit + 1])
    more = len(found) > limit
    return {"items": found[:limit], "next": found[limit - 1].pk if more else None}


def polygon(box: str) -> Polygon:
    """Return the rectangle of a `bbox` parameter; one turned inside out holds nothing."""
    west, south, east, north = (float(part) for part in box.split(","))
    shape = Polygon.from_bbox((west, south, east, north))
    shape.srid = CGCS2000
    return shape
