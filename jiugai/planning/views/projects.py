"""Projects: proposing one for a community, its page, and its moves."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.asking import ask_opinion
from jiugai.planning.actions.guiding import mark_step
from jiugai.planning.actions.including import name_implementer, record_inclusion
from jiugai.planning.actions.moving import enter_pool, exit_pool, start_works, withdraw_project
from jiugai.planning.actions.proposing import Proposal, lead_of, organiser_of, propose_project
from jiugai.planning.forms import AskForm, ExitForm, GuideForm, ImplementerForm, ListForm, ProjectForm, today_of
from jiugai.planning.models import Project
from jiugai.planning.project_panels import ProjectLook, panels_of
from jiugai.planning.queries.project import show
from jiugai.planning.queries.proposing import bodies_who_build, checkup_of, neighbours, standing_buildings
from jiugai.policy.actions.judging import GateShut, remember_refusal
from jiugai.registry.models import Community
from jiugai.registry.views.file import community_of
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return the project in the person's scope, or 404."""
    rows = Project.objects.select_related("community__area", "lead", "organiser", "implementer")
    return find(rows, actor_of(request), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def project_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a project for a community."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.POOL_PROPOSE, community)
    checkup = checkup_of(community, on=timezone.localdate())
    form = ProjectForm(
        request.POST or None,
        others=neighbours(community, actor),
        buildings=standing_buildings(community),
        initial=checkup,
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _propose(community, form, actor)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已提出“{made.title}”，编号 {made.code}，下一步是入储备库")
            return redirect("project-page", made.pk)
    context = {
        "form": form, "community": community, "checkup": checkup,
        "lead": lead_of(community), "organiser": organiser_of(community),
    }  # fmt: skip
    return render(request, "planning/project_new.html", context, status=422 if form.errors else 200)


def _propose(community: Community, form: ProjectForm, actor: Actor) -> Project:
    clean = form.cleaned_data
    proposal = Proposal(
        communities=[community, *clean["others"]],
        kind=clean["kind"],
        title=clean["title"],
        items=clean["items"],
        content=clean["content"],
        buildings=list(clean["buildings"]),
        cost_yuan=form.cost_yuan,
        works_area_m2=clean["works_area_m2"],
        checkup_ref=clean["checkup_ref"],
        checkup_on=clean["checkup_on"],
    )
    return propose_project(proposal=proposal, actor=actor, now=timezone.now(), on=timezone.localdate())


@require_safe
@needs(Permission.POOL_VIEW)
def project_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a project: the gate ahead with its findings, bodies, pledges, planner, timeline."""
    return _page(request, project_of(request, pk))


def _page(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    guide = GuideForm()
    today_of(guide, today, "done_on")
    context: dict[str, Any] = {
        "o": show(project, actor=actor, on=today),
        "project": project,
        "panels": panels_of(ProjectLook(project, actor, today)),
        "guide_form": guide,
        "exit_form": ExitForm(),
        "implementer_form": ImplementerForm(
            bodies=bodies_who_build(actor), initial={"implementer": project.implementer}
        ),
        **more,
    }
    return render(request, "planning/project.html", context, status=status)


@require_POST
@needs(Permission.POOL_DECIDE)
def project_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a project into the pool, or show by clause what is missing."""
    project = project_of(request, pk)
    return _through(request, project, enter_pool, f"“{project.title}”已入储备库")


@require_POST
@needs(Permission.GATE_PASS)
def project_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Let works begin, or show by clause what is missing."""
    project = project_of(request, pk)
    return _through(request, project, start_works, f"“{project.title}”已批准开工")


def _through(request: HttpRequest, project: Project, move: Any, words: str) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    try:
        move(project=project, actor=actor, now=now, on=timezone.localdate())
    except GateShut as shut:
        remember_refusal(shut=shut, actor=actor, now=now)
        return _page(request, project, status=409, refused=shut)
    messages.success(request, words)
    return redirect("project-page", project.pk)


@require_POST
@needs(Permission.POOL_DECIDE)
def project_exit(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a project out of the pool."""
    project, form = project_of(request, pk), ExitForm(request.POST)
    if not form.is_valid():
        return _page(request, project, status=422, exit_form=form)
    exit_pool(
        project=project, kind=form.cleaned_data["kind"], reason=form.cleaned_data["reason"],
        actor=actor_of(request), now=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, f"“{project.title}”已出库，记录保留")
    return redirect("project-page", pk)


@require_POST
@needs(Permission.POOL_PROPOSE)
def project_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a proposal."""
    project = project_of(request, pk)
    withdraw_project(
        project=project, reason=reason_of(request), actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, f"“{project.title}”已撤回，记录保留")
    return redirect("project-page", pk)


@require_POST
@needs(Permission.POOL_DECIDE)
def project_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down whether the city's or the central list holds the project (T32-9)."""
    project, form = project_of(request, pk), ListForm(request.POST)
    if not form.is_valid():
        raise Refusal("没有选计划", where="双纳入", remedy="选市级改造计划或央产改造计划")
    record_inclusion(
        project=project, which=form.cleaned_data["which"], included=form.answer,
        reference=form.cleaned_data["reference"], actor=actor_of(request), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, "双纳入情况已登记，关口随即重新核对")
    return redirect("project-page", pk)


@require_POST
@needs(Permission.POOL_PROPOSE)
def project_implementer(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the implementing body."""
    project, actor = project_of(request, pk), actor_of(request)
    form = ImplementerForm(request.POST, bodies=bodies_who_build(actor))
    if not form.is_valid():
        return _page(request, project, status=422, implementer_form=form)
    body: Organisation | None = form.cleaned_data["implementer"]
    name_implementer(project=project, implementer=body, actor=actor, now=timezone.now())
    messages.success(request, f"实施主体：{body or '未确定'}")
    return redirect("project-page", pk)


@require_POST
@needs(Permission.POOL_PROPOSE)
def opinion_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the planner in charge for an opinion; the clock of five working days begins."""
    project, form = project_of(request, pk), AskForm(request.POST)
    if not form.is_valid():
        raise Refusal("没有选环节", where="环节", remedy="选项目生成、方案审查或专项设计")
    made = ask_opinion(
        project=project, at=form.cleaned_data["at"], detail=form.cleaned_data["detail"], actor=actor_of(request),
        now=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, f"已送请{made.assignee or made.owner}出具意见")
    return redirect("project-page", pk)


@require_POST
@needs(Permission.OPINION_GIVE)
def guide_mark(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a step of the planner's guide (T09-2)."""
    project, form = project_of(request, pk), GuideForm(request.POST)
    if not form.is_valid():
        return _page(request, project, status=422, guide_form=form)
    mark_step(project=project, actor=actor_of(request), on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, "已记入规划师工作指南")
    return redirect("project-page", pk)
