"""The file of one community (一区一档): its tabs, and correcting a fact in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, may_open, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.models import Community
from jiugai.registry.queries import file as queries
from jiugai.registry.queries.history import changes
from jiugai.registry.queries.timeline import LINES

TABS = (
    ("community-file", "概况", ""),
    ("community-buildings", "楼栋", "buildings"),
    ("community-units", "产权单位", "units"),
    ("community-people", "人员", "people"),
    ("community-documents", "材料", "documents"),
    ("community-history", "历史", ""),
)


def community_of(request: HttpRequest, pk: int) -> Community:
    """Return the community in the person's scope, or 404."""
    return find(Community.objects.select_related("area", "merged_into"), actor_of(request), pk=pk)


def page(
    request: HttpRequest,
    community: Community,
    tab: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    template: str = "",
) -> HttpResponse:
    """Render a tab of the file with its head; other parts name their `template`, which extends the file's base."""
    actor = actor_of(request)
    head = context.get("head") or queries.head_of(community, actor=actor, on=timezone.localdate())
    base = {
        "head": head,
        "community": community,
        "tabs": _tabs(head, community, tab, actor),
        "may_read": may(actor, Permission.DOCUMENT_VIEW, community),
        "kind": "communities",
        "pk": community.pk,
        "edit_base": f"/communities/{community.pk}/facts/",
    }
    template = template or f"registry/file/{tab.removeprefix('community-')}.html"
    return render(request, template, base | context, status=status)


def _tabs(head: queries.Head, community: Community, tab: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the tabs the actor may open; those of other parts stand behind the first."""
    addresses = {name: reverse(name, args=[community.pk]) for name, *_ in TABS}
    tabs = [
        {"label": label, "url": addresses[name], "current": name == tab, "count": head.counts.get(counted)}
        for name, label, counted in TABS
        if may_open(actor, addresses[name])
    ]
    tabs[1:1] = [_added(one, community, tab) for one in head.tabs]
    return tabs


def _added(one: dict[str, Any], community: Community, tab: str) -> dict[str, Any]:
    return {**one, "url": reverse(one["name"], args=[community.pk]), "current": one["name"] == tab}


@require_safe
@needs(Permission.REGISTER_VIEW)
def community_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the first page: facts with their sources, next gate, timeline, people, documents."""
    return overview_page(request, community_of(request, pk))


def overview_page(request: HttpRequest, community: Community, **more: Any) -> HttpResponse:
    """Render the first page; `more` carries what a correction adds."""
    actor = actor_of(request)
    shown = queries.overview(community, actor=actor, on=timezone.localdate())
    context = {
        "o": shown,
        "head": shown.head,
        "may_upload": may(actor, Permission.DOCUMENT_UPLOAD, community),
        "may_see_people": may(actor, Permission.PEOPLE_VIEW, community),
        **more,
    }
    return page(request, community, "community-file", context)


@require_safe
@needs(Permission.REGISTER_VIEW)
def community_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole timeline, by business line, and every change of every fact."""
    community, actor, on = community_of(request, pk), actor_of(request), timezone.localdate()
    line = request.GET.get("line", "")
    chosen = line if line in dict(LINES) else ""
    context = {
        "events": queries.events_of(community, actor=actor, on=on, line=chosen),
        "lines": [{"code": code, "label": label, "current": code == chosen} for code, label in LINES],
        "changes": changes(community, areas=queries.areas_by_key(community)),
        "may_withdraw": community.withdrawn_at is None and may(actor, Permission.REGISTER_CREATE, community),
    }
    return page(request, community, "community-history", context)


def done(request: HttpRequest, words: str) -> None:
    """Say on the next page what was done."""
    messages.success(request, words)
