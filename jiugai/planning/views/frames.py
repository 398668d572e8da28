"""Limits of the plan, planning figures of projects, bundles: on pages and by Excel."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.accounts.scope import within
from jiugai.domain.errors import Refusal
from jiugai.matters.views.importing import hand_out, take_in
from jiugai.planning.actions import framing
from jiugai.planning.models import PlanBundle, Project, RenewalUnit
from jiugai.planning.plan_forms import BundleForm, FrameForm, InputForm
from jiugai.planning.queries import framing as load
from jiugai.planning.queries.quota import district_of
from jiugai.planning.views.projects import project_of
from jiugai.web.refusing import put


def _frame_form(actor: Actor) -> Any:
    rows = Area.objects.filter(level__in=["city", "district", "street"]).defer("boundary").order_by("path")
    rows = rows if actor.sees_all else rows.filter(within(actor.paths, "path")) if actor.paths else rows.none()
    return type("FrameForm", (FrameForm,), {"areas": rows})


def _limit(clean: FrameForm) -> framing.Limit:
    data = clean.cleaned_data
    return framing.Limit(data["area"], data["kind"], clean.stored, data["year"], data["document"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def plan_frames(request: HttpRequest) -> HttpResponse:
    """Show the limits in force and those before; enter a new one."""
    actor = actor_of(request)
    form = _frame_form(actor)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            framing.enter_frame(limit=_limit(form), actor=actor, now=timezone.now())
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已登记，以前的数留在记录里")
            return redirect("frame-list")
    context = {"form": form, "o": load.frames(actor), "may_edit": may(actor, Permission.PLAN_EDIT)}
    return render(request, "planning/plan/frames.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def frame_import(request: HttpRequest) -> HttpResponse:
    """Enter limits from a workbook, all or none."""
    actor = actor_of(request)

    @transaction.atomic
    def write(rows: Sequence[Any]) -> str:
        for form in rows:
            framing.enter_frame(limit=_limit(form), actor=actor, now=timezone.now())
        return f"已登记 {len(rows)} 项计划条件"

    return take_in(request, _frame_form(actor), write=write, name="frame", label="计划条件")


@require_safe
@needs(Permission.PLAN_EDIT)
def frame_template(request: HttpRequest) -> HttpResponseBase:
    """Give an empty workbook for limits."""
    return hand_out(_frame_form(actor_of(request)), label="计划条件")


def _input_form(actor: Actor) -> Any:
    return type("InputForm", (InputForm,), {"projects": Project.objects.visible_to(actor).stored()})


@require_safe
@needs(Permission.POOL_VIEW)
def plan_inputs(request: HttpRequest) -> HttpResponse:
    """Show what each project of the pool brings into the plan, and what it lacks."""
    only = request.GET.get("only", "")
    return render(request, "planning/plan/inputs.html", {"o": load.inputs(actor_of(request), only=only), "only": only})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def project_input(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what a project brings into the plan."""
    project, actor = project_of(request, pk), actor_of(request)
    form = type("InputForm", (InputForm,), {"projects": Project.objects.filter(pk=project.pk)})(
        {**request.POST.dict(), "project": project.code} if request.method == "POST" else None,
        initial=load.initial(project),
    )
    if request.method == "POST" and form.is_valid():
        framing.save_input(project=project, values=form.values(), actor=actor, now=timezone.now())
        messages.success(request, f"“{project}”的计划资料已登记")
        return redirect("input-list")
    return render(
        request, "planning/plan/input.html", {"form": form, "project": project}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def input_import(request: HttpRequest) -> HttpResponse:
    """Enter planning figures from a workbook, all or none."""
    actor = actor_of(request)

    @transaction.atomic
    def write(rows: Sequence[Any]) -> str:
        for form in rows:
            framing.save_input(
                project=form.cleaned_data["project"], values=form.values(), actor=actor, now=timezone.now()
            )
        return f"已登记 {len(rows)} 个项目的计划资料"

    return take_in(request, _input_form(actor), write=write, name="input", label="计划资料")


@require_safe
@needs(Permission.PLAN_EDIT)
def input_template(request: HttpRequest) -> HttpResponseBase:
    """Give an empty workbook for planning figures."""
    return hand_out(_input_form(actor_of(request)), label="计划资料")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def plan_bundles(request: HttpRequest) -> HttpResponse:
    """Show bundles and block-renewal units with every member's own figures (T08-4, T08-5); make one."""
    actor, today = actor_of(request), timezone.localdate()
    projects, units = load.free_projects(actor), RenewalUnit.objects.visible_to(actor)
    form = BundleForm(request.POST or None, projects=projects, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            made = _bundle(form, actor, today)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"“{made.name}”已打捆，求解时同进同出")
            return redirect("plan-bundles")
    context = {"form": form, "o": load.bundles(actor), "may_edit": may(actor, Permission.PLAN_EDIT)}
    return render(request, "planning/plan/bundles.html", context, status=422 if form.errors else 200)


def _bundle(form: BundleForm, actor: Actor, today: Any) -> PlanBundle:
    clean = form.cleaned_data
    projects = list(clean["projects"])
    area = Area.objects.defer("boundary").get(path=district_of(projects[0].area_path))
    unit = clean["unit"]
    if clean["new_unit"].strip():
        unit = framing.save_unit(area=area, name=clean["new_unit"], actor=actor)
    return framing.make_bundle(
        area=area, name=clean["name"], projects=projects, unit=unit, reason=clean["reason"], actor=actor, on=today
    )


@require_POST
@needs(Permission.PLAN_EDIT)
def bundle_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a bundle apart."""
    bundle = find(PlanBundle.objects.all(), actor_of(request), pk=pk)
    framing.dissolve_bundle(bundle=bundle, actor=actor_of(request))
    messages.success(request, f"“{bundle.name}”已拆开，各项目的资料不变")
    return redirect("plan-bundles")
