"""Saved views and the global search. The lists themselves come from their declarations in `registry.tables`."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jiugai.accounts.guard import actor_of, logged_in, needs
from jiugai.accounts.permissions import Permission
from jiugai.registry.actions.saving import change_view, remove_view, save_view
from jiugai.registry.models import SavedView
from jiugai.registry.queries.searching import search_everything


@require_POST
@logged_in
def save(request: HttpRequest) -> HttpResponseBase:
    """Keep the list's conditions, order and columns under a name."""
    back = _back(request.POST.get("to", ""))
    view = save_view(
        register=request.POST.get("register", "")[:40],
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        shared=bool(request.POST.get("shared")),
        actor=actor_of(request),
    )
    return redirect(f"{back}?{view.query}")


@require_POST
@logged_in
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Rename, share or remove one's own saved view."""
    view = SavedView.objects.filter(pk=pk, user=actor_of(request).user_id).first()
    if view is None:
        raise Http404
    if request.POST.get("do") == "delete":
        remove_view(view=view)
    else:
        shared = bool(request.POST.get("shared"))
        change_view(view=view, name=request.POST.get("name", ""), shared=shared, actor=actor_of(request))
    return redirect(f"{_home(view)}?{request.POST.get('back', '')}")


def _home(view: SavedView) -> str:
    return reverse({"buildings": "building-list"}.get(view.register, "community-list"))


def _back(address: str) -> str:
    """Return the address of a list of ours; anything else leads to the communities."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address.partition("?")[0] if ours else reverse("community-list")


@require_GET
@needs(Permission.REGISTER_VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """Show everything that the words of the search find, by kind."""
    return render(request, "registry/lists/search.html", _found(request, limit=20))


@require_GET
@needs(Permission.REGISTER_VIEW)
def suggest(request: HttpRequest) -> HttpResponse:
    """Show the first few finds under the search field."""
    return render(request, "registry/lists/suggest.html", _found(request, limit=5))


def _found(request: HttpRequest, *, limit: int) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:100]
    return {"search_text": text, "groups": search_everything(text=text, actor=actor_of(request), limit=limit)}
