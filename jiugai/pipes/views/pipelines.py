"""Pipelines of a project and of a community: the plan, jobs, merging, boundary points, drains, duties."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.pipes.actions.duties import add_boundary, add_duty, finish_duty, set_takeover
from jiugai.pipes.actions.jobs import BadPipe, decide_merge, save_job, save_plan
from jiugai.pipes.forms import BoundaryForm, DutyForm, JobForm, PlanForm, TakeoverForm
from jiugai.pipes.models import BoundaryPoint, DrainTakeover, PipeHandover, PipeJob, PipePlan, UtilityDuty
from jiugai.pipes.queries.pipes import control_of, jobs_of, merges_of, telecom_of
from jiugai.planning.models import Project
from jiugai.registry.models import Community
from jiugai.registry.views.file import community_of, page
from jiugai.web.refusing import put

VIEW, RECORD = Permission.PIPES_VIEW, Permission.PIPES_RECORD
TAB = "community-pipes"


def project_of(request: HttpRequest, pk: int) -> Project:
    """Return the project in the person's scope, or 404."""
    return find(Project.objects.select_related("community"), actor_of(request), pk=pk)


@require_safe
@needs(VIEW)
def project_pipes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all pipelines of a project."""
    return _project(request, project_of(request, pk))


def _project(request: HttpRequest, project: Project, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    plan = PipePlan.objects.select_related("telecom").filter(project=project).first()
    rows = jobs_of(plan, on=today) if plan else []
    context = {
        "project": project,
        "plan": plan,
        "rows": rows,
        "merges": merges_of(plan, [row.job for row in rows], on=today) if plan else [],
        "telecom": telecom_of(plan),
        "duties": UtilityDuty.objects.filter(project=project),
        "today": today,
        "may_record": may(actor, RECORD, project),
        "plan_form": PlanForm(companies=_companies(request), initial=_of(plan)),
        "duty_form": DutyForm(initial={"since": today}),
        **more,
    }
    return render(request, "pipes/project.html", context, status=status)


def _companies(request: HttpRequest) -> Any:
    return Organisation.objects.visible_to(actor_of(request)).filter(kind=Organisation.Kind.COMPANY).order_by("name")


def _of(plan: PipePlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    data = {name: getattr(plan, name) for name in PlanForm.base_fields if hasattr(plan, name)}
    words = {True: "yes", False: "no", None: ""}
    return data | {name: words[getattr(plan, name)] for name in ("has_pipelines", "has_overhead")}


@require_POST
@needs(RECORD)
def plan_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what holds for all pipelines of a project."""
    project = project_of(request, pk)
    form = PlanForm(request.POST, companies=_companies(request))
    if form.is_valid():
        try:
            save_plan(
                project=project, values=form.values(), actor=actor_of(request), now=timezone.now(),
                version=form.cleaned_data["version"],
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已登记")
            return redirect("project-pipes", pk)
    return _project(request, project, 422, plan_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def job_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a job of a project."""
    project = project_of(request, pk)
    require(actor_of(request), RECORD, project)
    return _job_form(request, project, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def job_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a job, or register its acceptance."""
    job = job_of(request, pk)
    require(actor_of(request), RECORD, job)
    return _job_form(request, job.plan.project, job)


def job_of(request: HttpRequest, pk: int) -> PipeJob:
    """Return the job in the person's scope, or 404."""
    return find(PipeJob.objects.select_related("plan__project", "community", "building"), actor_of(request), pk=pk)


def _job_form(request: HttpRequest, project: Project, job: PipeJob | None) -> HttpResponse:
    homes = Community.objects.filter(pk__in=project.covers.values("community"))
    form = JobForm(
        request.POST or None, homes=homes, initial=_job(job) if job else {"community": homes.first(), "inside": True}
    )
    if request.method == "POST" and form.is_valid():
        actor, now = actor_of(request), timezone.now()
        try:
            plan = PipePlan.objects.filter(project=project).first() or save_plan(
                project=project, values={"has_pipelines": True}, actor=actor, now=now
            )
            version = form.cleaned_data["version"]
            saved = save_job(plan=plan, values=form.values(), actor=actor, now=now, job=job, version=version)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{saved.code} 已登记")
            return redirect("project-pipes", project.pk)
    context = {"form": form, "project": project, "job": job}
    return render(request, "pipes/job_form.html", context, status=422 if form.errors else 200)


def _job(job: PipeJob) -> dict[str, Any]:
    data = {name: getattr(job, name) for name in JobForm.base_fields if hasattr(job, name)}
    yuan = None if job.cost_fen is None else job.cost_fen / 100
    return data | {"cost_yuan": yuan, "route": job.geom.wkt if job.geom else ""}


@require_safe
@needs(VIEW)
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one job: schedule, cost, handover."""
    job, today = job_of(request, pk), timezone.localdate()
    context = {
        "job": job, "check": control_of(job, today) if job.for_lift else None,
        "handovers": PipeHandover.objects.filter(job=job).select_related("owner"),
        "absorbed": job.absorbed.all(), "may_record": may(actor_of(request), RECORD, job),
    }  # fmt: skip
    return render(request, "pipes/job.html", context)


@require_POST
@needs(RECORD)
def job_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make two jobs one, or keep them apart with the reason."""
    one = job_of(request, pk)
    number = request.POST.get("other", "")
    if not number.isdecimal():
        raise BadPipe("没有选另一项管线", where="管线合并", clause="T14-10", remedy="在“可以合并的”里决定")
    other = find(PipeJob.objects.all(), actor_of(request), pk=int(number))
    yuan = request.POST.get("saving_yuan", "").strip()
    decide_merge(
        one=one, other=other, merged=request.POST.get("merged") == "yes", reason=request.POST.get("reason", ""),
        saving_fen=int(yuan) * 100 if yuan.isdecimal() else None, actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, "已登记决定")
    return redirect("project-pipes", one.plan.project_id)


@require_POST
@needs(RECORD)
def duty_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a duty of a company in a project (T14-11)."""
    project, form = project_of(request, pk), DutyForm(request.POST)
    if form.is_valid():
        try:
            add_duty(project=project, values=form.cleaned_data, actor=actor_of(request), now=timezone.now())
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "责任已明确")
            return redirect("project-pipes", pk)
    return _project(request, project, 422, duty_form=form)


@require_POST
@needs(RECORD)
def duty_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Register that a duty was fulfilled, with its proof."""
    duty = find(UtilityDuty.objects.select_related("project"), actor_of(request), pk=pk)
    finish_duty(duty=duty, proof=request.POST.get("proof", ""), actor=actor_of(request), on=timezone.localdate())
    messages.success(request, "已登记履行")
    return redirect("project-pipes", duty.project_id)


@require_safe
@needs(VIEW)
def community_pipes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the pipelines of a community: jobs, boundary points on the map, drains."""
    return _community(request, community_of(request, pk))


def _community(request: HttpRequest, home: Community, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    points = list(BoundaryPoint.objects.filter(community=home))
    context = {
        "jobs": PipeJob.objects.filter(community=home).select_related("plan__project").defer("geom", "ground"),
        "points": points,
        "takeover": DrainTakeover.objects.filter(community=home).first(),
        "handovers": PipeHandover.objects.filter(community=home).select_related("job").order_by("-pk"),
        "may_record": may(actor_of(request), RECORD, home),
        "boundary_form": BoundaryForm(initial={"agreed_on": today}),
        "takeover_form": TakeoverForm(initial={"taken_on": today}),
        "config": _map(home, points),
        **more,
    }
    return page(request, home, TAB, context, template="pipes/community.html", status=status)


def _map(home: Community, points: list[BoundaryPoint]) -> dict[str, Any]:
    """Return the boundary points for the map (T14-7)."""
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [p.point.x, p.point.y]},
         "properties": {"title": f"{p.get_trade_display()}：{p.description}", "company": p.company, "trade": p.trade}}
        for p in points
    ]  # fmt: skip
    places = [(p.point.x, p.point.y) for p in points] or ([(home.point.x, home.point.y)] if home.point else [])
    west, east = (min(x for x, _ in places), max(x for x, _ in places)) if places else (116.2, 116.6)
    south, north = (min(y for _, y in places), max(y for _, y in places)) if places else (39.8, 40.05)
    return {
        "box": [[west - 0.001, south - 0.001], [east + 0.001, north + 0.001]],
        "points": {"type": "FeatureCollection", "features": features},
    }


@require_POST
@needs(RECORD)
def boundary_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a boundary point on the map."""
    home, form = community_of(request, pk), BoundaryForm(request.POST)
    if form.is_valid():
        try:
            add_boundary(community=home, values=form.cleaned_data, actor=actor_of(request), on=timezone.localdate())
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "产权分界点已登记")
            return redirect(TAB, pk)
    return _community(request, home, 422, boundary_form=form)


@require_POST
@needs(RECORD)
def takeover_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep how far the drainage company has taken over (T14-8)."""
    home, form = community_of(request, pk), TakeoverForm(request.POST)
    if form.is_valid():
        try:
            set_takeover(community=home, values=form.cleaned_data, actor=actor_of(request), on=timezone.localdate())
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "排水接管已登记")
            return redirect(TAB, pk)
    return _community(request, home, 422, takeover_form=form)
