"""What a person has asked to be done to many rows in the background."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.jobs import FINISHED
from jiugai.accounts.models import BulkRun, JobFailure
from jiugai.accounts.permissions import Permission

SHOWN = 50


@needs(Permission.MATTER_WORK)
@never_cache
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Show the person's own runs, newest first."""
    found = BulkRun.objects.visible_to(actor_of(request)).defer("rows")[:SHOWN]
    return render(request, "accounts/bulk_runs.html", {"rows": [_row(one) for one in found]})


@needs(Permission.MATTER_WORK)
@never_cache
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the progress bar's question: the run as it stands now."""
    found = get_object_or_404(BulkRun.objects.visible_to(actor_of(request)).defer("rows"), pk=pk)
    return render(request, "accounts/bulk_run_row.html", {"row": _row(found)})


def _row(found: BulkRun) -> dict[str, Any]:
    """Return a run with its bar while it goes on, or the reason why it broke off."""
    job = ProcrastinateJob.objects.filter(pk=found.job).first()
    ended = found.finished_at is not None or job is None or job.status in FINISHED
    broke = ended and found.finished_at is None
    return {
        "run": found,
        "ended": ended,
        "doing": job is not None and job.status == "doing",
        "failure": JobFailure.objects.filter(job=job.pk).first() if job and broke else None,
        "width": f"{found.rows_done / max(found.rows_total, 1) * 100:.2f}",
        "poll_url": reverse("bulk-run-progress", args=[found.pk]),
        "unnamed": found.rows_refused - len(found.refused),
    }
