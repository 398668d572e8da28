"""The plan of an area: scenarios with their versions, runs of the solver, comparison."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.planning.actions import solving
from jiugai.planning.models import PlanScenario, SolveRun
from jiugai.planning.plan_forms import ScenarioForm
from jiugai.planning.queries import plans as load
from jiugai.planning.reasons import parted
from jiugai.planning.sheets_of_plan import comparison_workbook, scenario_workbook
from jiugai.planning.views.board import XLSX, seconds_of, version_of
from jiugai.web.refusing import put


@require_safe
@needs(Permission.POOL_VIEW)
def plan_home(request: HttpRequest) -> HttpResponse:
    """Show what the area plans: the plan in force, scenarios, batches, what is still missing."""
    actor = actor_of(request)
    return render(request, "planning/plan/home.html", {"o": load.home(actor, on=timezone.localdate())})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def scenario_new(request: HttpRequest) -> HttpResponse:
    """Begin a scenario."""
    actor, today = actor_of(request), timezone.localdate()
    areas = load.areas_of(actor)
    form = ScenarioForm(request.POST or None, areas=areas, initial=load.first_guess(areas, today))
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        area: Area = clean["area"]
        try:
            made = solving.make_scenario(
                area=area, title=clean["title"], first_month=clean["first_month"], months=clean["months"],
                note=clean["note"], money_percent=clean["money_percent"], actor=actor, now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            return redirect("scenario-page", made.pk)
    return render(request, "planning/plan/scenario_new.html", {"form": form}, status=422 if form.errors else 200)


def scenario_of(request: HttpRequest, pk: int) -> PlanScenario:
    """Return a scenario in the person's scope, or 404."""
    rows = PlanScenario.objects.select_related("area").defer("area__boundary")
    return find(rows, actor_of(request), pk=pk)


@require_safe
@needs(Permission.POOL_VIEW)
def scenario_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scenario: its versions, its runs, and what stands in the way of solving."""
    scenario, actor = scenario_of(request, pk), actor_of(request)
    context = {"o": load.show_scenario(scenario, on=timezone.localdate()), "scenario": scenario,
               "may_edit": may(actor, Permission.PLAN_EDIT, scenario)}  # fmt: skip
    return render(request, "planning/plan/scenario.html", context)


@require_POST
@needs(Permission.PLAN_EDIT)
def scenario_solve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a plan of the pool as it is."""
    scenario = scenario_of(request, pk)
    solving.ask_solve(scenario=scenario, seconds=seconds_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, "已开始求解，可以离开这一页，算好后在这里看结果")
    return redirect("scenario-page", pk)


def run_of(request: HttpRequest, pk: int) -> SolveRun:
    """Return a run in the person's scope, or 404."""
    return find(SolveRun.objects.select_related("scenario", "result"), actor_of(request), pk=pk)


@require_safe
@needs(Permission.POOL_VIEW)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the question how far a run is; one that ended while it was watched tells the page around it."""
    run = run_of(request, pk)
    answer = render(request, "planning/plan/run.html", run_context(run, request))
    if run.finished and "live" in request.GET:
        answer["HX-Trigger"] = "run-finished"
    return answer


def run_context(run: SolveRun, request: HttpRequest) -> dict[str, Any]:
    """Return what the progress of a run shows."""
    against, ways = parted(run.clash)
    return {"run": run, "p": load.progress(run, now=timezone.now()), "against": against, "ways": ways,
            "may_edit": may(actor_of(request), Permission.PLAN_EDIT, run)}  # fmt: skip


@require_POST
@needs(Permission.PLAN_EDIT)
def run_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a run to stop; what it has found stays."""
    run = run_of(request, pk)
    solving.stop_solve(run=run, actor=actor_of(request))
    run.refresh_from_db()
    return render(request, "planning/plan/run.html", run_context(run, request))


@require_safe
@needs(Permission.POOL_VIEW)
def plan_compare(request: HttpRequest) -> HttpResponse:
    """Put two versions side by side: money by source and year, quota, households, season days, digs, projects."""
    return render(request, "planning/plan/compare.html", {"o": _compared(request)})


def _compared(request: HttpRequest) -> dict[str, Any]:
    chosen = [request.GET.get(name, "") for name in ("a", "b")]
    versions = [version_of(request, int(one)) for one in chosen if one.isdecimal() and len(one) < 12]
    return load.compare(versions, actor_of(request), on=timezone.localdate())


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def compare_sheet(request: HttpRequest) -> HttpResponse:
    """Take the comparison home as a workbook."""
    return _download(comparison_workbook(_compared(request)), "plan-compare.xlsx")


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def scenario_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a scenario home as a workbook: its versions with their figures, who made them and why."""
    scenario = scenario_of(request, pk)
    versions = load.show_scenario(scenario, on=timezone.localdate())["versions"]
    return _download(scenario_workbook(scenario, versions), f"plan-{scenario.pk}.xlsx")


def _download(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
