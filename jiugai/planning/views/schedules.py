"""A project's schedule by item with its season days, and the seasons on record."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.planning.seasons import seasons
from jiugai.planning.actions.pledge_import import WrongRows
from jiugai.planning.actions.scheduling import (
    TEMPERATURES,
    NewDays,
    import_temperatures,
    record_season,
    remove_season,
    save_days,
)
from jiugai.planning.forms import SheetForm
from jiugai.planning.menu_sheets import workbook
from jiugai.planning.models import ObservedSeason
from jiugai.planning.queries.schedules import schedule_of
from jiugai.planning.views.pledges import XLSX
from jiugai.planning.views.projects import project_of
from jiugai.policy import figures
from jiugai.web.fields import day_field
from jiugai.web.refusing import put


class DaysForm(forms.Form):
    """Days of a project or an item."""

    item = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    planned_start = day_field("计划开工", required=False)
    planned_finish = day_field("计划完工", required=False)
    actual_start = day_field("实际开工", required=False)
    actual_finish = day_field("实际完工", required=False)
    reason = forms.CharField(label="变更理由", max_length=200, required=False)


class SeasonForm(forms.Form):
    """When a season really was."""

    kind = forms.ChoiceField(label="季节", choices=ObservedSeason.Kind.choices)
    first = day_field("开始")
    last = day_field("结束")
    source = forms.CharField(label="依据", max_length=200, error_messages={"required": "没有写依据"})


@require_safe
@needs(Permission.POOL_VIEW)
def schedule_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show planned and actual days by item, with days in rain and winter."""
    project, today = project_of(request, pk), timezone.localdate()
    context = {
        "project": project, "lines": schedule_of(project, today), "seasons": seasons(figures.current(), today),
        "may_edit": may(actor_of(request), Permission.POOL_PROPOSE, project),
    }  # fmt: skip
    return render(request, "planning/schedule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def schedule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the days of the project (`item` empty) or of an item."""
    project, today = project_of(request, pk), timezone.localdate()
    require(actor_of(request), Permission.POOL_PROPOSE, project)
    item = (request.POST if request.method == "POST" else request.GET).get("item", "")
    line = next((one for one in schedule_of(project, today) if one.item == item), None)
    form = DaysForm(request.POST or None, initial=_initial(item, line))
    if request.method == "POST" and form.is_valid():
        new = NewDays(**{name: value for name, value in form.cleaned_data.items() if name != "item"})
        try:
            save_days(project=project, item=item, new=new, actor=actor_of(request), now=timezone.now(), on=today)
        except Refusal as refusal:
            at = {"计划开工": "planned_start", "计划完工": "planned_finish", "实际开工": "actual_start",
                  "实际完工": "actual_finish", "理由": "reason"}.get(refusal.where)  # fmt: skip
            put(form, refusal, at)
        else:
            messages.success(request, "工期已登记")
            return redirect("schedule-page", pk)
    context = {"form": form, "project": project, "line": line}
    return render(request, "planning/schedule_edit.html", context, status=422 if form.errors else 200)


def _initial(item: str, line: Any) -> dict[str, Any]:
    if line is None:
        return {"item": item}
    return {
        "item": item, "planned_start": line.start, "planned_finish": line.finish, "actual_start": line.actual_start,
        "actual_finish": line.actual_finish,
    }  # fmt: skip


@require_safe
@needs(Permission.POOL_VIEW, Permission.EXPORT)
def schedule_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the schedule as a workbook."""
    project = project_of(request, pk)
    require(actor_of(request), Permission.EXPORT, project)
    heads = (
        "内容", "室外", "计划开工", "计划完工", "计划雨季（天）", "计划冬期（天）", "实际开工", "实际完工",
        "实际雨季（天）", "实际冬期（天）", "建议",
    )  # fmt: skip
    rows = [
        [one.label, "是" if one.outdoor else "否", one.start, one.finish, one.planned and one.planned.rain,
         one.planned and one.planned.winter, one.actual_start, one.actual_finish, one.actual and one.actual.rain,
         one.actual and one.actual.winter, one.advice and one.advice.words]
        for one in schedule_of(project, timezone.localdate())
    ]  # fmt: skip
    answer = HttpResponse(workbook("工期", heads, rows), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{project.code}-schedule.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_VIEW)
def seasons_page(request: HttpRequest) -> HttpResponseBase:
    """Show the default windows and the seasons on record; enter one."""
    form = SeasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_season(actor=actor_of(request), **form.cleaned_data)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            put(form, refusal)
        else:
            messages.success(request, "季节起止已登记，工期里的天数随即按它计算")
            return redirect("seasons-page")
    return _seasons(request, form=form, sheet=SheetForm(), status=422 if form.errors else 200)


def _seasons(request: HttpRequest, *, status: int = 200, wrong: Any = None, **shown: Any) -> HttpResponse:
    params, today = figures.current(), timezone.localdate()
    names = ("rainy_season_from", "rainy_season_until", "winter_works_from", "winter_works_until",
             "winter_works_celsius", "winter_works_days")  # fmt: skip
    context = {
        "rows": ObservedSeason.objects.all(), "defaults": [one for n in names if (one := params.value(n, today))],
        "may_manage": may(actor_of(request), Permission.RANKING_MANAGE), "wrong": wrong, "columns": TEMPERATURES,
        **shown,
    }  # fmt: skip
    return render(request, "planning/seasons.html", context, status=status)


@require_POST
@needs(Permission.RANKING_MANAGE)
def seasons_import(request: HttpRequest) -> HttpResponse:
    """Make winter spells of daily mean temperatures."""
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        content, source = form.cleaned_data["upload"].read(), request.POST.get("source", "") or "日平均气温资料"
        try:
            made = import_temperatures(content=content, source=source, actor=actor_of(request), on=timezone.localdate())
        except WrongRows as rows:
            return _seasons(request, form=SeasonForm(), sheet=form, wrong=rows, status=422)
        except Refusal as refusal:
            put(form, refusal, "upload")
        else:
            messages.success(request, f"按气温登记 {len(made)} 段冬期")
            return redirect("seasons-page")
    return _seasons(request, form=SeasonForm(), sheet=form, status=422)


@require_POST
@needs(Permission.RANKING_MANAGE)
def season_remove(request: HttpRequest, season: int) -> HttpResponse:
    """Take out a season entered by mistake."""
    remove_season(season=get_object_or_404(ObservedSeason, pk=season), actor=actor_of(request))
    messages.success(request, "已删除，改按默认起止计算")
    return redirect("seasons-page")
