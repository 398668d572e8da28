"""Communities and buildings."""

from typing import Annotated, Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from ninja import Query, Router

from jiugai.accounts.guard import find
from jiugai.accounts.models import Area
from jiugai.domain.ownership import Group
from jiugai.registry.api.paging import (
    ERRORS,
    AreaCode,
    Box,
    Cursor,
    Id,
    Limit,
    Words,
    Year,
    actor_in,
    page,
    polygon,
)
from jiugai.registry.api.schemas import (
    LARGEST,
    BuildingDetail,
    BuildingOut,
    CommunityDetail,
    CommunityOut,
    Page,
)
from jiugai.registry.choices import BuildingType, HeightClass, Need, PlanMark, Provenance
from jiugai.registry.filters import community_word
from jiugai.registry.models import Building, BuildingValue, Community, CommunityValue, Entrance
from jiugai.web.tables.filters import words

router = Router(tags=["register"])


@router.get("/communities", response={200: Page[CommunityOut]} | ERRORS, operation_id="listCommunities")
def list_communities(
    request: HttpRequest,
    q: Words = None,
    area: AreaCode = None,
    built_from: Year = None,
    built_to: Year = None,
    ownership: Group | None = None,
    need: Need | None = None,
    plan: PlanMark | None = None,
    height: HeightClass | None = None,
    provenance: Provenance | None = None,
    bbox: Box = None,
    cursor: Cursor = 0,
    limit: Limit = 100,
) -> Any:
    """List communities in your area. All conditions must hold."""
    equal = {"ownership_group": ownership, "need": need, "plan_mark": plan, "height_class": height}
    rows = _communities(request).filter(_given(equal), _built(built_from, built_to), _placed(area, bbox))
    rows = rows.filter(_given({"provenance": provenance}))
    for word in words(q or ""):
        rows = rows.filter(community_word(word))
    return page(rows, cursor=cursor, limit=limit)


@router.get("/communities/{id}", response={200: CommunityDetail} | ERRORS, operation_id="getCommunity")
def get_community(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the parameter's public name
    """Return one community with its buildings and with every value in force and its source."""
    said = Prefetch("values", CommunityValue.objects.filter(withdrawn_at__isnull=True).select_related("source"))
    stands = Prefetch("buildings", Building.objects.filter(withdrawn_at__isnull=True).order_by("pk"))
    rows: Any = _communities(request)
    row: Any = find(rows.prefetch_related(said, stands, "aliases"), actor_in(request), pk=id)
    return _with(row, aliases=[a.name for a in row.aliases.all()], buildings=list(row.buildings.all()))


@router.get("/buildings", response={200: Page[BuildingOut]} | ERRORS, operation_id="listBuildings")
def list_buildings(
    request: HttpRequest,
    community: Annotated[int | None, Query(ge=1, le=LARGEST, description="Id of a community")] = None,
    area: AreaCode = None,
    built_from: Year = None,
    built_to: Year = None,
    building_type: BuildingType | None = None,
    has_lift: bool | None = None,
    bbox: Box = None,
    cursor: Cursor = 0,
    limit: Limit = 100,
) -> Any:
    """List buildings in your area. All conditions must hold."""
    equal = {"community_id": community, "building_type": building_type, "has_lift": has_lift}
    rows = _buildings(request).filter(_given(equal), _built(built_from, built_to), _placed(area, bbox))
    return page(rows, cursor=cursor, limit=limit)


@router.get("/buildings/{id}", response={200: BuildingDetail} | ERRORS, operation_id="getBuilding")
def get_building(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the parameter's public name
    """Return one building with its entrances and flats, and with every value in force and its source."""
    said = Prefetch("values", BuildingValue.objects.filter(withdrawn_at__isnull=True).select_related("source"))
    doors = Prefetch("entrances", Entrance.objects.prefetch_related("dwellings"))
    rows: Any = _buildings(request)
    row: Any = find(rows.prefetch_related(said, doors), actor_in(request), pk=id)
    entrances = [_with(e, dwellings=list(e.dwellings.all())) for e in row.entrances.all()]
    return _with(row, entrances=entrances)


def _communities(request: HttpRequest) -> QuerySet[Community]:
    rows = Community.objects.visible_to(actor_in(request)).filter(merged_into__isnull=True, withdrawn_at__isnull=True)
    return rows.select_related("area").defer("boundary", "search_text", "area__boundary")


def _buildings(request: HttpRequest) -> QuerySet[Building]:
    rows = Building.objects.visible_to(actor_in(request)).filter(withdrawn_at__isnull=True)
    return rows.filter(community__merged_into__isnull=True, community__withdrawn_at__isnull=True).defer("footprint")


def _given(conditions: dict[str, Any]) -> Q:
    return Q(**{name: value for name, value in conditions.items() if value is not None})


def _built(low: int | None, high: int | None) -> Q:
    return _given({"built_year__gte": low, "built_year__lte": high})


def _placed(area: str | None, bbox: str | None) -> Q:
    """Build the condition of place. An area code that does not exist holds nothing."""
    condition = _given({"point__bboverlaps": polygon(bbox) if bbox else None})
    if area is None:
        return condition
    path = Area.objects.filter(code=area).values_list("path", flat=True).first()
    return condition & (Q(area_path__startswith=path) if path else Q(pk__in=()))


class _With:
    """A row with some related rows already loaded in place of Django's managers."""

    def __init__(self, row: Any, related: dict[str, Any]) -> None:
        self._row, self._related = row, related

    def __getattr__(self, name: str) -> Any:
        if name in self._related:
            return self._related[name]
        return getattr(self._row, name)


def _with(row: Any, **related: Any) -> Any:
    lists = {"values": list(row.values.all())} if hasattr(row, "values") else {}
    return _With(row, lists | related)
