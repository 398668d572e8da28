"""The lists a person has exported in the background."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.actions.take_export import take_export
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.jobs import FINISHED
from jiugai.accounts.models import JobFailure, ListExport
from jiugai.accounts.permissions import Permission
from jiugai.domain.retention import kept


@needs(Permission.EXPORT)
@never_cache
@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """Show the person's own exports, newest first."""
    asked = ListExport.objects.visible_to(actor_of(request))
    days = kept("exported_files", on=timezone.localdate()).days
    return render(request, "accounts/exports.html", {"rows": [_row(one) for one in asked], "days": days})


@needs(Permission.EXPORT)
@never_cache
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the progress bar's question: the row as it stands now."""
    return render(request, "accounts/export_row.html", {"row": _row(_find(request, pk))})


@needs(Permission.EXPORT)
@never_cache
@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Send the workbook."""
    asked = _find(request, pk)
    place = take_export(asked=asked, actor=actor_of(request))
    return FileResponse(place.open("rb"), as_attachment=True, filename=asked.file_name)


def _find(request: HttpRequest, pk: int) -> ListExport:
    return get_object_or_404(ListExport.objects.visible_to(actor_of(request)), pk=pk)


def _row(asked: ListExport) -> dict[str, Any]:
    """Return an export with its bar while it is written, or the reason why it was not."""
    job = ProcrastinateJob.objects.filter(pk=asked.job).first()
    ended = asked.finished_at is not None or job is None or job.status in FINISHED
    failure = JobFailure.objects.filter(job=job.pk).first() if job and ended and asked.finished_at is None else None
    bar = {
        "title": "正在生成" if job and job.status == "doing" else "排队",
        "done": asked.rows_done,
        "total": asked.rows_total,
        "finished": ended,
        "poll_url": reverse("export-progress", args=[asked.pk]),
    }
    width = f"{asked.rows_done / max(asked.rows_total, 1) * 100:.2f}"
    return {"asked": asked, "ended": ended, "failure": failure, "bar": bar, "width": width}
