"""Batches: what a district applies for and what the city says; adjustments; same-year items; the core area's plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.planning.actions import adjusting, batching
from jiugai.planning.models import BatchItem, PlanBatch, Project
from jiugai.planning.plan_forms import AdjustForm, ItemForm
from jiugai.planning.queries import batches as load
from jiugai.planning.views.projects import project_of
from jiugai.policy.actions.judging import GateShut, remember_refusal
from jiugai.web.refusing import put


def batch_of(request: HttpRequest, pk: int) -> PlanBatch:
    """Return a batch in the person's scope, or 404."""
    rows = PlanBatch.objects.select_related("area", "owner", "version_from__scenario")
    light = ("area__boundary", "version_from__instance", "version_from__told", "version_from__starts")
    found: PlanBatch = find(rows.defer(*light), actor_of(request), pk=pk)
    return found


def item_of(request: HttpRequest, pk: int) -> BatchItem:
    """Return an item in the person's scope, or 404."""
    return find(BatchItem.objects.select_related("project", "batch"), actor_of(request), pk=pk)


@require_safe
@needs(Permission.POOL_VIEW)
def batch_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch: its projects, the quota of its years, what can be done now."""
    batch = batch_of(request, pk)
    return _page(request, batch)


def _page(request: HttpRequest, batch: PlanBatch, *, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    context = {"batch": batch, "o": load.show(batch, actor, on=timezone.localdate()), **more}
    return render(request, "planning/plan/batch.html", context, status=status)


@require_POST
@needs(Permission.POOL_VIEW)
def batch_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a batch along: hand in, give back, hand in again, decide, take back."""
    batch, code = batch_of(request, pk), request.POST.get("move", "")
    version = request.POST.get("version", "")
    moved = batching.move_batch(
        batch=batch, code=code, actor=actor_of(request), now=timezone.now(), reason=request.POST.get("reason", ""),
        version=int(version) if version.isdecimal() else None,
    )  # fmt: skip
    words = {
        "submit": "已提交市级确认",
        "resubmit": "已再报市级确认",
        "give_back": "已退回区里答复",
        "decide": "这一批已办结",
    }
    messages.success(request, words.get(code, "已撤回"))
    return redirect("batch-page", moved.pk)


@require_POST
@needs(Permission.PLAN_EDIT)
def batch_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a project of the pool into a batch."""
    batch, actor = batch_of(request, pk), actor_of(request)
    form = ItemForm(request.POST)
    code = request.POST.get("project", "").strip()
    project = Project.objects.visible_to(actor).filter(code=code).first()
    if project is None or not form.is_valid() or not form.cleaned_data["start"] or not form.cleaned_data["months"]:
        raise Refusal("没有选项目，或没有填开工月和工期", where="加项目", remedy="三项都填")
    wanted = batching.Wanted(project, form.cleaned_data["start"], form.cleaned_data["months"])
    batching.add_item(batch=batch, wanted=wanted, actor=actor)
    messages.success(request, f"已加入{project}")
    return redirect("batch-page", pk)


@require_POST
@needs(Permission.PLAN_CONFIRM)
def batch_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm every project of a batch that the gate lets in; the others stay, each with its reasons."""
    batch, actor = batch_of(request, pk), actor_of(request)
    items = list(batch.items.filter(state__in=["applied", "answered"]).select_related("project", "batch"))
    found = batching.confirm_all(items=items, actor=actor, now=timezone.now(), on=timezone.localdate())
    messages.success(
        request, f"已确认 {len(found.confirmed)} 个项目" + (f"，{len(found.shut)} 个没有过关口" if found.shut else "")
    )
    return _page(request, batch_of(request, pk), shut=found.shut) if found.shut else redirect("batch-page", pk)


@require_POST
@needs(Permission.POOL_VIEW)
def item_do(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, question, answer, refuse or take out one project."""
    item, actor, now = item_of(request, pk), actor_of(request), timezone.now()
    words, do = request.POST.get("words", ""), request.POST.get("do", "")
    try:
        _do(request, item, do, words)
    except GateShut as shut:
        remember_refusal(shut=shut, actor=actor, now=now)
        return _page(request, batch_of(request, item.batch_id), status=409, shut=[(item.project.title, shut)])
    said = {
        "confirm": "已确认列入计划",
        "question": "已退回提问",
        "answer": "已答复",
        "reject": "不予列入，项目留在储备库",
    }
    messages.success(request, f"{item.project}：{said.get(do, '已撤下')}")
    return redirect("batch-page", item.batch_id)


def _do(request: HttpRequest, item: BatchItem, do: str, words: str) -> None:
    actor, now = actor_of(request), timezone.now()
    if do == "confirm":
        batching.confirm_item(item=item, actor=actor, now=now, on=timezone.localdate())
    elif do == "question":
        batching.question_item(item=item, question=words, actor=actor, now=now)
    elif do == "answer":
        form = ItemForm(request.POST)
        months = form.cleaned_data if form.is_valid() else {}
        batching.answer_item(
            item=item, answer=words, start=months.get("start"), months=months.get("months"), actor=actor, now=now
        )
    elif do == "reject":
        batching.reject_item(item=item, reason=words, actor=actor, now=now)
    elif do == "drop":
        batching.drop_item(item=item, reason=words, actor=actor, now=now)
    else:
        raise Refusal("没有这个动作", where="申报项目", remedy="刷新后再办")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PLAN_EDIT)
def project_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a change of what the city confirmed (T03-7), and show the changes so far."""
    project, actor = project_of(request, pk), actor_of(request)
    entry = adjusting.entry_of(project)
    form = AdjustForm(
        request.POST or None,
        initial={"what": "move", "start": entry.start if entry else None, "months": entry.months if entry else None},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = adjusting.ask_adjustment(project=project, actor=actor, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"调整已报市里审定，编号 {made.number}；审定前计划不变")
            return redirect("matter-file", made.pk)
    context = {"form": form, "project": project, "entry": entry, "rows": load.changes(project)}
    return render(request, "planning/plan/adjust.html", context, status=422 if form.errors else 200)


@require_safe
@needs(Permission.POOL_VIEW)
def plan_singles(request: HttpRequest) -> HttpResponse:
    """Show the single items of each year against their target: done in the year they start (T03-11)."""
    year = request.GET.get("year", "")
    today = timezone.localdate()
    chosen = int(year) if year.isdecimal() and len(year) == 4 else today.year
    return render(request, "planning/plan/singles.html", {"o": load.singles(actor_of(request), chosen, on=today)})


@require_safe
@needs(Permission.POOL_VIEW)
def plan_core(request: HttpRequest) -> HttpResponse:
    """Show the core area's plan for centrally owned communities and its dispatches (T32-8)."""
    return render(request, "planning/plan/core.html", {"o": load.core(actor_of(request), on=timezone.localdate())})
