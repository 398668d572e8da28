"""The page 改建 of a project: record, wish survey, dwellings, added area."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.approvals import sheets
from jiugai.approvals.actions.rebuilding import (
    EDITABLE,
    Said,
    add_area,
    rebuild_of,
    record_rebuild,
    record_wishes,
    write_dwellings,
)
from jiugai.approvals.forms import AreaForm, RebuildForm, SheetForm, WishForm
from jiugai.approvals.models import Rebuild, WishAnswer
from jiugai.approvals.queries.rebuilding import show
from jiugai.approvals.views.common import project_of
from jiugai.approvals.views.design import xlsx
from jiugai.domain.errors import Refusal
from jiugai.domain.projects import Family
from jiugai.domain.rebuild import Channel, Wish
from jiugai.planning.forms import today_of
from jiugai.planning.models import Project
from jiugai.web.refusing import tried


@require_safe
@needs(Permission.POOL_VIEW)
def project_rebuild(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how the project is rebuilt."""
    return _page(request, project_of(request, pk))


def _page(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    row = rebuild_of(project)
    wish = WishForm()
    today_of(wish, today, "said_on")
    initial = {name: getattr(row, name) for name in EDITABLE} | {"version": row.version} if row else {}
    context = {
        "o": show(project, row, actor=actor, on=today), "project": project, "row": row,
        "tab": "rebuild", "is_rebuild": project.type.family is Family.REBUILD,
        "rebuild_form": RebuildForm(initial=initial), "area_form": AreaForm(), "wish_form": wish,
        "flats_form": SheetForm(auto_id="flats-%s"), "wishes_form": SheetForm(auto_id="wishes-%s"), **more,
    }  # fmt: skip
    return render(request, "approvals/rebuild.html", context, status=status)


def _done(request: HttpRequest, project: Project, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("project-rebuild", project.pk)


def _row(project: Project) -> Rebuild:
    row = rebuild_of(project)
    if row is None:
        raise Refusal("还没有改建登记", where=project.code, clause="T04-1", remedy="先登记情形和户数")
    return row


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def rebuild_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Record situation, households, spaces and confirmations."""
    project, form = project_of(request, pk), RebuildForm(request.POST)
    made = tried(form, lambda clean: _save(project, clean, request))
    if made is None:
        return _page(request, project, status=422, rebuild_form=form)
    return _done(request, project, "改建登记已保存，关口随即重新核对")


def _save(project: Project, clean: dict[str, Any], request: HttpRequest) -> Rebuild:
    version = clean.pop("version")
    return record_rebuild(
        project=project, values=clean, actor=actor_of(request), now=timezone.now(), on=timezone.localdate(),
        version=version,
    )  # fmt: skip


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def rebuild_flats(request: HttpRequest, pk: int) -> HttpResponse:
    """Take dwellings before and after from a workbook."""
    project, form = project_of(request, pk), SheetForm(request.POST, request.FILES, auto_id="flats-%s")
    made = tried(form, lambda clean: _flats(_row(project), clean["sheet"], request))
    if made is None:
        return _page(request, project, status=422, flats_form=form)
    return _done(request, project, f"已登记 {made} 户改建前后面积")


def _flats(row: Rebuild, upload: Any, request: HttpRequest) -> int:
    flats = sheets.read(sheets.rows_of(upload, sheets.FLAT_HEADS), sheets.flat_of)
    return write_dwellings(rebuild=row, flats=flats, actor=actor_of(request), now=timezone.now())


@require_POST
@needs(Permission.SCHEME_SUBMIT)
def rebuild_area(request: HttpRequest, pk: int) -> HttpResponse:
    """Book added area to a public use."""
    project, form = project_of(request, pk), AreaForm(request.POST)
    made = tried(
        form,
        lambda clean: add_area(
            rebuild=_row(project), actor=actor_of(request), now=timezone.now(), on=timezone.localdate(), **clean
        ),
    )
    if made is None:
        return _page(request, project, status=422, area_form=form)
    return _done(request, project, f"已登记：{made}")


@require_POST
@needs(Permission.MOBILISE)
def wish_record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record one household's answer, or those of a workbook."""
    project, by_sheet = project_of(request, pk), "sheet" in request.FILES
    form: Any = SheetForm(request.POST, request.FILES, auto_id="wishes-%s") if by_sheet else WishForm(request.POST)
    made = tried(form, lambda clean: _wishes(_row(project), clean, request))
    if made is None:
        return _page(request, project, status=422, **{"wishes_form" if by_sheet else "wish_form": form})
    return _done(request, project, f"已登记 {made} 户的意愿")


def _wishes(row: Rebuild, clean: dict[str, Any], request: HttpRequest) -> int:
    today = timezone.localdate()
    if "sheet" in clean:
        said = sheets.read(sheets.rows_of(clean["sheet"], sheets.WISH_HEADS), sheets.wish_parser(today))
    else:
        said = [Said(clean["door"], clean["answer"], clean["channel"], clean["said_on"])]
    return record_wishes(rebuild=row, said=said, actor=actor_of(request), now=timezone.now(), on=today)


@require_safe
@needs(Permission.POOL_VIEW)
def rebuild_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the workbook of dwellings, or of the wish survey (`what=wishes`), filled with what is there."""
    project = project_of(request, pk)
    row = rebuild_of(project)
    if request.GET.get("what") == "wishes":
        wishes = WishAnswer.objects.filter(rebuild=row, ended_at__isnull=True) if row else []
        rows = [(w.door, Wish(w.answer).label, Channel(w.channel).label, w.said_on) for w in wishes]
        return xlsx(sheets.workbook("改建意愿", sheets.WISH_HEADS, rows), f"{project.code}_改建意愿.xlsx")
    flats = [(d.building, d.door, d.before_m2, d.after_m2) for d in (row.dwellings.all() if row else [])]
    return xlsx(sheets.workbook("分户面积", sheets.FLAT_HEADS, flats), f"{project.code}_分户面积.xlsx")
