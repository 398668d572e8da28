"""Pipelines, boundary points and duties by workbook: template, and the rows, all or none (T14-5, T14-7, T14-11)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.matters.forms.fields import ByName, NotFound, community_called
from jiugai.matters.sheets import save_each
from jiugai.matters.views.importing import hand_out, take_in
from jiugai.pipes.actions.duties import add_boundary, add_duty
from jiugai.pipes.actions.jobs import BadPipe, save_job
from jiugai.pipes.forms import BoundaryForm, DutyForm, JobRowForm
from jiugai.pipes.models import PipePlan
from jiugai.planning.models import Project


@dataclass(frozen=True)
class Sheet:
    """A register that a workbook fills: its words, the form of a row for a person, and how he saves one.

    `name` starts the names of its addresses; `done` says how many rows were written.
    """

    name: str
    label: str
    done: str
    form: Callable[[Actor], Any]
    save: Callable[[Any, Actor], None]


def sheet_urls(sheet: Sheet, address: str) -> list[URLPattern]:
    """Return the addresses of a register's template and of its import."""
    return [
        path(f"{address}import/", _import(sheet), name=f"{sheet.name}-import"),
        path(f"{address}template/", _template(sheet), name=f"{sheet.name}-template"),
    ]


def _import(sheet: Sheet) -> Callable[..., HttpResponse]:
    """Return the view that takes a workbook in, or shows each wrong cell with its place."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @needs(Permission.PIPES_RECORD)
    def take(request: HttpRequest) -> HttpResponse:
        actor = actor_of(request)

        def write(rows: Sequence[Any]) -> str:
            return sheet.done.format(save_each(rows, lambda form: sheet.save(form, actor)))

        return take_in(request, sheet.form(actor), write=write, name=sheet.name, label=sheet.label)

    return take


def _template(sheet: Sheet) -> Callable[..., HttpResponseBase]:
    """Return the view that hands out the workbook to fill."""

    @require_safe
    @needs(Permission.PIPES_RECORD)
    def hand(request: HttpRequest) -> HttpResponseBase:
        return hand_out(sheet.form(actor_of(request)), label=sheet.label)

    return hand


def project_called(text: str, actor: Actor) -> Project:
    """Return the project with this number in the actor's scope. Raises NotFound."""
    found = Project.objects.visible_to(actor).filter(code=text.strip()).first()
    if found is None:
        raise NotFound(f"没有找到项目“{text[:40]}”", where="项目编号", remedy="写项目页上的编号")
    return found


def _project(actor: Actor) -> dict[str, Any]:
    return {"project": ByName(find=project_called, actor=actor, label="项目编号", help_text="项目页上的编号")}


def _community(actor: Actor) -> dict[str, Any]:
    words = "小区名称或编号；同名的写编号"
    return {"community": ByName(find=community_called, actor=actor, label="小区", help_text=words)}


def _row(form: Any, *before: dict[str, Any]) -> Any:
    """Return a form class with the fields that name where its row belongs, before its own."""
    made: Any = type("Row", (form,), {})
    made.base_fields = {name: field for fields in (*before, form.base_fields) for name, field in fields.items()}
    return made


def _save_job(form: Any, actor: Actor) -> None:
    plan = PipePlan.objects.filter(project=form.cleaned_data["project"]).first()
    if plan is None:
        raise BadPipe("这个项目还没有登记管线统筹", where="项目编号", remedy="先在项目的“管线”页登记有没有专业管线")
    save_job(plan=plan, values=form.values(), actor=actor, now=timezone.now())


def _save_point(form: Any, actor: Actor) -> None:
    values = dict(form.cleaned_data)
    add_boundary(community=values.pop("community"), values=values, actor=actor, on=timezone.localdate())


def _save_duty(form: Any, actor: Actor) -> None:
    values = dict(form.cleaned_data)
    add_duty(project=values.pop("project"), values=values, actor=actor, now=timezone.now())


JOBS = Sheet(
    "pipejob",
    "管线改造",
    "已登记 {} 项管线",
    lambda actor: _row(JobRowForm, _project(actor), _community(actor)),
    _save_job,
)
POINTS = Sheet(
    "boundary", "产权分界点", "已登记 {} 处产权分界点", lambda actor: _row(BoundaryForm, _community(actor)), _save_point
)
DUTIES = Sheet("duty", "专业公司责任", "已明确 {} 项责任", lambda actor: _row(DutyForm, _project(actor)), _save_duty)
