"""Pledges on the maintenance fund: the tab of a community's file, the short form, the workbook."""

import uuid
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.pledge import M2
from jiugai.planning.actions.pledge_import import WrongRows, import_pledges
from jiugai.planning.actions.pledging import Said, flats_of, record_pledge, withdraw_pledge
from jiugai.planning.forms import PledgeForm, SheetForm, today_of
from jiugai.planning.models import Pledge
from jiugai.planning.queries.mobilising import ended_pledges, live_pledges
from jiugai.planning.queries.pledges import tallies
from jiugai.planning.sheets import pledge_workbook
from jiugai.registry.actions.documents import file_document
from jiugai.registry.models import Community, Document
from jiugai.registry.queries.documents import readable
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(Permission.POOL_VIEW)
def community_pledges(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the answers of the households and the shares."""
    community, actor = community_of(request, pk), actor_of(request)
    tally = tallies([community.pk])[community.pk]
    context = {
        "tally": tally,
        "pledged_m2": tally.area_pledged_cm2 / M2,
        "whole_m2": (tally.whole.area_cm2 or 0) / M2,
        "rows": live_pledges(community),
        "ended": ended_pledges(community),
        "may_record": may(actor, Permission.MOBILISE, community),
    }
    return page(request, community, "community-pledges", context, template="planning/pledges.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MOBILISE)
def pledge_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a household's answer; made for a phone at the door."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.MOBILISE, community)
    form = _pledge_form(request, community, actor)
    if request.method == "POST" and form.is_valid():
        try:
            made = _record(community, form, actor)
        except Refusal as refusal:
            at = {"楼门户": "door", "答复": "answer", "日期": "signed_on", "建筑面积": "area_m2"}.get(refusal.where)
            put(form, refusal, at)
        else:
            tally = tallies([community.pk])[community.pk]
            messages.success(request, f"{made.door} 已登记，累计承诺 {tally.pledged} 户")
            return redirect("pledge-new" if "next" in request.POST else "community-pledges", community.pk)
    context = {"form": form, "community": community, "doors": sorted(flats_of(community))[:2000]}
    return render(request, "planning/pledge_new.html", context, status=422 if form.errors else 200)


def _pledge_form(request: HttpRequest, community: Community, actor: Actor) -> PledgeForm:
    documents = Document.objects.filter(readable(actor, on=timezone.localdate()), community=community)
    form = PledgeForm(
        request.POST or None,
        request.FILES or None,
        documents=documents.filter(withdrawn_at__isnull=True),
        initial={"client_id": uuid.uuid4(), "answer": "pledged"},
    )
    today_of(form, timezone.localdate(), "signed_on")
    return form


def _record(community: Community, form: PledgeForm, actor: Actor) -> Pledge:
    clean, on, document = form.cleaned_data, timezone.localdate(), form.cleaned_data["document"]
    if clean["photo"]:
        filed = file_document(
            community=community,
            upload=clean["photo"],
            actor=actor,
            on=on,
            kind="照片",
            title=f"维修资金承诺 {clean['door']}",
        )
        document = filed.document
    said = Said(
        clean["door"], clean["answer"], clean["signed_on"], form.area_cm2, document, note=clean["note"],
        client_id=clean["client_id"],
    )  # fmt: skip
    return record_pledge(community=community, said=said, actor=actor, now=timezone.now(), on=on)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MOBILISE)
def pledge_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a workbook of answers, or show each wrong row with its place."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.MOBILISE, community)
    form, wrong = SheetForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            count = import_pledges(
                community=community, content=form.cleaned_data["upload"].read(), actor=actor, now=timezone.now(),
                on=timezone.localdate(),
            )  # fmt: skip
        except WrongRows as rows:
            wrong = rows
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已导入 {count} 户")
            return redirect("community-pledges", community.pk)
    context = {"form": form, "community": community, "wrong": wrong}
    return render(request, "planning/pledge_import.html", context, status=422 if wrong or form.errors else 200)


@require_safe
@needs(Permission.MOBILISE)
def pledge_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the workbook to fill in: every flat on record with its last answer."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.MOBILISE, community)
    book = pledge_workbook(list(flats_of(community).items()), live_pledges(community))
    name = f"{community.name}_维修资金承诺.xlsx"
    return FileResponse(BytesIO(book), as_attachment=True, filename=name, content_type=XLSX)


@require_POST
@needs(Permission.MOBILISE)
def pledge_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End an answer that was taken back."""
    pledge = find(Pledge.objects.select_related("community"), actor_of(request), pk=pk)
    withdraw_pledge(pledge=pledge, reason=reason_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, f"{pledge.door} 的答复已失效，记录保留")
    return redirect("community-pledges", pledge.community_id)
