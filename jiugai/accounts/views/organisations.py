"""One body: names by date, what stands above and below it, its people, what it shares."""

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jiugai.accounts.actions.organisations import add_name
from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Membership, Organisation, SharingRule
from jiugai.accounts.permissions import Permission, may
from jiugai.accounts.scope import within
from jiugai.accounts.tables import place
from jiugai.web.fields import day_field

MOST_BELOW = 400


class NameForm(forms.Form):
    """A name a body has or had."""

    name = forms.CharField(label="名称", max_length=160)
    starts = day_field("起", required=False)
    ends = day_field("止", required=False)
    note = forms.CharField(label="依据", max_length=300, required=False)


@needs(Permission.ORGANISATION_VIEW)
@require_GET
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a body."""
    return _page(request, _find(request, pk), NameForm())


@needs(Permission.ORGANISATION_MANAGE)
@require_POST
def new_name(request: HttpRequest, pk: int) -> HttpResponse:
    """Register a name."""
    body, form = _find(request, pk), NameForm(request.POST)
    if not form.is_valid():
        return _page(request, body, form, status=422)
    add_name(actor=actor_of(request), organisation=body, **form.cleaned_data)
    messages.success(request, "名称已登记")
    return redirect("organisation-file", pk=pk)


def _find(request: HttpRequest, pk: int) -> Organisation:
    rows = Organisation.objects.select_related("area__parent__parent", "parent")
    return find(rows, actor_of(request), pk=pk)


def _page(request: HttpRequest, body: Organisation, form: NameForm, *, status: int = 200) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    below = Organisation.objects.filter(parent=body).order_by("kind", "code")
    context = {
        "body": body,
        "place": place(body.area),
        "names": body.names.all(),
        "below": below[:MOST_BELOW],
        "below_total": below.count(),
        "people": people_of(body, actor=actor, on=today),
        "rules": SharingRule.objects.visible_to(actor).filter(owner=body).select_related("recipient"),
        "may_manage": may(actor, Permission.ORGANISATION_MANAGE, body),
        "may_users": may(actor, Permission.USER_MANAGE),
        "form": form,
        "today": today,
    }
    return render(request, "accounts/organisation.html", context, status=status)


def people_of(body: Organisation, *, actor: Actor, on: date) -> list[Membership]:
    """Return who holds a role in the body on a day, as far as it lies in the actor's areas."""
    held = Membership.objects.in_force(on=on).filter(organisation=body, user__is_active=True)
    if not actor.sees_all:
        held = held.filter(within(actor.paths, "area__path")) if actor.paths else held.none()
    return list(held.select_related("user", "area").order_by("role", "user__username"))
