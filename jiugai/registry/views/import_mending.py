"""Mending on the page of errors, and the files of a batch."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.registry.actions.import_files import HandedOut, hand_out_annotated, hand_out_original
from jiugai.registry.intake import mending
from jiugai.registry.queries import imports as queries
from jiugai.registry.views.imports import STEPS, batch_of


def _back(request: HttpRequest, pk: int) -> HttpResponse:
    query = request.POST.get("back", "")
    return redirect(f"{reverse('import-batch', args=[pk])}?{query}" if query else reverse("import-batch", args=[pk]))


def _ids(request: HttpRequest, name: str) -> list[int]:
    return [int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) < 19]


def _kinds(values: list[str]) -> list[tuple[str, str]]:
    return [(code, column) for code, _, column in (value.partition("|") for value in values)]


@require_POST
@needs(Permission.IMPORT_RUN)
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a suggestion into its cell."""
    batch = batch_of(request, pk)
    done = mending.adopt(
        batch_id=batch.pk, problem_ids=_ids(request, "problem"), actor=actor_of(request), at=timezone.localtime()
    )
    messages.success(request, f"已改 {done} 格，这几行已重新检查")
    return _back(request, pk)


@require_safe
@needs(Permission.IMPORT_RUN)
def fixes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show cell by cell what the chosen kinds of mending would change."""
    batch = batch_of(request, pk)
    kinds = _kinds(request.GET.getlist("fix"))
    context = {"batch": batch, "steps": STEPS, "kinds": request.GET.getlist("fix")}
    return render(request, "registry/imports/fixes.html", context | queries.mended_cells(batch, kinds))


@require_POST
@needs(Permission.IMPORT_RUN)
def mend(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend all cells of the chosen kinds."""
    batch = batch_of(request, pk)
    kinds = _kinds(request.POST.getlist("fix"))
    done = mending.adopt_alike(batch_id=batch.pk, kinds=kinds, actor=actor_of(request), at=timezone.localtime())
    messages.success(request, f"已改 {done:,} 格，这几行已重新检查")
    return _back(request, pk)


@require_POST
@needs(Permission.IMPORT_RUN)
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave rows out: those named, or all that still have errors."""
    batch, actor, now = batch_of(request, pk), actor_of(request), timezone.localtime()
    if "all" in request.POST:
        done = mending.leave_out_wrong(batch_id=batch.pk, actor=actor, at=now)
    else:
        done = mending.leave_out(batch_id=batch.pk, row_ids=_ids(request, "row"), actor=actor, at=now)
    messages.success(request, f"跳过 {done:,} 行，写入时不带这几行")
    return _back(request, pk)


@require_POST
@needs(Permission.IMPORT_RUN)
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring rows back that were left out."""
    batch, rows = batch_of(request, pk), _ids(request, "row")
    done = mending.take_in(batch_id=batch.pk, row_ids=rows, actor=actor_of(request), at=timezone.localtime())
    messages.success(request, f"{done:,} 行重新算进来")
    return _back(request, pk)


@require_safe
@needs(Permission.IMPORT_RUN)
def annotated(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand the file back as a workbook with comments in the wrong cells."""
    return _sent(hand_out_annotated(batch=batch_of(request, pk), actor=actor_of(request)))


@require_safe
@needs(Permission.IMPORT_RUN)
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the file as it was uploaded, always as a download."""
    return _sent(hand_out_original(batch=batch_of(request, pk), actor=actor_of(request)))


def _sent(made: HandedOut) -> FileResponse:
    return FileResponse(made.file, as_attachment=True, filename=made.name, content_type=made.media_type)
