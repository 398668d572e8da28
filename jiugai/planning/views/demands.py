"""Residents' demand as a workbook: handed out with the catalogue's items, taken in whole or not at all (T05-9)."""

from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.demand_import import COLUMNS, import_demands
from jiugai.planning.actions.pledge_import import WrongRows
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.forms import SheetForm
from jiugai.planning.menu_sheets import workbook
from jiugai.planning.views.pledges import XLSX
from jiugai.registry.views.file import community_of
from jiugai.web.refusing import put


@require_safe
@needs(Permission.MOBILISE)
def demand_sheet(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the workbook to fill in: a row for every item of the catalogue."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.MOBILISE, community)
    rows = ([item.label, item.code, None, None, None, None, None] for item in catalogue_on(timezone.localdate()).items)
    book = BytesIO(workbook("居民需求", COLUMNS, rows))
    return FileResponse(book, as_attachment=True, filename=f"{community.name}_居民需求.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MOBILISE)
def demand_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in a workbook of counts, or show each wrong row with its place."""
    community, actor, now = community_of(request, pk), actor_of(request), timezone.now()
    require(actor, Permission.MOBILISE, community)
    form, wrong = SheetForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        content = form.cleaned_data["upload"].read()
        try:
            count = import_demands(
                community=community, content=content, actor=actor, now=now, on=timezone.localdate(now)
            )
        except WrongRows as rows:
            wrong = rows
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"已导入 {count} 项居民需求")
            return redirect("community-demand", pk)
    context = {"form": form, "community": community, "wrong": wrong, "columns": COLUMNS}
    return render(request, "planning/demand_import.html", context, status=422 if wrong or form.errors else 200)
