"""What is open to everybody: a resident's form on a community, the answer, and the devices' feed under a token."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.guard import public
from jiugai.accounts.scope import scoped
from jiugai.accounts.throttle import client_address
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.planning.models import Project
from jiugai.registry.models import Community
from jiugai.web.refusing import put
from jiugai.works.actions import feeding
from jiugai.works.actions.reporting import Words, report
from jiugai.works.forms.after import ReportForm
from jiugai.works.models import ReportReceipt

LARGEST_BODY = 2 * 1024 * 1024


def _here(pk: int) -> tuple[Community, Project]:
    """Return a community with the project that is built there, or was last. Raises 404."""
    community = Community.objects.current().filter(pk=pk).select_related("area").first()
    rows = Project.objects.filter(covers__community=pk, state__in=["on_site", "completed", "reviewed", "handed_over"])
    project = rows.order_by("-works_started_on", "-pk").first()
    if community is None or project is None:
        raise Http404
    return community, project


@require_http_methods(["GET", "HEAD", "POST"])
@public
def report_page(request: HttpRequest, community: int) -> HttpResponse:
    """Show the form, or take what a resident sends."""
    with scoped(SYSTEM):
        home, project = _here(community)
        form = ReportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            clean = form.cleaned_data
            words = Words(clean["words"], clean["place"], clean["photo"])
            try:
                receipt = report(
                    community=home, project=project, words=words, address=client_address(request), now=timezone.now()
                )
            except Refusal as refusal:
                put(form, refusal)
                return _form(request, home, project, form, status=refusal.status)
            return redirect("report-answer", receipt.secret)
        return _form(request, home, project, form, status=422 if form.errors else 200)


def _form(request: HttpRequest, home: Community, project: Project, form: Any, *, status: int) -> HttpResponse:
    context = {"community": home, "project": project, "form": form, "large_type": True}
    return render(request, "works/report.html", context, status=status)


@require_safe
@public
def report_answer(request: HttpRequest, secret: str) -> HttpResponse:
    """Show what became of a report to who holds its secret."""
    with scoped(SYSTEM):
        rows = ReportReceipt.objects.select_related("report__community", "report__owner", "report__project")
        receipt = rows.filter(secret=secret).first()
        if receipt is None:
            raise Http404
        return render(request, "works/report_answer.html", {"row": receipt.report, "large_type": True})


@csrf_exempt
@require_POST
@public
def feed(request: HttpRequest) -> JsonResponse:
    """Take readings: `Authorization: Bearer jgsite_…`, a JSON list. Answers how many were received and were new."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    with scoped(SYSTEM):
        try:
            token = feeding.token_of(secret if kind == "Bearer" else "")
            taken = feeding.take_readings(token=token, rows=_body(request), now=timezone.now())
        except Refusal as refusal:
            said = {"code": refusal.code, "message": refusal.message, "remedy": refusal.remedy,
                    "details": list(refusal.details)}  # fmt: skip
            return JsonResponse(said, status=refusal.status)
    return JsonResponse({"received": taken.received, "new": taken.new, "alarms": taken.alarms,
                         "findings": taken.findings})  # fmt: skip


def _body(request: HttpRequest) -> Any:
    if len(request.body) > LARGEST_BODY:
        raise TooLarge("一次上报超过 2 MB", remedy="分几次上报")
    try:
        return json.loads(request.body)
    except (ValueError, UnicodeDecodeError):
        return None
