"""The board of the 32 tasks, and the page of one task."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.assessment import board as boards
from jiugai.assessment.actions import report_measure
from jiugai.assessment.forms import ReportForm
from jiugai.assessment.models import MeasureReport
from jiugai.domain.clauses import UnknownClause, measure, task
from jiugai.domain.clauses import obligation as find_obligation
from jiugai.domain.errors import Refusal
from jiugai.policy.queries.library import documents_on
from jiugai.web.refusing import put

STATES = [*MeasureReport.State.choices, ("late", "已逾期"), ("none", "没有填报")]


@require_safe
@needs(Permission.TASK_VIEW)
def task_board(request: HttpRequest) -> HttpResponse:
    """Show the groups, tasks and measures that match."""
    words, body, state = (request.GET.get(name, "").strip() for name in ("q", "body", "state"))
    groups = boards.board(today=timezone.localdate(), words=words, body=body, state=state)
    rows = [row for _, found in groups for row in found]
    context = {
        "groups": groups,
        "tasks": len(rows),
        "measures": sum(len(row.measures) for row in rows),
        "provided": sum(row.provided for row in rows),
        "obligations": sum(len(row.places) for row in rows),
        "late": sum(one.late for row in rows for one in row.measures),
        "bodies": boards.bodies(),
        "states": STATES,
        "q": words,
        "body": body,
        "state": state,
    }
    return render(request, "assessment/board.html", context)


@require_safe
@needs(Permission.TASK_VIEW)
def task_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one task: its measures with all reports, its obligations and where each is done."""
    try:
        found = task(number)
    except UnknownClause:
        raise Http404 from None
    row = boards.row_of(found, boards.last_reports(), timezone.localdate())
    idents = [m.id for m in found.measures]
    context = {
        "row": row,
        "documents": documents_on(clauses=[o.id for o in found.obligations]),
        "history": MeasureReport.objects.filter(measure__in=idents).select_related("lead")[:100],
        "may_report": may(actor_of(request), Permission.TASK_MANAGE),
    }
    return render(request, "assessment/task.html", context)


@require_safe
@needs(Permission.TASK_VIEW)
def obligation(request: HttpRequest, ident: str) -> HttpResponse:
    """Lead from an obligation's code, as policy documents and clauses name it, to its line on its task's page."""
    try:
        found = find_obligation(ident)
    except UnknownClause:
        raise Http404 from None
    return redirect(f"{reverse('task-page', args=[found.task])}#{found.id}")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.TASK_MANAGE)
def measure_report(request: HttpRequest, measure_id: str) -> HttpResponse:
    """Report how a measure stands."""
    actor = actor_of(request)
    require(actor, Permission.TASK_MANAGE)
    try:
        found = measure(measure_id)
    except UnknownClause:
        raise Http404 from None
    form = ReportForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            report_measure(measure=found.id, actor=actor, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{found.id} 进展已填报")
            return redirect("task-page", found.task)
    context = {"form": form, "measure": found}
    return render(request, "assessment/report.html", context, status=422 if form.errors else 200)
