"""Mass work of a community: the tab of its file, and the short forms for a phone."""

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.planning.actions.mobilising import Work, close_objection, raise_objection, record_work, withdraw_work
from jiugai.planning.forms import ClosureForm, ObjectionForm, WorkForm, today_of
from jiugai.planning.models import MassWork, Objection
from jiugai.planning.queries.mobilising import show_mobilising
from jiugai.registry.models import Community
from jiugai.registry.views.file import community_of, page
from jiugai.registry.views.reasons import reason_of
from jiugai.web.refusing import put


@require_safe
@needs(Permission.POOL_VIEW)
def community_mobilise(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was done with the residents, and what is still open."""
    community, actor = community_of(request, pk), actor_of(request)
    context = {"o": show_mobilising(community), "may_record": may(actor, Permission.MOBILISE, community)}
    return page(request, community, "community-mobilise", context, template="planning/mobilise.html")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MOBILISE)
def work_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a visit, a meeting, a round of consent or a notice."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.MOBILISE, community)
    form = WorkForm(request.POST or None, initial={"client_id": uuid.uuid4(), "kind": request.GET.get("kind", "visit")})
    today_of(form, timezone.localdate(), "held_on")
    if request.method == "POST" and form.is_valid():
        try:
            record_work(
                community=community, work=Work(**form.cleaned_data), actor=actor, now=timezone.now(),
                on=timezone.localdate(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已登记，合计随即更新")
            return redirect("community-mobilise", community.pk)
    return _form(request, community, form, "登记群众工作", "登记")


def _form(request: HttpRequest, community: Community, form: Form, title: str, do: str) -> HttpResponse:
    context = {"form": form, "community": community, "title": title, "do": do}
    return render(request, "planning/quick_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MOBILISE)
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what somebody objects to."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.MOBILISE, community)
    form = ObjectionForm(request.POST or None)
    today_of(form, timezone.localdate(), "raised_on")
    if request.method == "POST" and form.is_valid():
        try:
            raise_objection(
                community=community, actor=actor, now=timezone.now(), on=timezone.localdate(), **form.cleaned_data
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "已登记，解决后在这里办结")
            return redirect("community-mobilise", community.pk)
    return _form(request, community, form, "登记居民意见", "登记意见")


@require_POST
@needs(Permission.MOBILISE)
def work_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a record made by mistake."""
    work = find(MassWork.objects.select_related("community"), actor_of(request), pk=pk)
    withdraw_work(work=work, reason=reason_of(request), actor=actor_of(request), now=timezone.now())
    messages.success(request, "已撤回，记录保留")
    return redirect("community-mobilise", work.community_id)


@require_POST
@needs(Permission.MOBILISE)
def objection_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an objection, saying how it was settled."""
    objection = find(Objection.objects.select_related("community"), actor_of(request), pk=pk)
    form = ClosureForm(request.POST)
    if not form.is_valid():
        raise Refusal("没有写怎么解决的", where="怎么解决的", remedy="写明结果再办结")
    close_objection(
        objection=objection, closure=form.cleaned_data["closure"], actor=actor_of(request),
        now=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, "意见已办结")
    return redirect("community-mobilise", objection.community_id)
