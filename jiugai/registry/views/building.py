"""Buildings of a community: the tab, one building's page, registering, flats, holdings."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.building import create_building, save_dwelling, withdraw_building
from jiugai.registry.actions.entrances import add_entrances
from jiugai.registry.actions.units import remove_holding, save_holding
from jiugai.registry.forms.building import BuildingForm, DwellingForm, EntrancesForm, HoldingForm, in_cm2
from jiugai.registry.models import Building, BuildingHolding, Dwelling, OwnerUnit
from jiugai.registry.queries import building as queries
from jiugai.registry.queries.file import standing
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put

# Two forms of one page have a field of the same name.
HOLDING_IDS = "holding_%s"


@require_safe
@needs(Permission.REGISTER_VIEW)
def community_buildings(request: HttpRequest, pk: int) -> HttpResponse:
    """List the buildings of a community; groups of sales records are named as such."""
    community = community_of(request, pk)
    buildings = list(standing(community))
    for building in buildings:
        building.class_words = queries.class_words(building.ownership_classes)  # type: ignore[attr-defined]
    context = {
        "buildings": buildings,
        "may_create": may(actor_of(request), Permission.REGISTER_CREATE, community),
        "surveyed": sum(1 for b in buildings if b.record == "surveyed"),
    }
    return page(request, community, "community-buildings", context)


def building_of(request: HttpRequest, pk: int) -> Building:
    """Return the building in the person's scope, or 404."""
    return find(Building.objects.select_related("community"), actor_of(request), pk=pk)


@require_safe
@needs(Permission.REGISTER_VIEW)
def building_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one building."""
    return building_page(request, pk)


def building_page(request: HttpRequest, pk: int, *, status: int = 200, **more: Any) -> HttpResponse:
    """Render a building's page; `more` carries forms with errors."""
    building, actor = building_of(request, pk), actor_of(request)
    answer = may(actor, Permission.REGISTER_EDIT, building)
    context = {
        "building": building,
        "b": queries.building_page(building),
        "head": {"may_edit": answer.allowed and building.withdrawn_at is None, "why_not": answer.reason},
        "may_create": may(actor, Permission.REGISTER_CREATE, building),
        "edit_base": f"/buildings/{building.pk}/facts/",
        "kind": "buildings",
        "pk": building.pk,
        "holding_form": HoldingForm(units=OwnerUnit.objects.visible_to(actor), auto_id=HOLDING_IDS),
        "entrances_form": EntrancesForm(),
        **more,
    }
    return render(request, "registry/file/building.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_CREATE)
def building_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a surveyed building."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.REGISTER_CREATE, community)
    form = BuildingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        made = _or_error(
            form,
            lambda: create_building(
                community=community,
                label=clean["label"],
                facts=form.facts(),
                entrances=clean["entrances"],
                actor=actor_of(request),
                reason=clean["reason"],
                on=timezone.localdate(),
            ),
        )
        if made:
            messages.success(request, f"已登记{made.label}，编号 {made.code}")
            return redirect("building-file", made.pk)
    context = {"form": form, "community": community}
    return render(request, "registry/file/building_new.html", context, status=422 if form.errors else 200)


def _or_error(form: Any, act: Callable[[], Any]) -> Any:
    """Do it; a refusal goes into the form, so that what was typed stays. Returns None when refused."""
    try:
        return act()
    except Refusal as refusal:
        put(form, refusal)
        return None


@require_POST
@needs(Permission.REGISTER_CREATE)
def building_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a building registered by mistake."""
    building = building_of(request, pk)
    withdraw_building(building=building, actor=actor_of(request), reason=reason_of(request))
    messages.success(request, f"{building.label}已撤回登记，历史里可以查到")
    return redirect("community-buildings", building.community_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def dwelling_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the class and area of one flat, in its place in the grid."""
    actor = actor_of(request)
    flat = find(Dwelling.objects.select_related("building"), actor, pk=pk)
    require(actor, Permission.REGISTER_EDIT, flat)
    form = DwellingForm(request.POST or None, initial={"ownership": flat.ownership, "area": flat.area_m2})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        saved = _or_error(
            form,
            lambda: save_dwelling(
                dwelling=flat,
                ownership=clean["ownership"],
                area_cm2=in_cm2(clean["area"]),
                actor=actor,
                reason=clean["reason"],
            ),
        )
        if saved:
            messages.success(request, f"{flat.number}的产权已更正")
            return _back(request, flat.building_id)
    status = 422 if form.errors else 200
    return _fragment(request, "flat_edit", {"form": form, "flat": flat, "building": flat.building}, status=status)


def _fragment(request: HttpRequest, name: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    """Render a part for htmx, or a page of its own."""
    part = f"registry/file/{name}.html"
    if request.headers.get("HX-Request") == "true":
        return render(request, part, context, status=status)
    back = f"/buildings/{context['building'].pk}/"
    return render(request, "registry/file/alone.html", {"part": part, "back": back, **context}, status=status)


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return to the building: in place for htmx, by redirect without."""
    if request.headers.get("HX-Request") != "true":
        return redirect("building-file", pk)
    response = building_page(request, pk)
    response.headers["HX-Retarget"] = "#file"
    response.headers["HX-Reselect"] = "#file"
    response.headers["HX-Reswap"] = "outerHTML show:none"
    return response


@require_POST
@needs(Permission.REGISTER_EDIT)
def entrances_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add entrances to a building on record."""
    building, form = building_of(request, pk), EntrancesForm(request.POST)
    if form.is_valid():
        added = _or_error(form, lambda: add_entrances(building=building, actor=actor_of(request), **form.cleaned_data))
        if added:
            messages.success(request, f"已加 {len(added)} 个单元，到 {added[-1]}单元")
            return redirect("building-file", pk)
    return building_page(request, pk, entrances_form=form, status=422)


@require_POST
@needs(Permission.REGISTER_EDIT)
def holding_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a property unit holds in a building."""
    building, actor = building_of(request, pk), actor_of(request)
    form = HoldingForm(request.POST, units=OwnerUnit.objects.visible_to(actor), auto_id=HOLDING_IDS)
    if form.is_valid():
        clean = form.cleaned_data
        saved = _or_error(
            form,
            lambda: save_holding(
                building=building,
                unit=clean["unit"],
                area_cm2=in_cm2(clean["area"]),
                dwellings=clean["dwellings"],
                actor=actor,
                reason=clean["reason"],
            ),
        )
        if saved:
            messages.success(request, f"已登记{clean['unit'].name}的持有")
            return redirect("building-file", pk)
    return building_page(request, pk, holding_form=form, status=422)


@require_POST
@needs(Permission.REGISTER_EDIT)
def holding_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a holding away, with the reason."""
    actor = actor_of(request)
    holding = find(BuildingHolding.objects.select_related("building", "unit"), actor, pk=pk)
    remove_holding(holding=holding, actor=actor, reason=reason_of(request))
    messages.success(request, f"已去掉{holding.unit.name}的持有")
    return redirect("building-file", holding.building_id)
