"""One background job: how far it is, why it failed, try again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiugai.accounts.actions.retry_job import retry_job
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.jobs import FINISHED, STATES, facts_of, job_rows, show_state, times
from jiugai.accounts.models import JobFailure
from jiugai.accounts.permissions import Permission, may

SHORT = 80


@needs(Permission.JOB_VIEW)
@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a job."""
    found = _find(request, pk)
    context = {
        "job": found,
        "facts": facts_of(found),
        "state": show_state(found),
        "progress": _progress(found),
        "times": times(found),
        "arguments": [(name, str(value)[:SHORT]) for name, value in found.args.items()],
        "failures": JobFailure.objects.filter(job=pk),
        "may_retry": may(actor_of(request), Permission.JOB_RETRY, facts_of(found)),
    }
    return render(request, "accounts/job.html", context)


@needs(Permission.JOB_VIEW)
@require_GET
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the progress bar's question."""
    return render(request, "web/parts/progress.html", _progress(_find(request, pk)))


@needs(Permission.JOB_RETRY)
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed job again."""
    retry_job(actor=actor_of(request), job=_find(request, pk), now=timezone.now())
    messages.success(request, "作业已重新排队")
    return redirect("job-file", pk=pk)


def _find(request: HttpRequest, pk: int) -> Any:
    found = job_rows().visible_to(actor_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _progress(job: Any) -> dict[str, Any]:
    facts = facts_of(job)
    finished = job.status in FINISHED
    bar = {
        "title": f"{facts.title}：{STATES[job.status]}",
        "done": facts.done,
        "total": facts.total,
        "finished": finished,
        "failed": job.status == "failed",
        "poll_url": reverse("job-progress", args=[job.pk]),
    }
    width = f"{min(facts.done / facts.total, 1) * 100:.2f}" if facts.total else ("100" if finished else "")
    return {"job": bar, "width": width}
