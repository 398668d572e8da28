"""The roster of responsible planners (T09-1)."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.roster import Person, appoint, end_term, record_training, save_planner
from jiugai.planning.actions.succeeding import pass_on
from jiugai.planning.forms import PlannerForm, TermEndForm, TermForm, TrainingForm, today_of
from jiugai.planning.models import Planner, PlannerTerm
from jiugai.planning.queries.roster import choices_for, show_planner, streets_of
from jiugai.web.refusing import put


def planner_of(request: HttpRequest, pk: int) -> Planner:
    """Return the planner in the person's scope, or 404."""
    return find(Planner.objects.select_related("area", "organisation", "user"), actor_of(request), pk=pk)


@require_safe
@needs(Permission.POOL_VIEW)
def planner_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a planner: terms by street, training, projects with their opinions."""
    return _page(request, planner_of(request, pk))


def _page(request: HttpRequest, planner: Planner, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    term, training = TermForm(streets=streets_of(planner)), TrainingForm()
    today_of(term, today, "starts")
    today_of(training, today, "held_on")
    context: dict[str, Any] = {
        "planner": planner,
        "o": show_planner(planner, on=today),
        "today": today,
        "may_manage": may(actor, Permission.ROSTER_MANAGE, planner),
        "term_form": term,
        "training_form": training,
        **more,
    }
    return render(request, "planning/planner.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROSTER_MANAGE)
def planner_new(request: HttpRequest) -> HttpResponse:
    """Put a planner on the roster."""
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ROSTER_MANAGE)
def planner_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a planner's entry."""
    planner = planner_of(request, pk)
    require(actor_of(request), Permission.ROSTER_MANAGE, planner)
    return _edit(request, planner)


def _edit(request: HttpRequest, planner: Planner | None) -> HttpResponse:
    actor = actor_of(request)
    form = PlannerForm(request.POST or None, initial=_initial(planner), **choices_for(actor))
    if request.method == "POST" and form.is_valid():
        made = _save(form, planner, actor)
        if made is not None:
            messages.success(request, f"{made.name}已在名册里，下一步登记任期")
            return redirect("planner-page", made.pk)
    context = {"form": form, "planner": planner}
    return render(request, "planning/planner_form.html", context, status=422 if form.errors else 200)


def _initial(planner: Planner | None) -> dict[str, Any]:
    if planner is None:
        return {}
    names = ("name", "organisation", "user", "speciality", "note")
    return {name: getattr(planner, name) for name in names} | {"area": planner.area.code}


def _save(form: PlannerForm, planner: Planner | None, actor: Actor) -> Planner | None:
    """Save, or put the refusal at its field and return nothing."""
    try:
        return save_planner(person=Person(**form.cleaned_data), actor=actor, planner=planner)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        put(form, refusal, "name")
        return None


@require_POST
@needs(Permission.ROSTER_MANAGE)
def term_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a planner in charge of a street for a time."""
    planner = planner_of(request, pk)
    form = TermForm(request.POST, streets=streets_of(planner))
    if _tried(form, lambda clean: appoint(planner=planner, actor=actor_of(request), **clean)):
        passed = pass_on(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())
        messages.success(request, f"任期已登记，新项目会送请这位规划师出具意见{_also(passed)}")
        return redirect("planner-page", pk)
    return _page(request, planner, status=422, term_form=form)


def _also(passed: int) -> str:
    return f"；没有答复的 {passed} 份意见已转给他" if passed else ""


@require_POST
@needs(Permission.ROSTER_MANAGE)
def training_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a training."""
    planner, form, on = planner_of(request, pk), TrainingForm(request.POST), timezone.localdate()
    if _tried(form, lambda clean: record_training(planner=planner, actor=actor_of(request), on=on, **clean)):
        messages.success(request, "培训已登记")
        return redirect("planner-page", pk)
    return _page(request, planner, status=422, training_form=form)


def _tried(form: Form, act: Any) -> bool:
    """Do it when the form is right; put a refusal on the form."""
    if not form.is_valid():
        return False
    try:
        act(form.cleaned_data)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        put(form, refusal)
        return False
    return True


@require_POST
@needs(Permission.ROSTER_MANAGE)
def term_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a term on a day."""
    actor = actor_of(request)
    term = find(PlannerTerm.objects.select_related("planner", "street"), actor, pk=pk)
    form = TermEndForm(request.POST)
    if not form.is_valid():
        raise Refusal("没有填最后一天", where="任期", remedy="填任期的最后一天")
    end_term(term=term, on=form.cleaned_data["on"], actor=actor)
    pass_on(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())
    messages.success(request, f"{term.street.name}的任期已结束")
    return redirect("planner-page", term.planner_id)
