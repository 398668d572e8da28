"""Areas, bodies and sources."""

from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from ninja import Path, Query, Router

from jiugai.accounts.guard import find
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.models.organisations import called
from jiugai.registry.api.paging import ERRORS, AreaCode, Cursor, Id, Limit, actor_in, page
from jiugai.registry.api.schemas import AreaOut, OrganisationDetail, OrganisationOut, Page, SourceOut
from jiugai.registry.models import Source

router = Router(tags=["places and bodies"])
Name = Annotated[str | None, Query(max_length=160, pattern=r"^[^\x00-\x1f]*$", description="Any name, or the code")]


@router.get("/areas", response={200: Page[AreaOut]} | ERRORS, operation_id="listAreas")
def list_areas(
    request: HttpRequest,
    level: Area.Level | None = None,
    parent: AreaCode = None,
    cursor: Cursor = 0,
    limit: Limit = 100,
) -> Any:
    """List areas: city, districts, streets, residents' committees. The tree is public knowledge."""
    rows = _areas()
    if level:
        rows = rows.filter(level=level)
    if parent:
        rows = rows.filter(parent__code=parent)
    return page(rows, cursor=cursor, limit=limit)


@router.get("/areas/{code}", response={200: AreaOut} | ERRORS, operation_id="getArea")
def get_area(request: HttpRequest, code: Annotated[str, Path(pattern=r"^[0-9A-Z]{3,12}$")]) -> Any:
    """Return one area."""
    area = _areas().filter(code=code).first()
    if area is None:
        raise Http404
    return area


@router.get("/organisations", response={200: Page[OrganisationOut]} | ERRORS, operation_id="listOrganisations")
def list_organisations(
    request: HttpRequest,
    kind: Organisation.Kind | None = None,
    area: AreaCode = None,
    name: Name = None,
    cursor: Cursor = 0,
    limit: Limit = 100,
) -> Any:
    """List the bodies of your area and those above it. `name` also finds former names."""
    condition = Q(kind=kind) if kind else Q()
    if area:
        path = Area.objects.filter(code=area).values_list("path", flat=True).first()
        condition &= Q(area_path__startswith=path) if path else Q(pk__in=())
    if name:
        condition &= called(name)
    return page(_bodies(request).filter(condition), cursor=cursor, limit=limit)


@router.get("/organisations/{id}", response={200: OrganisationDetail} | ERRORS, operation_id="getOrganisation")
def get_organisation(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - the parameter's public name
    """Return one body with the names it has or had."""
    return find(_bodies(request).prefetch_related("names"), actor_in(request), pk=id)  # type: ignore[arg-type]


@router.get("/sources", response={200: list[SourceOut]} | ERRORS, operation_id="listSources")
def list_sources(request: HttpRequest) -> Any:
    """List the sources of facts with their licences."""
    return list(Source.objects.all())


def _areas() -> QuerySet[Area]:
    return Area.objects.select_related("parent").defer("boundary", "parent__boundary")


def _bodies(request: HttpRequest) -> QuerySet[Organisation]:
    return Organisation.objects.visible_to(actor_in(request)).select_related("area").defer("area__boundary")
