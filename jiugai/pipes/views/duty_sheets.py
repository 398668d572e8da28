"""Boundary points and duties of companies by workbook: templates, and the rows, all or none (T14-7, T14-11)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.matters.forms.fields import ByName, community_called
from jiugai.matters.sheets import save_each
from jiugai.matters.views.importing import hand_out, take_in
from jiugai.pipes.actions.duties import add_boundary, add_duty
from jiugai.pipes.forms import BoundaryForm, DutyForm
from jiugai.pipes.views.job_sheets import project_called

RECORD = Permission.PIPES_RECORD
POINTS, DUTIES = "产权分界点", "专业公司责任"


def boundary_row_form(actor: Actor) -> Any:
    """Return the form of a boundary point with its community before it."""
    home = ByName(find=community_called, actor=actor, label="小区", help_text="小区名称或编号；同名的写编号")
    return _with("community", home, BoundaryForm)


def duty_row_form(actor: Actor) -> Any:
    """Return the form of a duty with its project before it."""
    project = ByName(find=project_called, actor=actor, label="项目编号", help_text="项目页上的编号")
    return _with("project", project, DutyForm)


def _with(name: str, field: Any, form: Any) -> Any:
    made: Any = type("Row", (form,), {})
    made.base_fields = {name: field, **form.base_fields}
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def boundary_import(request: HttpRequest) -> HttpResponse:
    """Take in a workbook of boundary points, or show each wrong cell with its place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        return f"已登记 {save_points(rows=rows, actor=actor, on=timezone.localdate())} 处产权分界点"

    return take_in(request, boundary_row_form(actor), write=write, name="boundary", label=POINTS)


@require_safe
@needs(RECORD)
def boundary_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(boundary_row_form(actor_of(request)), label=POINTS)


def save_points(*, rows: Sequence[Any], actor: Actor, on: date) -> int:
    """Put a point per valid form on the map, all or none, and return how many. Raises WrongRows."""

    def save(form: Any) -> None:
        values = dict(form.cleaned_data)
        add_boundary(community=values.pop("community"), values=values, actor=actor, on=on)

    return save_each(rows, save)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECORD)
def duty_import(request: HttpRequest) -> HttpResponse:
    """Take in a workbook of duties, or show each wrong cell with its place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        return f"已明确 {save_duties(rows=rows, actor=actor, now=timezone.now())} 项责任"

    return take_in(request, duty_row_form(actor), write=write, name="duty", label=DUTIES)


@require_safe
@needs(RECORD)
def duty_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(duty_row_form(actor_of(request)), label=DUTIES)


def save_duties(*, rows: Sequence[Any], actor: Actor, now: datetime) -> int:
    """Name a duty per valid form, all or none, and return how many. Raises WrongRows."""

    def save(form: Any) -> None:
        values = dict(form.cleaned_data)
        add_duty(project=values.pop("project"), values=values, actor=actor, now=now)

    return save_each(rows, save)
