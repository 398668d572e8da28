"""Opening a matter of a kind by its form."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find
from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.matters import actions, showing
from jiugai.matters.forms.entry import entry_form
from jiugai.matters.kinds import Kind
from jiugai.matters.queries.file import bodies_near
from jiugai.registry.models import Community
from jiugai.web.refusing import put


@require_http_methods(["GET", "HEAD", "POST"])
def matter_new(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Show the form of a kind, or open a matter from what came back."""
    actor, community = actor_of(request), given_community(request)
    form = entry_form(kind, actor=actor, community=community)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = open_from(form, kind, actor=actor, community=community)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已登记{kind.label} {made.number}{_due(made)}")
            return redirect("matter-file", made.pk)
    context = {"form": form, "kind": kind, "community": community, "bodies": bodies_near(_path(actor, community))}
    return render(request, "matters/form.html", context, status=422 if form.errors else 200)


def open_from(form: Any, kind: Kind, *, actor: Actor, community: Community | None) -> Any:
    """Open a matter from a valid form; without a community it lies in the actor's own area."""
    where = community or form.cleaned_data.get("community")
    area = None if where is not None else home_area(actor)
    return actions.open_matter(
        model=kind.model, values=form.values(), community=where, area=area, actor=actor, now=timezone.now()
    )


def home_area(actor: Actor) -> Area | None:
    """Return the smallest area that holds all the actor's areas."""
    return Area.objects.filter(path=actor.home).defer("boundary").first()


def given_community(request: HttpRequest) -> Community | None:
    """Return the community that the address names, or None; 404 for one outside of scope."""
    text = request.GET.get("community", "")
    if not text.isdecimal() or len(text) > 18:
        return None
    return find(Community.objects.select_related("area"), actor_of(request), pk=int(text))


def _path(actor: Actor, community: Community | None) -> str:
    return community.area_path if community else actor.home


def _due(made: Any) -> str:
    return f"，{showing.due_words(made.due_on, provisional=made.due_provisional)}" if made.due_on else ""
