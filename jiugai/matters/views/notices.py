"""Entering holiday notices, and what each has moved."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.noticing import enter_notice
from jiugai.matters.forms.notice import NoticeForm
from jiugai.matters.models import HolidayNotice
from jiugai.matters.queries.moved import moved_by
from jiugai.matters.tasks import queue_redate
from jiugai.web.refusing import put


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CALENDAR_MANAGE)
def notice_new(request: HttpRequest) -> HttpResponse:
    """Show the form, or keep what came back and start the job."""
    sent = request.method == "POST"
    form = NoticeForm(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            made = enter_notice(
                notice=form.cleaned_data["notice"], actor=actor_of(request), now=timezone.now(), queue=queue_redate
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已录入，正在重算未办结事项的期限")
            return redirect("notice-file", made.pk)
    return render(request, "matters/notice_new.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@needs(Permission.MATTER_VIEW)
def notice_file(request: HttpRequest, number: int) -> HttpResponse:
    """Show a notice, how far the job has come, and the dates it moved."""
    notice = HolidayNotice.objects.filter(pk=number).first()
    if notice is None:
        raise Http404
    found = moved_by(notice, actor=actor_of(request), after=request.GET.get("after", ""))
    return render(request, "matters/notice.html", {"notice": notice, "days": notice.days.all(), **found})
