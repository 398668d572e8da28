"""The five types over an area, and window guards from a workbook."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.five_types import Problem
from jiugai.governance.actions.guard_import import save_guards
from jiugai.governance.forms import guard_row_form
from jiugai.governance.queries.overview import overview
from jiugai.matters.views.importing import hand_out, take_in

MAP = urlencode([*(("kind", problem.value) for problem in Problem), ("time", "open")])


@require_safe
@needs(Permission.MATTER_VIEW)
def governance(request: HttpRequest) -> HttpResponse:
    """Show districts, streets or communities with what is open; each row leads a level down."""
    actor = actor_of(request)
    area = _area(request)
    context = {
        "o": overview(actor, area=area, on=timezone.localdate()),
        "area": area,
        "above": _above(area, actor.home),
        "problems": list(Problem),
        "map_url": f"/matters/map/?{MAP}",
        "may_record": may(actor, Permission.INVENTORY_RECORD),
    }
    return render(request, "governance/overview.html", context)


def _area(request: HttpRequest) -> Area:
    """Return the area the address names, within the person's own; 404 for one outside."""
    home, rows = actor_of(request).home, Area.objects.defer("boundary")
    code = request.GET.get("area", "")
    if not code:
        return get_object_or_404(rows, path=home)
    return get_object_or_404(rows, code=code, path__startswith=home)


def _above(area: Area, home: str) -> list[Area]:
    """Return the areas around it, down from the person's own."""
    parts = area.path.strip("/").split("/")
    paths = ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts))]
    return list(
        Area.objects.filter(path__in=[p for p in paths if p.startswith(home)]).defer("boundary").order_by("path")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INVENTORY_RECORD)
def guard_import(request: HttpRequest) -> HttpResponse:
    """Take in a workbook of window guards, or show each wrong cell with its place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        return f"已登记 {save_guards(forms=rows, actor=actor, now=timezone.now())} 户外窗护栏"

    return take_in(request, guard_row_form(actor), write=write, name="guard", label="外窗护栏")


@require_safe
@needs(Permission.INVENTORY_RECORD)
def guard_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(guard_row_form(actor_of(request)), label="外窗护栏")
