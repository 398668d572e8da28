"""Co-ordination of districts: mechanisms, meetings, liaison with central units."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts import audit
from jiugai.accounts.codes import Action
from jiugai.accounts.crypto import unseal
from jiugai.accounts.guard import actor_of, find, needs, require
from jiugai.accounts.permissions import Permission, may
from jiugai.assessment.actions import hold_meeting, save_liaison, save_mechanism
from jiugai.assessment.actions.coordinating import LIAISON_PLACE, Member
from jiugai.assessment.forms import LiaisonForm, MechanismForm, MeetingForm, areas_of
from jiugai.assessment.models import LiaisonContact, Mechanism
from jiugai.domain.errors import Refusal
from jiugai.matters.models import Matter
from jiugai.web.refusing import put

MOST_LATE = 30


@require_safe
@needs(Permission.TASK_VIEW)
def coordination(request: HttpRequest) -> HttpResponse:
    """Show the mechanisms in force, what is late in each district, and the liaisons."""
    actor, today = actor_of(request), timezone.localdate()
    mechanisms = Mechanism.objects.visible_to(actor).exclude(until__lt=today).select_related("area")
    late = Matter.objects.visible_to(actor).open().filter(due_on__lt=today, suspended_on__isnull=True)
    by_body = late.order_by().values("owner", "owner__name").annotate(late=Count("pk"))
    bodies = list(by_body.order_by("-late", "owner__name"))
    rest = bodies[MOST_LATE:]
    context = {
        "mechanisms": mechanisms.annotate(meetings_held=Count("meetings")),
        "late": bodies[:MOST_LATE],
        "late_rest": {"bodies": len(rest), "matters": sum(one["late"] for one in rest)},
        "liaisons": LiaisonContact.objects.visible_to(actor).filter(ended_on__isnull=True).select_related("area"),
        "may_manage": may(actor, Permission.TASK_MANAGE),
        "may_reveal": may(actor, Permission.PEOPLE_REVEAL),
    }
    return render(request, "assessment/coordination.html", context)


@require_safe
@needs(Permission.TASK_VIEW)
def mechanism(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a mechanism: members, meetings, the problems it decided on."""
    found = find(Mechanism.objects.select_related("area"), actor_of(request), pk=pk)
    context = {
        "m": found,
        "members": found.members.select_related("organisation"),
        "meetings": found.meetings.annotate(
            open_problems=Count("problems", Q(problems__closed_at__isnull=True))
        ).order_by("-held_on", "-pk"),
        "may_manage": may(actor_of(request), Permission.TASK_MANAGE, found),
    }
    return render(request, "assessment/mechanism.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.TASK_MANAGE)
def mechanism_new(request: HttpRequest) -> HttpResponse:
    """Set a mechanism up."""
    actor = actor_of(request)
    form = MechanismForm(request.POST or None, areas=areas_of(actor, "district"))

    def save(data: dict[str, Any]) -> Any:
        members = [Member(*one) for one in data.pop("members")]
        return save_mechanism(area=data.pop("area"), values=data, members=members, actor=actor)

    return _entry(request, form, "设立协调机制", save)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.TASK_MANAGE)
def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a meeting on record."""
    actor = actor_of(request)
    found = find(Mechanism.objects.all(), actor, pk=pk)
    require(actor, Permission.TASK_MANAGE, found)
    form = MeetingForm(request.POST or None)
    return _entry(
        request, form, "登记会议",
        lambda data: hold_meeting(mechanism=found, values=data, actor=actor, now=timezone.now()).mechanism,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.TASK_MANAGE)
def liaison_new(request: HttpRequest) -> HttpResponse:
    """Name a liaison."""
    actor = actor_of(request)
    form = LiaisonForm(request.POST or None, areas=areas_of(actor, "city", "district", "street"))

    def save(data: dict[str, Any]) -> None:
        save_liaison(area=data.pop("area"), phone=data.pop("phone"), values=data, actor=actor)

    return _entry(request, form, "登记对接联络", save)


@require_POST
@needs(Permission.PEOPLE_REVEAL)
def liaison_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a number in full; who looked is written down."""
    actor = actor_of(request)
    found = find(LiaisonContact.objects.all(), actor, pk=pk)
    require(actor, Permission.PEOPLE_REVEAL, found)
    audit.record(action=Action.PEOPLE_REVEALED, actor=actor, subject=found)
    number = unseal(bytes(found.unit_phone), place=LIAISON_PLACE) if found.unit_phone else "没有登记"
    return render(request, "assessment/liaison.html", {"c": found, "number": number})


def _entry(request: HttpRequest, form: Form, title: str, save: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    """Show a form, or save what it holds and go to what was made."""
    if request.method == "POST" and form.is_valid():
        try:
            made = save(dict(form.cleaned_data))
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{title}：已保存")
            return redirect("mechanism", made.pk) if isinstance(made, Mechanism) else redirect("coordination")
    context = {"form": form, "title": title}
    return render(request, "assessment/entry.html", context, status=422 if form.errors else 200)
