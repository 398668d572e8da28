"""The leader's view, and the weekly report that an office sends out."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from jiugai.accounts import audit
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.assessment.queries.late import show_late_approvals
from jiugai.assessment.queries.progress import show_progress
from jiugai.assessment.queries.week import BadWeek, Report, make_report, week_of
from jiugai.assessment.reports.excel import as_excel
from jiugai.assessment.reports.parts import parts_of, signed, subtitle_of, title_of
from jiugai.assessment.reports.pdf import as_pdf
from jiugai.assessment.reports.word import as_word
from jiugai.domain.errors import Refusal

FILES = (("docx", "Word"), ("pdf", "PDF"), ("xlsx", "Excel"))
WRITERS = {
    "docx": (as_word, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (as_pdf, "application/pdf"),
    "xlsx": (as_excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class WrongWeek(Refusal):
    """The address names no week that has begun."""

    status = 400
    code = "wrong_week"


@require_safe
@needs(Permission.POOL_VIEW)
def progress(request: HttpRequest) -> HttpResponse:
    """Show projects by stage and area, late matters, approvals that will be late, and what keeps gates shut."""
    actor, today = actor_of(request), timezone.localdate()
    area = _area(request)
    context: dict[str, Any] = {
        "o": show_progress(actor, area=area, on=today),
        "late": show_late_approvals(actor, area=area, on=today),
        "area": area,
        "week": week_of("", today=today),
    }
    return render(request, "assessment/progress.html", context)


def _area(request: HttpRequest) -> Area | None:
    code = request.GET.get("district", "")
    if not code:
        return None
    actor = actor_of(request)
    area = Area.objects.filter(level=Area.Level.DISTRICT, code=code[:12]).defer("boundary").first()
    if area is None or not (actor.sees_all or any(path.startswith(area.path) for path in actor.paths)):
        raise Http404
    return area


@require_safe
@needs(Permission.POOL_VIEW)
def weekly(request: HttpRequest) -> HttpResponse:
    """Show the weekly report as it will be written, with the three ways to take it along."""
    report = _report(request)
    context = {"o": report, "title": title_of(report), "subtitle": subtitle_of(report), "parts": parts_of(report),
               "signed": signed(report), "files": FILES, "district": request.GET.get("district", "")}  # fmt: skip
    return render(request, "assessment/weekly.html", context)


def _report(request: HttpRequest) -> Report:
    today = timezone.localdate()
    try:
        week = week_of(request.GET.get("week", ""), today=today)
    except BadWeek as bad:
        raise WrongWeek(f"“{str(bad)[:20]}”不是已经开始的周", where="周", remedy="写成 2026-W48") from None
    return make_report(actor_of(request), area=_area(request), week=week, on=today)


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def weekly_file(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the report out as Word, PDF or Excel."""
    write, content_type = WRITERS[form]
    report = _report(request)
    answer = HttpResponse(write(report), content_type=content_type)
    name = f"{title_of(report)}{report.week.number}.{form}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    audit.record(action=Action.EXPORTED, actor=actor_of(request), subject=name)
    return answer
