"""The page 审批和招标 of a project, and what is done on it; who takes how long (T19-11)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.approvals import sheets
from jiugai.approvals.actions.cases import Start, apply_again, start_case, withdraw_case
from jiugai.approvals.actions.supervising import assign_supervision
from jiugai.approvals.actions.tendering import Plan, prepare_tender, publish_plan
from jiugai.approvals.forms import AgainForm, PlanForm, StartForm, SupervisionForm, TenderForm
from jiugai.approvals.models import ApprovalCase
from jiugai.approvals.queries.bodies import who_may_watch
from jiugai.approvals.queries.cases import show
from jiugai.approvals.queries.history import Took, times
from jiugai.approvals.views.common import project_of
from jiugai.approvals.views.design import xlsx
from jiugai.domain.approvals import UnknownStep, step_of
from jiugai.domain.errors import Refusal
from jiugai.planning.forms import today_of
from jiugai.planning.models import Project
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import tried

TIMES_HEADS = (
    "区", "部门类别", "办理单位", "环节", "时限（工作日）", "办结件数", "在办件数", "中位用时", "九成在几天内",
    "最长用时", "超时件数",
)  # fmt: skip


@require_safe
@needs(Permission.POOL_VIEW)
def project_approvals(request: HttpRequest, pk: int) -> HttpResponse:
    """Show steps with their time, the whole and its forecast, who watches, tender plan and tenders."""
    return _page(request, project_of(request, pk))


def _page(request: HttpRequest, project: Project, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    watch = SupervisionForm(bodies=who_may_watch(project))
    today_of(watch, today, "since")
    context = {
        "o": show(project, actor=actor, on=today), "project": project, "tab": "approvals",
        "start_form": StartForm(), "watch_form": watch, "plan_form": PlanForm(), "tender_form": TenderForm(),
        "today": today, **more,
    }  # fmt: skip
    return render(request, "approvals/cases.html", context, status=status)


def _done(request: HttpRequest, project: Project, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("project-approvals", project.pk)


@require_POST
@needs(Permission.APPROVAL_RUN)
def approvals_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the approvals; the route follows from what is said."""
    project, form = project_of(request, pk), StartForm(request.POST)
    made = tried(form, lambda clean: _start(project, clean, request))
    if made is None:
        return _page(request, project, status=422, start_form=form)
    limit = f"，总时限 {made.limit_days} {made.get_unit_display()}" if made.limit_days else "，没有总时限"
    return _done(request, project, f"已申报：{made.get_route_display()}{limit}")


def _start(project: Project, clean: dict[str, Any], request: HttpRequest) -> ApprovalCase:
    today = timezone.localdate()
    start = Start(
        government=clean["government"] == "yes", new_building=clean["new_building"] == "yes", started_on=today,
        area_m2=clean["area_m2"], storeys_most=clean["storeys_most"],
    )  # fmt: skip
    return start_case(project=project, start=start, actor=actor_of(request), now=timezone.now(), on=today)


def _case(project: Project) -> ApprovalCase:
    case = ApprovalCase.objects.filter(project=project, withdrawn_on__isnull=True).first()
    if case is None:
        raise Refusal("这个项目还没有申报审批", where=project.code, remedy="先申报审批")
    return case


@require_POST
@needs(Permission.APPROVAL_RUN)
def approvals_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply again for a step that was refused."""
    project, form = project_of(request, pk), AgainForm(request.POST)
    if not form.is_valid():
        raise Refusal("没有选环节", where="环节", remedy="在要重新申报的环节上点“重新申报”")
    try:
        step = step_of(form.cleaned_data["step"])
    except UnknownStep as problem:
        raise Refusal("没有这个环节", where="环节", remedy="刷新后再试") from problem
    apply_again(case=_case(project), step=step.code, actor=actor_of(request), now=timezone.now())
    return _done(request, project, f"已重新申报：{step.label}")


@require_POST
@needs(Permission.APPROVAL_RUN)
def approvals_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the application back."""
    project = project_of(request, pk)
    withdraw_case(
        case=_case(project), reason=reason_of(request), actor=actor_of(request), now=timezone.now(),
        on=timezone.localdate(),
    )  # fmt: skip
    return _done(request, project, "审批申报已撤回，已办的环节保留")


@require_POST
@needs(Permission.APPROVAL_HANDLE)
def supervision_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a body watch the site."""
    project = project_of(request, pk)
    form = SupervisionForm(request.POST, bodies=who_may_watch(project))
    made = tried(
        form,
        lambda clean: assign_supervision(
            project=project, actor=actor_of(request), now=timezone.now(), on=timezone.localdate(), **clean
        ),
    )
    if made is None:
        return _page(request, project, status=422, watch_form=form)
    return _done(request, project, f"由{made.supervisor}属地监管")


@require_POST
@needs(Permission.APPROVAL_RUN)
def tender_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a tender plan ahead."""
    project, form = project_of(request, pk), PlanForm(request.POST)
    made = tried(
        form,
        lambda clean: publish_plan(
            project=project, plan=Plan(**clean), actor=actor_of(request), now=timezone.now(), on=timezone.localdate()
        ),
    )
    if made is None:
        return _page(request, project, status=422, plan_form=form)
    return _done(request, project, f"招标计划已发布，编号 {made.reference}")


@require_POST
@needs(Permission.APPROVAL_RUN)
def tender_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare a tender."""
    project, form = project_of(request, pk), TenderForm(request.POST)
    made = tried(
        form, lambda clean: prepare_tender(project=project, actor=actor_of(request), now=timezone.now(), **clean)
    )
    if made is None:
        return _page(request, project, status=422, tender_form=form)
    messages.success(request, "招标已登记，公告在这一页发布；发布时过“发布招标”关口")
    return redirect("matter-file", made.pk)


@require_safe
@needs(Permission.POOL_VIEW)
def approval_times(request: HttpRequest) -> HttpResponse:
    """Report the time used by development-reform and finance departments (T19-11)."""
    actor = actor_of(request)
    context = {"rows": times(actor=actor), "may_export": may(actor, Permission.EXPORT), "today": timezone.localdate()}
    return render(request, "approvals/times.html", context)


@require_safe
@needs(Permission.EXPORT)
def approval_times_sheet(request: HttpRequest) -> HttpResponse:
    """Hand the report out as a workbook."""
    rows = [_line(row) for row in times(actor=actor_of(request))]
    notes = ("用时按工作日计，补正暂停的日子不算；只算已办结的件", "演示数据在区名后标（演示）")
    return xlsx(sheets.workbook("审批用时", TIMES_HEADS, rows, notes), f"审批用时_{timezone.localdate():%Y%m%d}.xlsx")


def _line(row: Took) -> tuple[Any, ...]:
    district = f"{row.district}（演示）" if row.demo else row.district
    return (district, row.owner, row.body, row.step, row.limit, row.count, row.open, row.median, row.p90, row.longest,
            row.late)  # fmt: skip
