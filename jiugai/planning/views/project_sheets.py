"""Projects proposed by workbook: the template, and taking in the rows, all or none (T03-4)."""

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
from jiugai.matters.sheets import save_each
from jiugai.matters.views.importing import hand_out, take_in
from jiugai.planning.actions.proposing import Proposal, propose_project
from jiugai.planning.forms import project_row_form
from jiugai.planning.queries.proposing import checkup_of

LABEL = "改造项目"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.POOL_PROPOSE)
def project_import(request: HttpRequest) -> HttpResponse:
    """Take in a workbook of proposals, or show each wrong cell with its place."""
    actor = actor_of(request)

    def write(rows: Sequence[Any]) -> str:
        count = propose_all(forms=rows, actor=actor, now=timezone.now(), on=timezone.localdate())
        return f"已提出 {count} 个改造项目，逐个过入库关口后进储备库"

    return take_in(request, project_row_form(actor), write=write, name="project", label=LABEL)


@require_safe
@needs(Permission.POOL_PROPOSE)
def project_template(request: HttpRequest) -> HttpResponseBase:
    """Hand out the workbook to fill."""
    return hand_out(project_row_form(actor_of(request)), label=LABEL)


def propose_all(*, forms: Sequence[Any], actor: Actor, now: datetime, on: date) -> int:
    """Propose a project per valid form and return how many. Raises WrongRows with every row that is refused."""

    def propose(form: Any) -> None:
        data, home = form.cleaned_data, form.cleaned_data["community"]
        checkup = checkup_of(home, on=on)
        proposal = Proposal(
            communities=[home], kind=data["kind"], title=data["title"], items=data["items"], content=data["content"],
            cost_yuan=form.cost_yuan, works_area_m2=data["works_area_m2"], checkup_ref=checkup.get("checkup_ref", ""),
            checkup_on=checkup.get("checkup_on"),
        )  # fmt: skip
        propose_project(proposal=proposal, actor=actor, now=now, on=on)

    return save_each(forms, propose)
