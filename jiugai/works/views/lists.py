"""Pages beside the lists: evaluations, bought services, the catalogue, challenges, the problems raised."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area, Organisation
from jiugai.accounts.permissions import Permission, may, where_held
from jiugai.accounts.scope import within
from jiugai.domain.errors import Refusal
from jiugai.web.refusing import put
from jiugai.works.actions import cataloguing
from jiugai.works.actions.grading import evaluate_firm
from jiugai.works.forms.after import BidForm, ServiceForm, TechniqueForm
from jiugai.works.forms.lists import FirmPeriodForm
from jiugai.works.models import ChallengeBid, NewTechnique, OpenChallenge, SafetyEvaluation
from jiugai.works.queries.topics import raised


def areas_for(actor: Actor) -> Any:
    """Return the districts and streets in which the actor grades safety."""
    held = where_held(actor, Permission.SAFETY_GRADE)
    rows = Area.objects.filter(level__in=["city", "district", "street"]).defer("boundary").order_by("path")
    if held.sees_all:
        return rows
    return rows.filter(within(held.paths, "path")) if held.paths else rows.none()


@require_safe
@needs(Permission.SITE_VIEW)
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an evaluation with its sum; it prints as it is."""
    row = find(SafetyEvaluation.objects.select_related("project", "firm", "area"), actor_of(request), pk=pk)
    return render(request, "works/evaluation.html", {"row": row, "taken": 100 - row.score})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SAFETY_GRADE)
def evaluation_new(request: HttpRequest) -> HttpResponse:
    """Evaluate a firm over its projects in an area."""
    actor = actor_of(request)
    form = FirmPeriodForm(request.POST or None, areas=areas_for(actor))
    if request.method == "POST" and form.is_valid():
        try:
            made = evaluate_firm(actor=actor, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{made.firm}：{made.score} 分，{made.level}")
            return redirect("evaluation", made.pk)
    return _form(request, form, "测评一家企业", "evaluation-list", "测评")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SAFETY_GRADE)
def service_new(request: HttpRequest) -> HttpResponse:
    """Record a contract for services."""
    actor = actor_of(request)
    buyers = Organisation.objects.visible_to(actor).exclude(kind__in=["company", "owners"]).order_by("name")
    form = ServiceForm(request.POST or None, areas=areas_for(actor), buyers=buyers)
    if request.method == "POST" and form.is_valid():
        try:
            made = cataloguing.save_service(values=form.values(), actor=actor)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已登记{made.provider}的{made.get_kind_display()}")
            return redirect("service-list")
    return _form(request, form, "登记购买服务的合同", "service-list", "登记")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SAFETY_GRADE)
def technique_new(request: HttpRequest) -> HttpResponse:
    """Put an entry into the catalogue."""
    form = TechniqueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = cataloguing.save_technique(values=form.cleaned_data, actor=actor_of(request))
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"“{made.name}”已入目录")
            return redirect("technique", made.pk)
    return _form(request, form, "登记四新", "technique-list", "登记")


def _form(request: HttpRequest, form: Any, title: str, back: str, verb: str) -> HttpResponse:
    context = {"form": form, "title": title, "back": back, "verb": verb}
    return render(request, "works/form.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.SITE_VIEW)
def technique(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an entry with where it was used and what it saved (T21-5)."""
    row = find(NewTechnique.objects.select_related("challenge"), actor_of(request), pk=pk)
    uses = list(row.uses.visible_to(actor_of(request)).select_related("project").order_by("-used_on", "-pk"))
    usual, actual = (sum((getattr(use, n) for use in uses), start=0) for n in ("usual_days", "actual_days"))
    context = {
        "row": row, "uses": uses, "usual": usual, "actual": actual, "saved": usual - actual,
        "share": (usual - actual) / usual if usual else None,
    }  # fmt: skip
    return render(request, "works/technique.html", context)


@require_safe
@needs(Permission.MATTER_VIEW)
def challenge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the bids of a challenge."""
    return _challenge(request, find(OpenChallenge.objects.select_related("owner", "area"), actor_of(request), pk=pk))


def _challenge(request: HttpRequest, row: Any, *, form: Any = None, status: int = 200) -> HttpResponse:
    context = {
        "row": row,
        "bids": row.bids.order_by("-score", "pk"),
        "form": form or BidForm(initial={"bid_on": timezone.localdate()}),
        "may_grade": may(actor_of(request), Permission.SAFETY_GRADE, row),
    }
    return render(request, "works/challenge.html", context, status=status)


@require_POST
@needs(Permission.SAFETY_GRADE)
def challenge_bid(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a bid."""
    actor = actor_of(request)
    row, form = find(OpenChallenge.objects.all(), actor, pk=pk), BidForm(request.POST)
    if not form.is_valid():
        return _challenge(request, row, form=form, status=422)
    try:
        cataloguing.place_bid(challenge=row, values=form.values(), actor=actor)
    except Refusal as refusal:
        put(form, refusal)
        return _challenge(request, row, form=form, status=refusal.status)
    messages.success(request, "已登记揭榜")
    return redirect("challenge", pk)


@require_POST
@needs(Permission.SAFETY_GRADE)
def challenge_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a bid its marks, or choose it."""
    actor = actor_of(request)
    row = find(OpenChallenge.objects.all(), actor, pk=pk)
    text = request.POST.get("bid", "")
    bid = ChallengeBid.objects.filter(challenge=row, pk=int(text) if text.isdecimal() else 0).first()
    if bid is None:
        raise Refusal("没有选揭榜单位", where="揭榜", remedy="选一家")
    score = request.POST.get("score", "")
    if "choose" in request.POST:
        cataloguing.choose_bid(bid=bid, actor=actor)
        messages.success(request, f"已选定{bid.bidder}，在办理页面登记选定")
    else:
        cataloguing.score_bid(bid=bid, score=int(score) if score.isdecimal() else -1, actor=actor)
        messages.success(request, f"{bid.bidder}：{score} 分")
    return redirect("challenge", pk)


@require_safe
@needs(Permission.SITE_VIEW)
def topics(request: HttpRequest) -> HttpResponse:
    """Show which technical problems residents raise most (T21-2)."""
    return render(request, "works/topics.html", {"o": raised(actor_of(request))})
