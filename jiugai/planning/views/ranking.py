"""The ranking: one project's arithmetic on a page, versions of the weights, districts' progress and satisfaction."""

from collections import Counter
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.ranking import Factor, points, rank_districts
from jiugai.planning.actions.ranking import (
    NewWeights,
    count_ranking,
    make_version,
    record_satisfaction,
    weights_on,
)
from jiugai.planning.forms import today_of
from jiugai.planning.models import DistrictSatisfaction, PoolRank, RankingVersion
from jiugai.planning.queries.rank_links import links_of
from jiugai.planning.queries.ranking_inputs import districts_of
from jiugai.policy import figures
from jiugai.web.fields import day_field
from jiugai.web.refusing import put

SHOWN = 40


class WeightsForm(forms.Form):
    """A new version of the weights, in percent."""

    checkup = forms.IntegerField(label="体检结果", min_value=0, max_value=100)
    finance = forms.IntegerField(label="本区财力", min_value=0, max_value=100)
    mass_work = forms.IntegerField(label="群众工作", min_value=0, max_value=100)
    demand = forms.IntegerField(label="居民诉求", min_value=0, max_value=100)
    since = day_field("施行日期")
    note = forms.CharField(label="依据", max_length=300, error_messages={"required": "没有写依据"})


class SatisfactionForm(forms.Form):
    """A district's satisfaction survey."""

    area = forms.ModelChoiceField(label="区", queryset=Area.objects.none(), to_field_name="code", empty_label=None)
    answered = forms.IntegerField(label="答复", min_value=1, max_value=10**7)
    satisfied = forms.IntegerField(label="满意", min_value=0, max_value=10**7)
    on_day = day_field("调查日期")
    source = forms.CharField(label="来源", max_length=200, error_messages={"required": "没有写来源"})

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


@require_safe
@needs(Permission.POOL_VIEW)
def rank_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project's arithmetic: every factor with its inputs, and which swings of the weights change its place."""
    rows = PoolRank.objects.select_related("project__community__area", "version")
    rank = find(rows, actor_of(request), pk=pk)
    links = links_of(rank, actor_of(request))
    parts = [{**_part(row), "links": links[row["factor"]]} for row in rank.trace]
    flips = [{"factor": Factor(f).label, "step": step, "size": abs(step), "place": at} for f, step, at in rank.flips]
    neighbours = (
        PoolRank.objects.visible_to(actor_of(request))
        .filter(area_path__startswith=_district(rank), place__range=(rank.place - 2, rank.place + 2))
        .exclude(pk=rank.pk)
        .select_related("project")
        .order_by("place")[:6]
    )
    context = {
        "rank": rank, "parts": parts, "flips": flips, "low": points(rank.low), "high": points(rank.high),
        "neighbours": [{"rank": one, "low": points(one.low)} for one in neighbours],
    }  # fmt: skip
    return render(request, "planning/rank.html", context)


def _district(rank: PoolRank) -> str:
    return "/" + "/".join(rank.area_path.strip("/").split("/")[:2]) + "/"


def _part(row: dict[str, Any]) -> dict[str, Any]:
    """Add words and what the factor brings into the sum."""
    known = row["points"] is not None
    return {
        **row, "label": Factor(row["factor"]).label, "known": known, "shown": points(row["points"]) if known else "",
        "brings": f"{Decimal(row['points'] * row['weight']) / 10_000:.2f}" if known else "",
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def weights(request: HttpRequest) -> HttpResponse:
    """Show the versions of the weights and what hangs on them; make a new one."""
    actor, today = actor_of(request), timezone.localdate()
    now = weights_on(today)
    form = WeightsForm(request.POST or None, initial={f.value: getattr(now, f.value) for f in Factor})
    today_of(form, today, "since")
    if request.method == "POST" and form.is_valid():
        try:
            made = make_version(new=NewWeights(**form.cleaned_data), actor=actor, now=timezone.now(), on=today)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal)
        else:
            messages.success(request, f"第 {made.number} 版权重已制定，{made.since:%Y年%m月%d日}起使用")
            return redirect("ranking-weights")
    context = {"form": form, "now": now, "versions": RankingVersion.objects.all(), **_standing(actor)}
    return render(request, "planning/ranking_weights.html", context, status=422 if form.errors else 200)


def _standing(actor: Actor) -> dict[str, Any]:
    """Count by factor and step how many places a swing changes, and list the projects it moves most."""
    rows = PoolRank.objects.visible_to(actor).order_by("place").select_related("project")
    counted: Counter[tuple[str, int]] = Counter()
    for flips in rows.values_list("flips", flat=True):
        counted.update((factor, step) for factor, step, _ in flips)
    steps = sorted({step for _, step in counted}, reverse=True) or [5, -5]
    loose = sorted(rows, key=lambda one: one.best_place - one.worst_place)[:SHOWN]
    return {
        "count": rows.count(), "newest": rows.order_by("-counted_at").first(), "steps": steps,
        "swings": [{"label": f.label, "counts": [counted[f.value, step] for step in steps]} for f in Factor],
        "loose": [one for one in loose if one.worst_place > one.best_place][:10],
        "may_manage": may(actor, Permission.RANKING_MANAGE),
    }  # fmt: skip


@require_POST
@needs(Permission.RANKING_MANAGE)
def ranking_count(request: HttpRequest) -> HttpResponse:
    """Count the ranking anew."""
    number = count_ranking(actor=actor_of(request), now=timezone.now(), on=timezone.localdate())
    messages.success(request, f"{number} 个储备项目已重新排序")
    return redirect("rank-list")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def ranking_districts(request: HttpRequest) -> HttpResponse:
    """Rank districts by progress and satisfaction to propose early payment (T24-4); record satisfaction."""
    actor, today = actor_of(request), timezone.localdate()
    form = SatisfactionForm(request.POST or None, areas=_districts(actor))
    today_of(form, today, "on_day")
    if request.method == "POST" and form.is_valid():
        try:
            made = record_satisfaction(actor=actor, on=today, **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal)
        else:
            messages.success(request, f"{made.area.name}满意度已登记，下次排序时使用")
            return redirect("ranking-districts")
    params = figures.current()
    least = [params.value(f"early_payment_{name}_min", today) for name in ("progress", "satisfaction")]
    bounds = [one.number for one in least if one is not None]
    ranked = rank_districts(districts_of(today), *bounds) if len(bounds) == 2 else []
    sources = {row.area_id: row for row in DistrictSatisfaction.objects.order_by("on", "pk").select_related("area")}
    context = {
        "rows": ranked, "form": form, "least": [one for one in least if one is not None],
        "sources": {row.area.code: row for row in sources.values()},
        "may_manage": may(actor, Permission.RANKING_MANAGE),
    }  # fmt: skip
    return render(request, "planning/ranking_districts.html", context, status=422 if form.errors else 200)


def _districts(actor: Actor) -> Any:
    rows = Area.objects.filter(level=Area.Level.DISTRICT).order_by("code").defer("boundary")
    if actor.sees_all:
        return rows
    return rows.filter(path__in=[_up(path) for path in actor.paths])


def _up(path: str) -> str:
    return "/" + "/".join(path.strip("/").split("/")[:2]) + "/"
