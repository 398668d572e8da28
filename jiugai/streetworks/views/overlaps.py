"""One overlap: both sides, where the asking stands; asking the other department, or saying why that is not needed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.streetworks.actions.asking import Wish, ask_synergy, judge_harmless
from jiugai.streetworks.forms import AskForm
from jiugai.streetworks.models import Overlap, SynergyRequest
from jiugai.streetworks.queries.overlaps import STANDING
from jiugai.streetworks.views.works import map_config
from jiugai.web.refusing import put

VIEW, ASK = Permission.STREETWORKS_VIEW, Permission.SYNERGY_ASK


def overlap_of(request: HttpRequest, pk: int) -> Overlap:
    """Return the overlap in the person's scope, or 404."""
    rows = Overlap.objects.select_related("work__owner", "work__area", "footprint__community__area")
    return find(rows, actor_of(request), pk=pk)


@require_safe
@needs(VIEW)
def overlap_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show it."""
    return _page(request, overlap_of(request, pk), AskForm())


def _page(request: HttpRequest, overlap: Overlap, form: AskForm, status: int = 200) -> HttpResponse:
    asked = list(SynergyRequest.objects.filter(overlap=overlap).select_related("owner").order_by("-pk"))
    open_one = next((one for one in asked if one.closed_at is None or one.stage == "accepted"), None)
    code = "harmless" if overlap.harmless_on else asked[0].stage if asked and asked[0].stage != "stopped" else "unasked"
    context = {
        "overlap": overlap, "asked": [(one, STANDING.get(one.stage, ("na", "已撤回"))) for one in asked],
        "open_one": open_one, "standing": STANDING[code], "form": form, "config": map_config(overlap.work.geom.extent),
        "may_ask": may(actor_of(request), ASK, overlap), "gone": overlap.gone_at is not None,
    }  # fmt: skip
    return render(request, "streetworks/overlap.html", context, status=status)


@require_POST
@needs(ASK)
def overlap_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the other department."""
    overlap, form = overlap_of(request, pk), AskForm(request.POST)
    if not form.is_valid():
        return _page(request, overlap, form, 422)
    try:
        made = ask_synergy(
            overlap=overlap, wish=Wish(**form.cleaned_data), actor=actor_of(request), now=timezone.now(),
            on=timezone.localdate(),
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        put(form, refusal)
        return _page(request, overlap, form, refusal.status)
    messages.success(request, f"已请{made.owner or '对方'}答复，期限 {made.due_on:%Y年%m月%d日}")
    return redirect("overlap-page", pk)


@require_POST
@needs(ASK)
def overlap_harmless(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why no agreement is needed, or take that back."""
    overlap = overlap_of(request, pk)
    judged = judge_harmless(
        overlap=overlap, reason=request.POST.get("reason", ""), actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, "已认定不需协同" if judged.harmless_on else "已撤回认定")
    return redirect("overlap-page", pk)
