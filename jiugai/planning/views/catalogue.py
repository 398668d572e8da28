"""The catalogue by edition, unit rates, and residents' demand by item."""

from io import BytesIO
from typing import Any

import yaml
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.district_groups import groups_on
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.menu.catalogue import Catalogue, Class
from jiugai.planning.actions.cataloguing import NewRate, enter_edition, save_rate
from jiugai.planning.actions.demanding import Asked, record_demand, withdraw_demand
from jiugai.planning.actions.pledge_import import WrongRows
from jiugai.planning.catalogues import all_editions, catalogue_on, edition_on
from jiugai.planning.forms import SheetForm, today_of
from jiugai.planning.menu_forms import CatalogueForm, DemandForm, RateForm
from jiugai.planning.menu_sheets import rate_workbook, take_rates
from jiugai.planning.models import ItemDemand, UnitRate
from jiugai.planning.views.pledges import XLSX
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


@require_safe
@needs(Permission.POOL_VIEW)
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the editions, and show the one in force or the one asked for, by class."""
    rows, now = all_editions(), edition_on(timezone.localdate())
    wanted = next((row for row in rows if row.code == request.GET.get("code")), now)
    read = wanted.catalogue
    context = {
        "rows": rows, "in_force": now, "wanted": wanted, "read": read,
        "classes": [{"cls": cls, "items": read.of(cls)} for cls in Class],
        "may_manage": may(actor_of(request), Permission.MENU_MANAGE),
    }  # fmt: skip
    return render(request, "planning/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MENU_MANAGE)
def catalogue_new(request: HttpRequest) -> HttpResponse:
    """Enter a new edition, starting from the one in force."""
    content = edition_on(timezone.localdate()).content
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    form = CatalogueForm(request.POST or None, initial={"text": text})
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_edition(actor=actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal, "text")
            for line in refusal.details:
                form.add_error("text", line)
        else:
            messages.success(request, f"{made.name}已录入，{made.since:%Y年%m月%d日}起生成的菜单使用")
            return redirect(f"/catalogue/?code={made.code}")
    return render(request, "planning/catalogue_new.html", {"form": form}, status=422 if form.errors else 200)


def item_choices(read: Catalogue) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the items as grouped choices of a form."""
    return [(cls.label, [(item.code, item.label) for item in read.of(cls)]) for cls in Class]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MENU_MANAGE)
def rate_new(request: HttpRequest) -> HttpResponse:
    """Set a unit rate; the one before stays on record."""
    today = timezone.localdate()
    form = RateForm(
        request.POST or None, items=item_choices(catalogue_on(today)), groups=list(groups_on(today).items()),
        initial={"year": today.year, "item": request.GET.get("item", ""), "group": request.GET.get("group", "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            made = save_rate(new=NewRate(**form.cleaned_data), actor=actor_of(request), now=timezone.now(), on=today)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{made.year} 年单价已登记；已生成的菜单重新生成后按新单价")
            return redirect("rate-list")
    return render(request, "planning/rate_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@needs(Permission.MENU_MANAGE)
def rate_sheet(request: HttpRequest) -> HttpResponseBase:
    """Hand out this year's rate table with empty rows for what has no rate."""
    today = timezone.localdate()
    rates = list(UnitRate.objects.live().filter(year=today.year))
    book = rate_workbook(rates, today)
    return FileResponse(BytesIO(book), as_attachment=True, filename=f"{today.year}年单价表.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MENU_MANAGE)
def rate_import(request: HttpRequest) -> HttpResponse:
    """Take in a rate table, or show each wrong row with its place."""
    form, wrong = SheetForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        content, actor = form.cleaned_data["upload"].read(), actor_of(request)
        try:
            count = take_rates(content=content, actor=actor, now=timezone.now(), on=timezone.localdate())
        except WrongRows as rows:
            wrong = rows
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已登记 {count} 个单价")
            return redirect("rate-list")
    context = {"form": form, "wrong": wrong}
    return render(request, "planning/rate_import.html", context, status=422 if wrong or form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def community_demand(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and record how many households want which item (T05-9)."""
    community, actor, today = community_of(request, pk), actor_of(request), timezone.localdate()
    read = catalogue_on(today)
    form = DemandForm(request.POST or None, items=item_choices(read))
    today_of(form, today, "on")
    if request.method == "POST" and form.is_valid():
        try:
            record_demand(
                community=community, said=Asked(**form.cleaned_data), actor=actor, now=timezone.now(), on=today
            )
        except Refusal as refusal:
            if isinstance(refusal, Conflict):
                raise
            put(form, refusal)
        else:
            messages.success(request, "居民需求已登记")
            return redirect("community-demand", pk)
    rows = ItemDemand.objects.filter(community=community)
    labels = {item.code: item for item in read.items}
    context: dict[str, Any] = {
        "form": form, "community": community, "may_record": may(actor, Permission.MOBILISE, community),
        "rows": [{"row": row, "item": labels.get(row.item)} for row in rows if row.withdrawn_at is None],
        "gone": [{"row": row, "item": labels.get(row.item)} for row in rows if row.withdrawn_at is not None],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return page(request, community, "community-demand", context, template="planning/demand.html", status=status)


@require_POST
@needs(Permission.MOBILISE)
def demand_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a count made by mistake."""
    demand = find(ItemDemand.objects.select_related("community"), actor_of(request), pk=pk)
    require(actor_of(request), Permission.MOBILISE, demand)
    withdraw_demand(demand=demand, reason=reason_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, "已作废，记录保留")
    return redirect("community-demand", demand.community_id)
