"""The working calendar as a page, and a person's feed of it."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs, public
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.matters import clocks
from jiugai.matters.actions.feeds import end_feed, make_feed
from jiugai.matters.models import CalendarFeed, HolidayNotice
from jiugai.matters.queries.feeds import feed_text
from jiugai.matters.queries.months import month_of

FIRST_YEAR, LAST_YEAR = 2004, 2056


@require_safe
@needs(Permission.MATTER_VIEW)
def work_calendar(request: HttpRequest) -> HttpResponse:
    """Show a month: working days, holidays, make-up days, and what is due on each."""
    actor, today = actor_of(request), timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    years = clocks.years()
    context = {
        "first": first,
        "weeks": month_of(first, actor=actor, today=today),
        "before": (first - timedelta(days=1)).strftime("%Y-%m") if (first.year, first.month) > (FIRST_YEAR, 1) else "",
        "after": (first + timedelta(days=32)).strftime("%Y-%m") if first.year < LAST_YEAR else "",
        "notice": next((year for year in years if year.year == first.year), None),
        "last_year": clocks.calendar().last_year,
        "entered": HolidayNotice.objects.order_by("-pk")[:10],
        "may_enter": may(actor, Permission.CALENDAR_MANAGE),
        "feed": CalendarFeed.objects.filter(user=actor.user_id, ended_at__isnull=True).first(),
    }
    return render(request, "matters/calendar.html", context)


def _month(text: str, today: date) -> date:
    """Read 2026-11; the present month for nothing. Raises Refusal."""
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal(f"看不懂月份“{text[:20]}”", where="网址里的月份", remedy="写成 2026-11") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Refusal(f"日历从 {FIRST_YEAR} 年到 {LAST_YEAR} 年", where="网址里的月份", remedy="换一个月份")
    return found


@require_POST
@needs(Permission.MATTER_VIEW)
def feed_new(request: HttpRequest) -> HttpResponse:
    """Make a new secret address, shown once; the one before stops working."""
    secret = make_feed(actor=actor_of(request), now=timezone.now())
    address = request.build_absolute_uri(reverse("calendar-feed", args=[secret]))
    response = render(request, "matters/feed.html", {"address": address})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(Permission.MATTER_VIEW)
def feed_end(request: HttpRequest) -> HttpResponse:
    """Stop the feed."""
    end_feed(actor=actor_of(request), now=timezone.now())
    messages.success(request, "订阅地址已停用，手机上的日历不再更新")
    return redirect("work-calendar")


@public
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer a calendar program that knows the secret address."""
    text = feed_text(secret=secret, now=timezone.now(), base=request.build_absolute_uri("/"))
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=900"
    return response
