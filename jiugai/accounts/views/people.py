"""People and their memberships."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiugai.accounts import once, totp
from jiugai.accounts.actions import people
from jiugai.accounts.forms.people import ChangePersonForm, EndMembershipForm, MembershipForm, PersonForm, areas_of
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.models import Area, Membership, Organisation, User
from jiugai.accounts.permissions import Permission

_LISTED = ("street", "district", "city")


@needs(Permission.USER_MANAGE)
@require_http_methods(["GET", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Create a person with a first role, and go on to the page that shows the password once."""
    actor = actor_of(request)
    form = PersonForm(request.POST or None, actor=actor, initial=_first(request))
    if form.is_valid():
        user, password = people.create_person(actor=actor, **form.cleaned_data)
        once.keep(request, about=_secret_of(user.pk), secret=password)
        return redirect("person-secret", pk=user.pk)
    context = {"form": form} | choices(request)
    return render(request, "accounts/person_new.html", context, status=422 if form.is_bound else 200)


@needs(Permission.USER_MANAGE)
@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a person."""
    return _page(request, _find(request, pk))


@needs(Permission.USER_MANAGE)
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name or state."""
    user, form = _find(request, pk), ChangePersonForm(request.POST)
    if not form.is_valid():
        return _page(request, user, status=422, change_form=form)
    people.change_person(actor=actor_of(request), user=user, on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, "已保存")
    return redirect("person-file", pk=pk)


@needs(Permission.USER_MANAGE)
@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a new password, and go on to the page that shows it once."""
    user = _find(request, pk)
    password = people.reset_password(actor=actor_of(request), user=user, on=timezone.localdate())
    once.keep(request, about=_secret_of(pk), secret=password)
    return redirect("person-secret", pk=pk)


@needs(Permission.USER_MANAGE)
@never_cache
@require_GET
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the password given just now, the only time."""
    user, password = _find(request, pk), once.take(request, about=_secret_of(pk))
    if password is None:
        messages.info(request, "密码只显示一次，已经显示过。没有记下来，就再重置一次")
        return redirect("person-file", pk=pk)
    return render(request, "accounts/password.html", {"person": user, "password": password})


def _secret_of(pk: int) -> str:
    return f"person {pk}"


@needs(Permission.USER_MANAGE)
@require_POST
def add_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a further role."""
    user, actor = _find(request, pk), actor_of(request)
    form = MembershipForm(request.POST, actor=actor)
    if not form.is_valid():
        return _page(request, user, status=422, role_form=form)
    people.add_membership(actor=actor, user=user, on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, "任职已登记")
    return redirect("person-file", pk=pk)


@needs(Permission.USER_MANAGE)
@require_POST
def end_role(request: HttpRequest, pk: int, membership: int) -> HttpResponse:
    """Set the last day of a role."""
    user, form = _find(request, pk), EndMembershipForm(request.POST)
    held = get_object_or_404(Membership.objects.select_related("area", "user"), pk=membership, user=user)
    if not form.is_valid():
        return _page(request, user, status=422, end_error=form.errors["ends"][0])
    people.end_membership(actor=actor_of(request), membership=held, on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, "任职止已登记")
    return redirect("person-file", pk=pk)


def choices(request: HttpRequest) -> dict[str, Any]:
    """Return the names offered while typing; residents' committees are too many and are found by full name."""
    actor = actor_of(request)
    return {
        "area_names": areas_of(actor).filter(level__in=_LISTED).values_list("name", flat=True),
        "organisation_names": Organisation.objects.visible_to(actor)
        .exclude(kind=Organisation.Kind.COMMITTEE)
        .values_list("name", flat=True),
    }


def _find(request: HttpRequest, pk: int) -> User:
    return find(User.objects.get_queryset(), actor_of(request), pk=pk)


def _first(request: HttpRequest) -> dict[str, Any]:
    body = (
        Organisation.objects.visible_to(actor_of(request)).filter(pk=_number(request.GET.get("organisation"))).first()
    )
    area = Area.objects.filter(pk=body.area_id).first() if body else None
    return {
        "starts": timezone.localdate(),
        "organisation": body.code if body else "",
        "area": area.code if area else "",
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 18 else 0


def _page(request: HttpRequest, user: User, *, status: int = 200, **more: Any) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    context = {
        "person": user,
        "held": user.memberships.select_related("organisation", "area__parent").order_by("-starts"),
        "manageable": people.manageable(actor=actor, user=user, on=today),
        "totp_on": totp.is_on(user),
        "change_form": ChangePersonForm(initial={"name": user.display_name, "is_active": user.is_active}),
        "role_form": MembershipForm(actor=actor, initial={"starts": today}),
        "today": today,
    }
    return render(request, "accounts/person.html", context | choices(request) | more, status=status)
