"""The map page and the fragments and figures it asks for."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, logged_in, needs
from jiugai.accounts.permissions import Permission
from jiugai.registry import map_page
from jiugai.registry.actions.export_map import export_map
from jiugai.registry.actions.saving import save_view
from jiugai.registry.legend import legend
from jiugai.registry.models import Community
from jiugai.registry.queries import map_card, map_counts
from jiugai.web.downloads import disposition


@require_safe
@logged_in
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the map, where their day starts."""
    return redirect("map")


@require_safe
@needs(Permission.REGISTER_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """Show the map with the list beside it."""
    return render(request, "registry/map/page.html", map_page.page_context(request.GET, actor_of(request)))


@require_safe
@needs(Permission.REGISTER_VIEW)
def side(request: HttpRequest) -> HttpResponse:
    """Answer the list for other conditions, or its next page."""
    name = "rows" if request.GET.get("after") else "side"
    context = map_page.side_context(request.GET, actor_of(request))
    return render(request, f"registry/map/{name}.html", context)


@require_safe
@needs(Permission.REGISTER_VIEW)
def counts(request: HttpRequest) -> JsonResponse:
    """Answer what the legend counts inside `bbox`."""
    actor = actor_of(request)
    by = legend(request.GET.get("by", ""), actor)
    return JsonResponse(map_counts.legend_counts(params=request.GET, actor=actor, legend=by))


@require_safe
@needs(Permission.REGISTER_VIEW)
def extent(request: HttpRequest) -> JsonResponse:
    """Answer the box around what meets the conditions."""
    box = map_counts.home_box(actor=actor_of(request), params=request.GET)
    return JsonResponse({"box": box})


@require_safe
@needs(Permission.REGISTER_VIEW)
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the card of one community."""
    community = find(Community.objects.select_related("area"), actor_of(request), pk=pk)
    return render(request, "registry/map/card.html", {"card": map_card.card(community, actor_of(request))})


@require_POST
@needs(Permission.EXPORT)
def export(request: HttpRequest) -> HttpResponse:
    """Hand out a file of what meets the posted conditions."""
    kind, params = request.POST.get("kind", ""), map_page.conditions_of(request.POST.get("query", ""))
    made = export_map(kind=kind, params=params, actor=actor_of(request), now=timezone.localtime())
    headers = {"Content-Disposition": disposition(made.name)}
    return HttpResponse(made.content, content_type=made.media_type, headers=headers)


@require_POST
@needs(Permission.REGISTER_VIEW)
def save(request: HttpRequest) -> HttpResponse:
    """Keep the conditions under a name; answer the list of saved views."""
    actor = actor_of(request)
    view = save_view(
        register=map_page.REGISTER,
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        shared=False,
        actor=actor,
        replace=True,
    )
    context: dict[str, Any] = {"saved": map_page.saved_views(actor), "just_saved": view.pk}
    return render(request, "registry/map/saved.html", context)
