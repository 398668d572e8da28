"""The plan board: bars by month, moved by hand and judged at once; saved as a version, published, applied for."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.planning.actions import drafting, solving
from jiugai.planning.models import CurrentPlan, PlanVersion, SolveRun
from jiugai.planning.queries import board as show
from jiugai.planning.queries.placing import points_of
from jiugai.planning.queries.whynot import as_bars, why_not
from jiugai.planning.reasons import reasons_of
from jiugai.planning.scoring import loaded
from jiugai.planning.sheets_of_plan import version_workbook
from jiugai.policy import figures

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def version_of(request: HttpRequest, pk: int) -> PlanVersion:
    """Return a version in the person's scope without its heavy columns, or 404."""
    rows = PlanVersion.objects.select_related("scenario__area").defer("instance", "told", "scenario__area__boundary")
    return find(rows, actor_of(request), pk=pk)


@require_safe
@needs(Permission.POOL_VIEW)
def version_board(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the board of a version, with what the person has moved over it."""
    version, actor = version_of(request, pk), actor_of(request)
    made = _board(request, version, actor)
    run = SolveRun.objects.filter(scenario=version.scenario).defer("locks").order_by("-pk").first()
    context = {
        **_shown(request, version, made, actor), "run": run, "map": points_of(version, made),
        "next": show.ROWS,
    }  # fmt: skip
    return render(request, "planning/board/page.html", context)


def _siblings(version: PlanVersion) -> Any:
    rows = PlanVersion.objects.filter(area_path=version.area_path).select_related("scenario")
    return rows.defer("instance", "told", "starts", "sums", "clashes").order_by("-pk")[:30]


def _board(request: HttpRequest, version: PlanVersion, actor: Actor) -> show.Board:
    draft = drafting.draft_of(version, actor)
    order, word, offset = request.GET.get("order", "value"), request.GET.get("q", ""), request.GET.get("from", "0")
    today = timezone.localdate()
    first = version.scenario.first_month
    month = (today.year - first.year) * 12 + today.month - first.month
    return show.show_board(
        version, draft, user=actor.user_id or 0, order=order, word=word.strip(),
        offset=int(offset) if offset.isdecimal() and len(offset) < 7 else 0,
        least=figures.current().value("seismic_energy_min_share", today),
        now_month=month if 0 <= month < version.scenario.months else None,
    )  # fmt: skip


def _shown(request: HttpRequest, version: PlanVersion, made: show.Board, actor: Actor) -> dict[str, Any]:
    edit = may(actor, Permission.PLAN_EDIT, version)
    edition = CurrentPlan.objects.filter(area=version.scenario.area_id).values_list("edition", flat=True).first()
    districts = Area.objects.filter(level="district", path__startswith=version.area_path).order_by("code")
    whole = version.scenario.area.level == "city"
    return {"b": made, "version": version, "may_edit": edit, "orders": show.ORDERS.items(),
            "districts": districts.defer("boundary") if whole else [],
            "edition": edition or 0, "siblings": _siblings(version), "years": made.sums["quota"],
            "order": request.GET.get("order", "value"), "word": request.GET.get("q", "")}  # fmt: skip


def _after(request: HttpRequest, version: PlanVersion, code: str = "") -> HttpResponse:
    """Answer a change: the head, the curves and the row of the project, each put in its place by htmx."""
    actor = actor_of(request)
    if not request.headers.get("HX-Request"):
        return redirect("version-board", version.pk)
    made = _board(request, version, actor)
    row = show.one_row(version, made.draft, code, user=actor.user_id or 0) if code else None
    context = {**_shown(request, version, made, actor), "row": row, "oob": True}
    response = render(request, "planning/board/changed.html", context)
    if row is not None and row.start is None:
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Permission.PLAN_EDIT)
def version_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a project to a month, by months, or out; answer with the new score."""
    version, actor, code = version_of(request, pk), actor_of(request), request.POST.get("code", "")
    drafting.move_bar(version=version, code=code, to=_target(request, version, actor, code), actor=actor)
    return _after(request, version, code)


def _target(request: HttpRequest, version: PlanVersion, actor: Actor, code: str) -> int | None:
    """Read where to: `to` a month number, `by` some months on, neither to take it out."""
    to, by = request.POST.get("to", ""), request.POST.get("by", "")
    if to.lstrip("-").isdecimal():
        return int(to)
    if by.lstrip("-").isdecimal():
        draft = drafting.draft_of(version, actor)
        start = (draft.starts() if draft else version.starts).get(code)
        if start is None:
            raise Refusal("这个项目还没有排进计划", where=code, remedy="先选一个开工月")
        return int(start) + int(by)
    return None


@require_POST
@needs(Permission.PLAN_EDIT)
def version_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last move back."""
    version, actor = version_of(request, pk), actor_of(request)
    before = drafting.draft_of(version, actor)
    code = before.undo[-1][0] if before and before.undo else ""
    drafting.undo(version=version, actor=actor)
    return _after(request, version, code)


@require_POST
@needs(Permission.PLAN_EDIT)
def version_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Lock a start, or let it go."""
    version, code = version_of(request, pk), request.POST.get("code", "")
    drafting.toggle_lock(version=version, code=code, actor=actor_of(request))
    return _after(request, version, code)


@require_POST
@needs(Permission.PLAN_EDIT)
def version_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what was moved."""
    version = version_of(request, pk)
    drafting.drop_draft(version=version, actor=actor_of(request))
    messages.success(request, "手动改动已放弃，回到这一版原来的样子")
    return redirect("version-board", pk)


@require_POST
@needs(Permission.PLAN_EDIT)
def version_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was moved as a new version."""
    version, actor = version_of(request, pk), actor_of(request)
    draft = drafting.draft_of(version, actor)
    if draft is None:
        raise Refusal("没有动过，不用保存", where="计划板", remedy="拖动或移动一个项目后再保存")
    made = solving.save_draft(draft=draft, reason=request.POST.get("reason", ""), actor=actor, now=timezone.now())
    words = "" if made.feasible else f"；有 {len(made.clashes)} 处不符合，改好前不能发布和申报"
    messages.success(request, f"已保存为第 {made.number} 版{words}")
    return redirect("version-board", made.pk)


@require_POST
@needs(Permission.PLAN_EDIT)
def version_solve(request: HttpRequest, pk: int) -> HttpResponse:
    """Solve again around what is locked."""
    version, actor = version_of(request, pk), actor_of(request)
    draft = drafting.draft_of(version, actor)
    locks = {code: start for code, start in (draft.locks if draft else version.locks).items() if start is not None}
    solving.ask_solve(
        scenario=version.scenario, base=version, locks=locks, seconds=seconds_of(request), actor=actor,
        now=timezone.now(),
    )  # fmt: skip
    messages.success(request, f"已开始求解，{len(locks)} 个锁定的开工月不动")
    return redirect("version-board", pk)


def seconds_of(request: HttpRequest) -> int:
    """Read the time limit."""
    text = request.POST.get("seconds", "60")
    return int(text) if text.isdecimal() and len(text) < 5 else 0


@require_POST
@needs(Permission.PLAN_EDIT)
def version_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a version the plan its area works by."""
    version = version_of(request, pk)
    seen = request.POST.get("edition", "0")
    made = solving.publish(
        version=version, seen=int(seen) if seen.isdecimal() else 0, actor=actor_of(request), now=timezone.now()
    )
    messages.success(request, f"{made.area.name}现行方案：{version}")
    return redirect("version-board", pk)


@require_POST
@needs(Permission.PLAN_EDIT)
def version_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a batch with what the version starts in a year."""
    version, actor = version_of(request, pk), actor_of(request)
    year, code = request.POST.get("year", ""), request.POST.get("district", "")
    areas = Area.objects.filter(level="district").defer("boundary")
    own = areas.filter(path__startswith=version.area_path)
    district = (own.filter(code=code) if code else own).first()
    if district is None or not year.isdecimal():
        raise Refusal("没有选区或年度", where="申报", remedy="选哪个区、哪一年")
    batch = drafting.apply_from(version=version, district=district, year=int(year), actor=actor, now=timezone.now())
    messages.success(request, f"已拟好{batch.year}年第 {batch.sequence} 批，核对后提交")
    return redirect("batch-page", batch.pk)


@require_safe
@needs(Permission.POOL_VIEW)
def version_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why a project is not in the plan: every start is tried by the plan's own limits."""
    version, actor, code = version_of(request, pk), actor_of(request), request.GET.get("code", "")
    draft, ready = drafting.draft_of(version, actor), loaded(version)
    starts = draft.starts() if draft else version.starts
    row = show.one_row(version, draft, code, user=actor.user_id or 0)
    if row is None:
        return render(request, "planning/board/why.html", {"row": None})
    found = why_not(ready, starts, code) if row.start is None else None
    reasons = reasons_of(ready, starts, code)
    context = {"row": row, "found": found, "bars": as_bars(found) if found else [], "version": version,
               "reasons": reasons, "may_edit": may(actor, Permission.PLAN_EDIT, version)}  # fmt: skip
    return render(request, "planning/board/why.html", context)


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def version_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the version home as a workbook, with what the person has moved."""
    version, actor = version_of(request, pk), actor_of(request)
    draft = drafting.draft_of(version, actor)
    body = version_workbook(version, draft.starts() if draft else version.starts, moved=bool(draft and draft.moves))
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="plan-{version.scenario_id}-{version.number}.xlsx"'
    return response
