"""Property units: those of a community, the list of all, and their form."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.units import save_unit
from jiugai.registry.forms.building import UnitForm
from jiugai.registry.models import Building, OwnerUnit
from jiugai.registry.queries import units as queries
from jiugai.registry.queries.composition import composition, pilot_words
from jiugai.registry.views.building import building_of
from jiugai.registry.views.file import community_of, page
from jiugai.web.parts.paging import pager
from jiugai.web.refusing import put

PAGE = 50


@require_safe
@needs(Permission.REGISTER_VIEW)
def community_units(request: HttpRequest, pk: int) -> HttpResponse:
    """List what property units hold in a community, by unit, with the community's composition."""
    community = community_of(request, pk)
    context = {
        "holdings": queries.holdings_of(community),
        "composition": composition(community),
        "pilot": pilot_words(community),
    }
    return page(request, community, "community-units", context)


@require_safe
@needs(Permission.REGISTER_VIEW)
def unit_list(request: HttpRequest) -> HttpResponse:
    """List property units with what they hold in the person's areas."""
    actor, text = actor_of(request), request.GET.get("q", "").strip()
    found = Paginator(queries.units_with_holdings(actor, text=text), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [queries.shown(unit) for unit in found.object_list],
        "text": text,
        "pager": pager(found, "个", q=text),
        "may_edit": may(actor, Permission.REGISTER_EDIT),
    }
    return render(request, "registry/file/unit_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def unit_new(request: HttpRequest) -> HttpResponse:
    """Register a property unit in the person's own area."""
    return _unit_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def unit_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a property unit."""
    unit = find(OwnerUnit.objects.all(), actor_of(request), pk=pk)
    require(actor_of(request), Permission.REGISTER_EDIT, unit)
    return _unit_form(request, unit)


def _building(request: HttpRequest) -> Building | None:
    """Return the building from whose page the person comes, if any. Raises Http404 outside of the scope."""
    number = request.GET.get("building", "")
    return building_of(request, int(number)) if number.isdecimal() and len(number) < 19 else None


def _unit_form(request: HttpRequest, unit: OwnerUnit | None) -> HttpResponse:
    actor = actor_of(request)
    initial = {"name": unit.name, "ownership": unit.ownership} if unit else {}
    places = queries.places_for(actor, unit=unit, building=_building(request))
    form = UnitForm(request.POST or None, initial=initial, places=places)
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_unit(unit=unit, actor=actor, **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已保存产权单位“{saved.name}”")
            return redirect("unit-list")
    context = {"form": form, "unit": unit, "back": reverse("unit-list")}
    return render(request, "registry/file/unit_form.html", context, status=422 if form.errors else 200)
