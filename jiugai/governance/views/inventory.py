"""The tab 治理 of a community's file: surveys, cases, window guards."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.actions import record_survey, save_guard, withdraw_survey
from jiugai.governance.forms import GuardForm, SurveyForm
from jiugai.governance.models import InventorySurvey
from jiugai.governance.queries.inventory import cases_of, guards_of, photos_of, types_of
from jiugai.registry.models import Community
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put

TAB = "community-governance"
GUARD_IDS = "guard_%s"  # two forms on one page


@require_safe
@needs(Permission.MATTER_VIEW)
def community_governance(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the inventory of the five types and the guards flat by flat."""
    return _show(request, community_of(request, pk))


def _show(request: HttpRequest, community: Community, **more: Any) -> HttpResponse:
    photos = photos_of(community)
    boards = guards_of(community)
    context = {
        "types": types_of(community),
        "cases": [(case, photos.get(case.pk, [])) for case in cases_of(community)],
        "boards": boards,
        "guards_left": sum(board.left for board in boards),
        "may_record": may(actor_of(request), Permission.INVENTORY_RECORD, community),
        "survey_form": SurveyForm(initial={"on": timezone.localdate()}),
        "guard_form": GuardForm(auto_id=GUARD_IDS),
        **more,
    }
    form: Any = more.get("survey_form") or more.get("guard_form")
    return page(request, community, TAB, context, template="governance/community.html", status=422 if form else 200)


@require_POST
@needs(Permission.INVENTORY_RECORD)
def survey_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a survey of one type."""
    community, form = community_of(request, pk), SurveyForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            record_survey(
                community=community, problem=Problem(data["problem"]), on=data["on"], seen=data["seen"],
                note=data["note"], actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            put(form, refusal, "on")
        else:
            messages.success(request, f"{Problem(data['problem']).label}摸排已登记")
            return redirect(TAB, pk)
    return _show(request, community, survey_form=form)


@require_POST
@needs(Permission.INVENTORY_RECORD)
def survey_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a survey back."""
    survey = find(InventorySurvey.objects.select_related("community"), actor_of(request), pk=pk)
    withdraw_survey(survey=survey, reason=reason_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, "这条摸排已作废，关口已重新核对")
    return redirect(TAB, survey.community_id)


@require_POST
@needs(Permission.INVENTORY_RECORD)
def guard_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the guards of one flat."""
    community, form = community_of(request, pk), GuardForm(request.POST, auto_id=GUARD_IDS)
    if form.is_valid():
        data = form.cleaned_data
        try:
            guard = save_guard(
                community=community, building_label=data["building_label"], flat=data["flat"], values=form.values(),
                actor=actor_of(request), now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            put(form, refusal)
        else:
            messages.success(request, f"{guard} 护栏已登记")
            return redirect(TAB, pk)
    return _show(request, community, guard_form=form)
