"""Coverage with its targets, and the editions of the indicators."""

from datetime import date

import yaml
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.checkup.actions.deciding import enter_edition, set_target
from jiugai.checkup.editions import all_editions, edition_on
from jiugai.checkup.models import CheckupEdition
from jiugai.checkup.queries.coverage import area_in_view, board, years
from jiugai.domain.checkup.edition import Level
from jiugai.web.fields import day_field


class TargetForm(forms.Form):
    """A target of coverage."""

    title = forms.CharField(label="目标", max_length=160)
    due = day_field("期限")
    share = forms.IntegerField(label="覆盖比例", min_value=1, max_value=100)
    basis = forms.CharField(label="依据", max_length=300)


class EditionForm(forms.Form):
    """A new edition as text."""

    reason = forms.CharField(label="依据", max_length=300)
    text = forms.CharField(label="指标内容", widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}))


@require_safe
@needs(Permission.CHECKUP_VIEW)
def coverage(request: HttpRequest) -> HttpResponse:
    """Show how many of how many were checked, by district or street, and the targets."""
    return _coverage(request, TargetForm())


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHECKUP_MANAGE)
def target_new(request: HttpRequest) -> HttpResponseBase:
    """Set a target for the area in view."""
    form = TargetForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _coverage(request, form, status=422 if form.is_bound else 200)
    area = area_in_view(actor_of(request), request.GET.get("area", ""))
    if area is None:
        raise Http404
    set_target(area=area, actor=actor_of(request), **form.cleaned_data)
    messages.success(request, "目标已设定")
    return redirect(f"/checkups/coverage/?area={area.code}")


def _coverage(request: HttpRequest, form: TargetForm, *, status: int = 200) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    area = area_in_view(actor, request.GET.get("area", ""))
    if area is None:
        raise Http404
    year = _year(request.GET.get("year", ""), today)
    context = {
        "board": board(actor=actor, year=year, within_path=area.path, on=today),
        "area": area,
        "by_district": area.level == area.Level.CITY,
        "years": years(actor, today.year),
        "form": form,
        "may_manage": may(actor, Permission.CHECKUP_MANAGE, area),
    }
    return render(request, "checkup/coverage.html", context, status=status)


def _year(text: str, today: date) -> int:
    return int(text) if text.isdecimal() and 2000 <= int(text[:5]) <= 2100 else today.year


@require_safe
@needs(Permission.CHECKUP_VIEW)
def editions(request: HttpRequest) -> HttpResponse:
    """List the editions, and show the one in force or the one asked for."""
    rows = all_editions()
    now = edition_on(timezone.localdate())
    wanted = next((row for row in rows if row.code == request.GET.get("code")), now)
    edition = wanted.edition
    levels = [
        {"label": level.label, "share": edition.shares[level], "indicators": edition.of(level)} for level in Level
    ]
    context = {
        "rows": rows,
        "in_force": now,
        "wanted": wanted,
        "edition": edition,
        "levels": levels,
        "severities": [(edition.severities[s], edition.takes[s]) for s in edition.severities],
        "may_manage": may(actor_of(request), Permission.CHECKUP_MANAGE),
    }
    return render(request, "checkup/editions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CHECKUP_MANAGE)
def edition_new(request: HttpRequest) -> HttpResponseBase:
    """Enter a new edition, starting from the one in force."""
    if request.method != "POST":
        now = edition_on(timezone.localdate())
        return _edition_page(request, EditionForm(initial={"text": as_text(now)}))
    form = EditionForm(request.POST)
    if not form.is_valid():
        return _edition_page(request, form, status=422)
    made = enter_edition(**form.cleaned_data, actor=actor_of(request))
    messages.success(request, f"{made.name}已录入，{made.since:%Y年%m月%d日}起开始的体检使用")
    return redirect(f"/checkups/editions/?code={made.code}")


def _edition_page(request: HttpRequest, form: EditionForm, *, status: int = 200) -> HttpResponse:
    return render(request, "checkup/edition_new.html", {"form": form}, status=status)


def as_text(row: CheckupEdition) -> str:
    """Return an edition as the text people edit."""
    return yaml.safe_dump(row.content, allow_unicode=True, sort_keys=False, width=110)
