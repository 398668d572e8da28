"""Assigning a community to a street or residents' committee, from its file."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.assigning import assign_area
from jiugai.registry.forms.assigning import AssignForm
from jiugai.registry.models import Community
from jiugai.registry.queries.areas import places_for
from jiugai.registry.streets import StreetHint, how_placed
from jiugai.registry.views.file import community_of


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def community_area(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask where to and why; assign."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.REGISTER_EDIT, community)
    hint = how_placed(community).hint
    places = places_for(actor_of(request), community.area_path)
    form = AssignForm(request.POST or None, places=places, initial=_opening(community, hint))
    if request.method != "POST" or not form.is_valid():
        return _page(request, community, hint, form, status=422 if request.method == "POST" else 200)
    try:
        area = _assign(request, community, form.cleaned_data)
    except Refusal as refusal:
        return _page(request, community, hint, form, refusal=refusal, status=refusal.status)
    messages.success(request, f"{community.name}已划归{area.name}，楼栋和材料一起归过去")
    return redirect("community-file", pk)


def _opening(community: Community, hint: StreetHint | None) -> dict[str, Any]:
    opening: dict[str, Any] = {"area": community.area.code, "version": community.version}
    return opening | ({"area": hint.code, "reason": f"{hint.evidence}，已核对"} if hint else {})


def _assign(request: HttpRequest, community: Community, clean: dict[str, Any]) -> Area:
    area = Area.objects.defer("boundary").get(code=clean["area"])
    assign_area(
        communities=[community],
        area=area,
        reason=clean["reason"],
        actor=actor_of(request),
        on=timezone.localdate(),
        versions={community.pk: clean["version"]} if clean["version"] else None,
    )
    return area


def _page(
    request: HttpRequest,
    community: Community,
    hint: StreetHint | None,
    form: AssignForm,
    *,
    refusal: Refusal | None = None,
    status: int,
) -> HttpResponse:
    if refusal is not None and refusal.status == 409:
        # The next try is against what is there now: the person has been told of it.
        version = Community.objects.values_list("version", flat=True).get(pk=community.pk)
        form.data = {**form.data.dict(), "version": version}  # type: ignore[attr-defined]
    context = {"community": community, "hint": hint, "form": form, "refusal": refusal}
    return render(request, "registry/file/assign.html", context, status=status)
