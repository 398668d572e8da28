"""The governance standards of the five types, version by version (T02-2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiugai.accounts.guard import actor_of, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.domain.five_types import Problem
from jiugai.governance.actions import save_standard
from jiugai.governance.forms import StandardForm
from jiugai.governance.models import GovernanceStandard
from jiugai.web.refusing import put


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MATTER_VIEW)
def standards(request: HttpRequest) -> HttpResponse:
    """Show all versions; put a new one in force."""
    form = StandardForm(request.POST or None)
    if request.method == "POST":
        require(actor_of(request), Permission.STANDARD_MANAGE)
        if form.is_valid() and _saved(request, form):
            return redirect("governance-standards")
    versions = list(GovernanceStandard.objects.order_by("-starts"))
    groups = [(p, [v for v in versions if v.problem == p]) for p in Problem]
    context = {"groups": groups, "form": form, "may_manage": may(actor_of(request), Permission.STANDARD_MANAGE)}
    return render(request, "governance/standards.html", context, status=422 if form.errors else 200)


def _saved(request: HttpRequest, form: StandardForm) -> bool:
    data = form.cleaned_data
    try:
        save_standard(problem=Problem(data["problem"]), starts=data["starts"], values=data, actor=actor_of(request))
    except Refusal as refusal:
        put(form, refusal, "starts")
        return False
    messages.success(request, f"{Problem(data['problem']).label}治理标准已施行")
    return True
