"""The one map, the one book, and repeat digging."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.streetworks import FUND_SOURCES, WORK_KINDS
from jiugai.matters.forms.fields import community_called
from jiugai.policy.figures import current
from jiugai.registry.models import Community
from jiugai.streetworks.actions.funding import Money, record_fund, reverse_fund
from jiugai.streetworks.forms import FundForm
from jiugai.streetworks.models import FundEntry, Overlap, StreetWork
from jiugai.streetworks.queries.digs import dig_rows
from jiugai.streetworks.queries.funds import book
from jiugai.streetworks.views.works import districts_of, map_config
from jiugai.web.refusing import put

VIEW, RECORD = Permission.STREETWORKS_VIEW, Permission.FUND_RECORD


@require_safe
@needs(VIEW)
def works_map(request: HttpRequest) -> HttpResponse:
    """Show all works of all departments and the ground of the projects (T16-2)."""
    actor = actor_of(request)
    rows = StreetWork.objects.visible_to(actor).live()
    counts = dict.fromkeys((kind.code for kind in WORK_KINDS), 0)
    for kind in rows.values_list("kind", flat=True):
        counts[kind] += 1
    context = {
        "kinds": [(kind, counts[kind.code]) for kind in WORK_KINDS], "total": sum(counts.values()),
        "config": map_config(_box(actor)), "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "streetworks/map.html", context)


def _box(actor: Actor) -> tuple[float, float, float, float] | None:
    from django.contrib.gis.db.models import Extent

    found = StreetWork.objects.visible_to(actor).live().aggregate(box=Extent("geom"))["box"]
    return found or None


@require_safe
@needs(VIEW)
def digs_page(request: HttpRequest) -> HttpResponse:
    """Show how often ground is opened again, before and after agreements (T16-5)."""
    actor, today = actor_of(request), timezone.localdate()
    year = _year(request.GET.get("year"), today.year)
    rows = dig_rows(actor=actor, on=today, first_year=year - 2, last_year=year + 2)
    limit = current().value("repeat_dig_days", today)
    context = {
        "rows": rows, "year": year, "limit": limit, "digs": sum(r.repeat.digs for r in rows),
        "before": sum(r.repeat.repeats_before for r in rows), "after": sum(r.repeat.repeats_after for r in rows),
        "waiting": Overlap.objects.visible_to(actor).filter(gone_at__isnull=True, harmless_on__isnull=True).count(),
    }  # fmt: skip
    return render(request, "streetworks/digs.html", context)


def _year(text: str | None, usual: int) -> int:
    return int(text) if text and text.isdecimal() and 2000 <= int(text) <= 2100 else usual


@require_safe
@needs(VIEW)
def book_page(request: HttpRequest) -> HttpResponse:
    """Show the money of all departments in one book (T16-3)."""
    actor, today = actor_of(request), timezone.localdate()
    chosen = request.GET.get("year", "")
    year = _year(chosen, today.year) if chosen else None
    home = None
    if request.GET.get("community", "").isdecimal():
        home = find(Community.objects.all(), actor, pk=int(request.GET["community"]))
    context = {
        "book": book(actor=actor, community=home, year=year), "year": year, "home": home, "sources": FUND_SOURCES,
        "years": range(today.year - 2, today.year + 3), "may_record": may(actor, RECORD),
    }  # fmt: skip
    return render(request, "streetworks/book.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def fund_new(request: HttpRequest) -> HttpResponse:
    """Enter money."""
    actor, today = actor_of(request), timezone.localdate()
    areas = districts_of(actor, RECORD)
    form = FundForm(request.POST or None, areas=areas, initial={"on": today, "area": areas.last()})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        money = Money(
            clean["department"], clean["source"], clean["purpose"], form.amount_fen, clean["on"], clean["reference"],
            clean["step"], clean["project_ref"],
        )  # fmt: skip
        try:
            home = community_called(clean["community"], actor) if clean["community"].strip() else None
            made = record_fund(
                money=money, area=clean["area"], actor=actor, now=timezone.now(), on=today, community=home
            )
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            put(form, refusal)
        else:
            messages.success(request, "已记入一本账")
            return redirect("fund-page", made.pk)
    return render(request, "streetworks/fund_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@needs(VIEW)
def fund_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry, with its reversal."""
    rows = FundEntry.objects.select_related("area", "work", "community", "reverses")
    entry = find(rows, actor_of(request), pk=pk)
    reversal = FundEntry.objects.filter(reverses=entry).first()
    context = {"entry": entry, "reversal": reversal, "may_record": may(actor_of(request), RECORD, entry)}
    return render(request, "streetworks/fund.html", context)


@require_POST
@needs(RECORD)
def fund_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Reverse an entry."""
    entry = find(FundEntry.objects.select_related("area", "work", "community"), actor_of(request), pk=pk)
    made = reverse_fund(
        entry=entry, reason=request.POST.get("reason", ""), actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, "已冲正，原来那笔保留")
    return redirect("fund-page", made.pk)
