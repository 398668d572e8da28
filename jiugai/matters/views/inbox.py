"""The inbox."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.lists import places, read_state, request_query, rights
from jiugai.accounts.permissions import Permission
from jiugai.matters.inbox import INBOX
from jiugai.matters.queries import inbox as load
from jiugai.web.tables.page import Chip, heads, menus, more_menu, none_title
from jiugai.web.tables.saved import views_of
from jiugai.web.tables.state import COLUMNS, DEFAULT_COLUMNS, State


@require_safe
@needs(Permission.MATTER_VIEW)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what lies with the person, most pressing first; to htmx only what changes."""
    state, actor = read_state(request, INBOX), actor_of(request)
    part = request.headers.get("HX-Target") == "list"
    context = _context(state, actor) | load.sides(state, actor) | {"part": part}
    response = render(request, "matters/inbox_list.html" if part else "matters/inbox.html", context)
    patch_vary_headers(response, ["HX-Target"])
    if part:
        response.headers["HX-Push-Url"] = f"{reverse('inbox-list')}{request_query(request, state)}"
    return response


def _context(state: State, actor: Actor) -> dict[str, Any]:
    """Return what the list of the inbox shows."""
    found = load.find(state, actor)
    conditions = INBOX.filters.describe(state.conditions, actor)
    return {
        "table": INBOX,
        "state": state,
        "found": found,
        "heads": heads(state),
        "chips": [Chip(c.label, state.url_without(c)) for c in conditions],
        "menus": menus(state, conditions),
        "more": more_menu(state, conditions),
        "all_columns": [(column, column in state.columns) for column in INBOX.columns],
        "none_title": none_title(state, conditions),
        "saved": views_of(INBOX.key, actor),
        "csv_query": state.url(format="csv"),
        "default_columns_url": state.url(**{COLUMNS: DEFAULT_COLUMNS}),
        "total": {"words": found.total},
        "previous_url": state.url(before=found.page.previous) if found.page.previous else "",
        "next_url": state.url(after=found.page.next) if found.page.next else "",
        **places(INBOX),
        **rights(state, actor),
    }
