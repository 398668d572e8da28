"""The flow pool: districts side by side, granting, one entry, the journal as text (T18-1…4)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts import audit
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.ledger.actions.granting import area_typed, grant_scale, reverse
from jiugai.ledger.forms import GrantForm
from jiugai.ledger.journal import as_journal
from jiugai.ledger.models import Entry
from jiugai.ledger.queries.entry import show_entry
from jiugai.ledger.queries.pool import show_pool
from jiugai.web.refusing import put

WHERE = {"规模": "amount", "文号": "reference", "辖区": "district", "日期": "on", "可用规模": "amount"}


@require_safe
@needs(Permission.LEDGER_VIEW)
def flow_pool(request: HttpRequest) -> HttpResponse:
    """Show every district of the person: granted, available, reserved, counted, and by kind of works."""
    return _page(request, GrantForm(initial={"on": timezone.localdate()}))


def _page(request: HttpRequest, form: GrantForm) -> HttpResponse:
    actor = actor_of(request)
    context: dict[str, Any] = {"o": show_pool(actor), "form": form, "may_grant": may(actor, Permission.SCALE_GRANT)}
    return render(request, "ledger/pool.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.SCALE_GRANT)
def grant(request: HttpRequest) -> HttpResponse:
    """Grant a district a scale, or take some back."""
    form = GrantForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    asked = form.cleaned_data
    try:
        entry = grant_scale(
            district=asked["district"], cm2=area_typed(asked["amount"]), reference=asked["reference"], on=asked["on"],
            actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        put(form, refusal, WHERE.get(refusal.where))
        return _page(request, form)
    messages.success(request, f"{entry.area.name}：{entry.what} {asked['amount']} ㎡，文号 {entry.reference}")
    return redirect("flow-pool")


@require_safe
@needs(Permission.LEDGER_VIEW)
def entry_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry with its legs, what it belongs to, and whether it was reversed."""
    actor = actor_of(request)
    entry = find(Entry.objects.select_related("area", "matter", "reverses"), actor, pk=pk)
    context = {
        "entry": entry, "o": show_entry(entry), "may_reverse": may(actor, Permission.SCALE_GRANT, entry),
    }  # fmt: skip
    return render(request, "ledger/entry.html", context)


@require_POST
@needs(Permission.SCALE_GRANT)
def entry_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a grant by the opposite entry."""
    actor = actor_of(request)
    entry = find(Entry.objects.select_related("area"), actor, pk=pk)
    made = reverse(entry=entry, reason=request.POST.get("reason", ""), actor=actor, now=timezone.now())
    messages.success(request, "已冲正，原分录保留")
    return redirect("entry-page", made.pk)


@require_safe
@needs(Permission.LEDGER_VIEW, Permission.EXPORT)
def journal(request: HttpRequest) -> HttpResponse:
    """Give the whole journal of the person's districts as plain text that hledger reads."""
    actor = actor_of(request)
    text = as_journal(actor)
    audit.record(action=Action.EXPORTED, actor=actor, subject="流量池账本")
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = "attachment; filename=flow-pool.journal"
    return answer
