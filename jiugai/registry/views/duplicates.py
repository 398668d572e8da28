"""Pages that decide whether two communities are one."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.actions import duplicates as actions
from jiugai.registry.models import DuplicatePair
from jiugai.registry.queries import duplicates as queries
from jiugai.web.parts.paging import pager

PAGE = 50


class DecisionForm(forms.Form):
    """Why a pair was merged, kept apart or split."""

    reason = forms.CharField(label="原因", max_length=300)
    keep = forms.IntegerField(required=False)


@require_safe
@needs(Permission.DUPLICATE_MERGE)
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """List pairs by state, likeliest first."""
    actor = actor_of(request)
    state = request.GET.get("state", DuplicatePair.State.PROPOSED)
    if state not in DuplicatePair.State.values:
        state = DuplicatePair.State.PROPOSED
    text = request.GET.get("q", "").strip()
    page = Paginator(queries.pairs(actor=actor, state=state, text=text), PAGE).get_page(request.GET.get("page"))
    context = {
        "state": state,
        "text": text,
        "tabs": _tabs(state, queries.counts(actor=actor)),
        "pairs": page.object_list,
        "pager": pager(page, "对", state=state, q=text),
    }
    return render(request, "registry/duplicates/list.html", context)


def _tabs(state: str, counts: dict[str, int]) -> list[dict[str, object]]:
    return [
        {"label": label, "url": f"?state={value}", "current": value == state, "count": counts[value]}
        for value, label in DuplicatePair.State.choices
    ]


@require_safe
@needs(Permission.DUPLICATE_MERGE)
def duplicate_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both communities side by side with what a merge would move."""
    return _show(request, pk)


def _show(
    request: HttpRequest, pk: int, *, form: DecisionForm | None = None, refusal: Refusal | None = None
) -> HttpResponse:
    actor = actor_of(request)
    rows = DuplicatePair.objects.select_related("first__area", "second__area", "kept")
    pair = find(rows, actor, pk=pk)
    context = {
        "pair": pair,
        "left": queries.side(pair.first),
        "right": queries.side(pair.second),
        "lines": queries.lines(pair.first, pair.second),
        "form": form or DecisionForm(),
        "refusal": refusal,
        "may_decide": may(actor, Permission.DUPLICATE_MERGE, pair),
        "next": queries.pairs(actor=actor, state=DuplicatePair.State.PROPOSED).exclude(pk=pk).first(),
    }
    status = refusal.status if refusal else 422 if form else 200
    return render(request, "registry/duplicates/pair.html", context, status=status)


@require_POST
@needs(Permission.DUPLICATE_MERGE)
def duplicate_decide(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Merge, keep apart or split; a refusal is shown on the pair's page with what was typed."""
    actor = actor_of(request)
    find(DuplicatePair.objects.all(), actor, pk=pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, form=form)
    common = {"pair_id": pk, "actor": actor, "reason": form.cleaned_data["reason"], "at": timezone.now()}
    try:
        if what == "merge":
            pair = actions.merge(keep_id=form.cleaned_data["keep"] or 0, **common)
        else:
            pair = {"apart": actions.keep_apart, "split": actions.split}[what](**common)
    except Refusal as refusal:
        return _show(request, pk, form=form, refusal=refusal)
    messages.success(request, _said(pair))
    return redirect(reverse("duplicate-pair", args=[pk]))


def _said(pair: DuplicatePair) -> str:
    if pair.state == DuplicatePair.State.MERGED:
        return f"已并入“{pair.kept}”，可以在本页撤销"
    if pair.state == DuplicatePair.State.APART:
        return "已记为不是重复，以后不再提示"
    return "已撤销合并，两个小区恢复原样"
