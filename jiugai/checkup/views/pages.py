"""A check-up's result, its correction at the desk, its finishing; and the tab in the community's file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.checkup.actions.correcting import correct_answer
from jiugai.checkup.actions.finishing import finish_checkup
from jiugai.checkup.actions.opening import open_checkup
from jiugai.checkup.actions.withdrawing import withdraw_checkup
from jiugai.checkup.models import Checkup
from jiugai.checkup.queries.showing import shown
from jiugai.checkup.tables import checkup_rows
from jiugai.registry.views.file import community_of, page


def checkup_of(request: HttpRequest, pk: int) -> Checkup:
    """Return the check-up in the person's scope, or 404."""
    return find(checkup_rows(), actor_of(request), pk=pk)  # type: ignore[arg-type]


@require_safe
@needs(Permission.CHECKUP_VIEW)
def checkup_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the result: score with its arithmetic, defects and photos by building, suggested need."""
    checkup = checkup_of(request, pk)
    show = shown(checkup)
    may_record = may(actor_of(request), Permission.CHECKUP_RECORD, checkup)
    context = {
        "s": show,
        "checkup": checkup,
        "may_record": may_record,
        "may_correct": may_record.allowed and checkup.state != Checkup.State.WITHDRAWN,
        "withdraw_url": reverse("checkup-withdraw", args=[pk]),
        "finish_url": reverse("checkup-finish", args=[pk]),
        "severities": [(label, show.edition.takes[code]) for code, label in show.edition.severities.items()],
    }
    return render(request, "checkup/file.html", context)


@require_POST
@needs(Permission.CHECKUP_RECORD)
def checkup_finish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Finish the check-up."""
    checkup = finish_checkup(checkup=checkup_of(request, pk), actor=actor_of(request), now=timezone.now())
    messages.success(request, f"体检已完成，{checkup.need_says}")
    return redirect("checkup-file", pk=pk)


@require_POST
@needs(Permission.CHECKUP_RECORD)
def checkup_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Withdraw the check-up, with a reason."""
    checkup, reason = checkup_of(request, pk), request.POST.get("reason", "")
    withdraw_checkup(checkup=checkup, reason=reason, actor=actor_of(request), now=timezone.now())
    messages.success(request, "体检已撤回，不再计入得分、改造需求、覆盖和关口，记录保留")
    return redirect("checkup-file", pk=pk)


@require_POST
@needs(Permission.CHECKUP_RECORD)
def checkup_correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct one answer at the desk."""
    correct_answer(
        checkup=checkup_of(request, pk),
        part=request.POST.get("part", ""),
        indicator=request.POST.get("indicator", ""),
        typed=request.POST.get("value", ""),
        actor=actor_of(request),
        now=timezone.now(),
    )
    messages.success(request, "已更正，得分重新计算，以前填的留在记录里")
    return redirect("checkup-file", pk=pk)


@require_safe
@needs(Permission.CHECKUP_VIEW)
def community_checkups(request: HttpRequest, pk: int) -> HttpResponse:
    """List a community's check-ups, year by year."""
    community = community_of(request, pk)
    actor, year = actor_of(request), timezone.localdate().year
    rows = list(checkup_rows().visible_to(actor).filter(community=community))  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "year": year,
        "may_open": may(actor, Permission.CHECKUP_RECORD, community),
        "opened": any(row.year == year and row.state != Checkup.State.WITHDRAWN for row in rows),
    }
    return page(request, community, "community-checkups", context, template="checkup/community.html")


@require_POST
@needs(Permission.CHECKUP_RECORD)
def checkup_open(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open this year's check-up of a community at the desk."""
    community, now = community_of(request, pk), timezone.now()
    made, new = open_checkup(community=community, year=timezone.localdate(now).year, actor=actor_of(request), now=now)
    messages.success(request, f"{made.year} 年度体检已开始" if new else "本年度体检以前已开始")
    return redirect("checkup-file", pk=made.pk)
