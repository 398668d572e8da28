"""The map of a kind: its dots under the conditions of its list."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jiugai.accounts.guard import actor_of
from jiugai.matters.kinds import Kind, kinds
from jiugai.matters.queries.points import points
from jiugai.web.tables.params import to_query
from jiugai.web.tables.table import Table

CITY_BOX = [[115.41, 39.43], [117.51, 41.06]]


@require_safe
def matter_map(request: HttpRequest, table: Table, kind: Kind | None = None) -> HttpResponse:
    """Show the page, of one kind or of all; the dots come by their own address."""
    actor = actor_of(request)
    query = to_query(table.filters.canonical(request.GET))
    config: dict[str, Any] = {
        "points": f"{reverse(f'{table.name}-points')}?{query}",
        "file": reverse("matter-file", args=[0]),
        "box": CITY_BOX,
        "classes": [] if kind else [{"value": k.code, "label": k.label, "colour": k.of.colour} for k in kinds()],
    }
    chips = [condition.label for condition in table.filters.describe(request.GET, actor)]
    context = {
        "label": kind.label if kind else table.title,
        "config": config,
        "chips": chips,
        "list_url": f"{reverse(f'{table.name}-list')}?{query}",
    }
    return render(request, "matters/map.html", context)


@require_safe
def matter_points(request: HttpRequest, table: Table) -> JsonResponse:
    """Answer the dots as GeoJSON."""
    return JsonResponse(points(table, request.GET, actor=actor_of(request)), content_type="application/geo+json")
