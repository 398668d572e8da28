"""Works of others: the page of one, registering, importing, taking an import back, the file for GIS programs."""

from base64 import b64encode
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts import exporting
from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may, where_held
from jiugai.accounts.scope import within
from jiugai.domain.errors import Refusal
from jiugai.domain.geo.crs import CRS
from jiugai.streetworks import files
from jiugai.streetworks.actions.importing import Delivery, WrongRows, import_works, undo_import
from jiugai.streetworks.actions.registering import record_money, save_work
from jiugai.streetworks.filters import work_filters
from jiugai.streetworks.forms import ImportForm, WorkForm
from jiugai.streetworks.models import StreetWork, WorkImport
from jiugai.streetworks.queries.overlaps import STANDING, overlap_rows, standing
from jiugai.web.refusing import put

VIEW, RECORD = Permission.STREETWORKS_VIEW, Permission.STREETWORKS_RECORD
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GPKG = "application/geopackage+sqlite3"


def districts_of(actor: Actor, permission: Permission) -> Any:
    """Return the city's districts in which the actor holds a right; for the whole city also the city."""
    held = where_held(actor, permission)
    rows = Area.objects.defer("boundary").filter(level__in=["city", "district"])
    return rows if held.sees_all else rows.filter(within(held.paths, "path")) if held.paths else rows.none()


@require_safe
@needs(VIEW)
def work_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one work: what, when, on the map, with which projects it meets, what it costs."""
    work = find(StreetWork.objects.select_related("area", "owner", "batch"), actor_of(request), pk=pk)
    overlaps = [(one, STANDING[standing(one)]) for one in overlap_rows().filter(work=work)[:100]]
    context = {
        "work": work, "overlaps": overlaps, "funds": work.funds.order_by("pk"),
        "may_edit": may(actor_of(request), RECORD, work), "config": map_config(work.geom.extent),
    }  # fmt: skip
    return render(request, "streetworks/work.html", context)


def map_config(box: Any = None) -> dict[str, Any]:
    """Return what the map script needs: where to look."""
    west, south, east, north = box or (115.41, 39.43, 117.51, 41.06)
    return {"box": [[west, south], [east, north]], "work": "/streetworks/0/"}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def work_new(request: HttpRequest) -> HttpResponse:
    """Register a work."""
    return _work_form(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def work_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a work."""
    work = find(StreetWork.objects.select_related("area", "owner"), actor_of(request), pk=pk)
    return _work_form(request, work)


def _work_form(request: HttpRequest, work: StreetWork | None) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    areas = districts_of(actor, RECORD)
    form = WorkForm(request.POST or None, areas=areas, today=today, initial=_initial(work, areas))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_work(
                row=form.row, area=form.cleaned_data["area"], actor=actor, now=timezone.now(), on=today, work=work,
                version=form.cleaned_data["version"],
            )  # fmt: skip
        except Refusal as refusal:
            if refusal.status not in (409, 422):
                raise
            put(form, refusal)
        else:
            record_money(saved, "", actor=actor, now=timezone.now(), on=today)
            messages.success(
                request, f"{saved}已登记，发现 {saved.overlaps.filter(gone_at__isnull=True).count()} 处交叉"
            )
            return redirect("streetwork-page", saved.pk)
    return render(
        request, "streetworks/work_form.html", {"form": form, "work": work}, status=422 if form.errors else 200
    )


def _initial(work: StreetWork | None, areas: Any) -> dict[str, Any]:
    if work is None:
        only = areas.first() if areas.count() == 1 else None
        return {"area": only, "crs": CRS.CGCS2000.value, "digs": True, "state": "planned"}
    names = ("code", "title", "kind", "department", "owner", "area", "road", "starts", "ends", "earliest_start",
             "latest_start", "digs", "width_m", "state", "note", "version")  # fmt: skip
    yuan = None if work.budget_fen is None else work.budget_fen / 100
    return {n: getattr(work, n) for n in names} | {"shape": work.geom.wkt, "crs": "CGCS2000", "budget_yuan": yuan}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def work_import(request: HttpRequest) -> HttpResponse:
    """Take in a file of works, or name each wrong cell."""
    today, wrong = timezone.localdate(), None
    form = ImportForm(request.POST or None, request.FILES or None, initial={"observed_on": today})
    form.today = today
    if request.method == "POST" and form.is_valid():
        try:
            taken = _take(request, form)
        except WrongRows as rows:
            wrong = rows
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(
                request, f"新增 {taken.made} 项，更新 {taken.changed} 项，{taken.communities} 个小区发现新的交叉"
            )
            return redirect("workimport-page", taken.batch.pk)
    annotated = b64encode(wrong.annotated).decode() if wrong else ""
    context = {"form": form, "wrong": wrong, "annotated": annotated, "xlsx": XLSX}
    return render(request, "streetworks/import.html", context, status=422 if wrong or form.errors else 200)


def _take(request: HttpRequest, form: ImportForm) -> Any:
    clean = form.cleaned_data
    delivery = Delivery(
        clean["upload"].name, CRS(clean["crs"]), clean["department"], clean["source"], clean["observed_on"]
    )
    return import_works(
        upload=clean["upload"], delivery=delivery, actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip


@require_safe
@needs(RECORD)
def work_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill in."""
    return FileResponse(
        BytesIO(files.template()), as_attachment=True, filename="各部门工程_模板.xlsx", content_type=XLSX
    )


@require_safe
@needs(VIEW, Permission.EXPORT)
def work_file(request: HttpRequest) -> HttpResponseBase:
    """Hand out the works that meet the conditions as GeoPackage, and write down who took what."""
    actor = where_held(actor_of(request), Permission.EXPORT)
    from jiugai.streetworks.tables import work_rows

    rows = work_filters.apply(work_rows().defer(None).defer("ground"), request.GET, actor)
    conditions = work_filters.in_words(request.GET, actor)
    made, count = files.geopackage(rows, heading=f"{conditions}；{actor.name}；{timezone.localtime():%Y-%m-%d %H:%M}")
    exporting.write_down(
        actor=actor, title="各部门工程", rows=count, conditions=conditions, columns=list(files.COLUMNS), kind="gpkg"
    )
    return FileResponse(BytesIO(made), as_attachment=True, filename="各部门工程.gpkg", content_type=GPKG)


@require_safe
@needs(VIEW)
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file brought."""
    batch = find(WorkImport.objects.select_related("area"), actor_of(request), pk=pk)
    works = StreetWork.objects.visible_to(actor_of(request)).filter(batch=batch).defer("geom", "ground")
    context = {
        "batch": batch, "works": works.order_by("pk")[:200], "count": works.count(),
        "may_undo": may(actor_of(request), RECORD, batch),
    }  # fmt: skip
    return render(request, "streetworks/batch.html", context)


@require_POST
@needs(RECORD)
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Call off what a file brought."""
    actor = actor_of(request)
    batch = find(WorkImport.objects.all(), actor, pk=pk)
    require(actor, RECORD, batch)
    count = undo_import(batch=batch, actor=actor, now=timezone.now(), on=timezone.localdate())
    messages.success(request, f"{count} 项工程改为已取消，投资已冲正")
    return redirect("workimport-page", pk)
