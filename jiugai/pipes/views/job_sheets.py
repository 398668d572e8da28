"""Pipeline jobs by workbook: the template, and taking in the rows, all or none (T14-5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.domain.pipes import TRADES
from jiugai.matters.forms.days import day_field
from jiugai.matters.forms.fields import ByName, NotFound, community_called
from jiugai.matters.sheets import save_each
from jiugai.matters.views.importing import hand_out, take_in
from jiugai.pipes.actions.jobs import BadPipe, save_job
from jiugai.pipes.forms import fen, money_field
from jiugai.pipes.models import PipePlan
from jiugai.planning.models import Project

LABEL = "管线改造"
INSIDE = [("yes", "红线内"), ("no", "红线外")]


class JobRowForm(forms.Form):
    """A row of the workbook; project and community stand before (`job_row_form`)."""

    title = forms.CharField(label="名称", max_length=120)
    trade = forms.ChoiceField(label="专业", choices=TRADES)
    company = forms.CharField(label="专业公司", max_length=120)
    inside = forms.ChoiceField(label="位置", choices=INSIDE)
    starts = day_field("开工", required=False)
    ends = day_field("完工", required=False)
    design_ref = forms.CharField(label="设计图号", max_length=80, required=False)
    cost_yuan = money_field("费用（元）", required=False)

    def values(self) -> dict[str, Any]:
        """Return the columns of the job."""
        data = dict(self.cleaned_data)
        data.pop("project")
        return {**data, "inside": data["inside"] == "yes", "cost_fen": fen(data.pop("cost_yuan"))}


def project_called(text: str, actor: Actor) -> Project:
    """Return the project with this number in the actor's scope. Raises NotFound."""
    found = Project.objects.visible_to(actor).filter(code=text.strip()).first()
    if found is None:
        raise NotFound(f"没有找到项目“{text[:40]}”", where="项目编号", remedy="写项目页上的编号")
    return found


def job_row_form(actor: Actor) -> Any:
    """Return the form of a row, with the projects and communities that the person may name."""
    project = ByName(find=project_called, actor=actor, label="项目编号")
    community = ByName(find=community_called, actor=actor, label="小区", help_text="小区名称或编号；同名的写编号")
    made: Any = type("JobRow", (JobRowForm,), {})
    made.base_fields = {"project": project, "community": community, **JobRowForm.base_fields}
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PIPES_RECORD)
def job_import(request: HttpRequest) -> HttpResponse:
    """Take in a workbook of jobs, or show each wrong cell with its place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        return f"已登记 {save_all(rows=rows, actor=actor, now=timezone.now())} 项管线"

    return take_in(request, job_row_form(actor), write=write, name="pipejob", label=LABEL)


@require_safe
@needs(Permission.PIPES_RECORD)
def job_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(job_row_form(actor_of(request)), label=LABEL)


def save_all(*, rows: Sequence[Any], actor: Actor, now: datetime) -> int:
    """Register a job per valid form, all or none, and return how many. Raises WrongRows."""
    return save_each(rows, lambda form: _save(form, actor, now))


def _save(form: Any, actor: Actor, now: datetime) -> None:
    plan = PipePlan.objects.filter(project=form.cleaned_data["project"]).first()
    if plan is None:
        raise BadPipe("这个项目还没有登记管线统筹", where="项目编号", remedy="先在项目的“管线”页登记有没有专业管线")
    save_job(plan=plan, values=form.values(), actor=actor, now=now)
