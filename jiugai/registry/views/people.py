"""People of a community and its property units."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, needs, require, require_answer
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.actions.contacts import Person, PhoneLost, end_contact, masked, reveal_phone, save_contact
from jiugai.registry.forms.people import DUTIES, ContactForm, RevealForm
from jiugai.registry.models import Community, CommunityContact
from jiugai.registry.queries.file import contacts
from jiugai.registry.queries.people import may_reveal
from jiugai.registry.views.file import community_of, page
from jiugai.web.refusing import put

# Where a refusal stands in the form.
PLACES = {"电话": "phone", "单位": "organisation"}


@require_safe
@needs(Permission.PEOPLE_VIEW)
def community_people(request: HttpRequest, pk: int) -> HttpResponse:
    """List the people of a community; numbers stay masked."""
    community, actor = community_of(request, pk), actor_of(request)
    require(actor, Permission.PEOPLE_VIEW, community)
    today = timezone.localdate()
    people = [
        {"who": person, "reveal": may_reveal(person, actor, on=today), **_phone(person)}
        for person in contacts(community, actor=actor)
    ]
    context = {
        "people": people,
        "may_change": may(actor, Permission.REGISTER_EDIT, community),
    }
    return page(request, community, "community-people", context)


def _phone(person: CommunityContact) -> dict[str, Any]:
    """The masked number; one that cannot be unsealed must not close the whole page."""
    try:
        return {"phone": masked(person), "lost": False}
    except PhoneLost:
        return {"phone": "", "lost": True}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a person to a community."""
    community = community_of(request, pk)
    require(actor_of(request), Permission.REGISTER_EDIT, community)
    return _contact_form(request, community, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.REGISTER_EDIT)
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a person."""
    contact = _contact(request, pk)
    require(actor_of(request), Permission.REGISTER_EDIT, contact)
    return _contact_form(request, contact.community, contact)


def _contact(request: HttpRequest, pk: int) -> CommunityContact:
    return find(
        CommunityContact.objects.select_related("community", "organisation__parent__parent"), actor_of(request), pk=pk
    )


def _contact_form(request: HttpRequest, community: Community, contact: CommunityContact | None) -> HttpResponse:
    """Show the form, or save what came back and return to the list."""
    initial: dict[str, Any] = {}
    if contact is not None:
        initial = {"duty": contact.duty, "name": contact.name, "organisation": contact.organisation}
    form = ContactForm(request.POST or None, initial=initial, organisations=_organisations(community))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_contact(
                community=community, person=Person(**form.cleaned_data), actor=actor_of(request), contact=contact
            )
        except Refusal as refusal:
            put(form, refusal, PLACES.get(refusal.where))
        else:
            messages.success(request, f"已保存{saved.name}（{saved.duty}）")
            return redirect("community-people", community.pk)
    context = {"form": form, "community": community, "contact": contact, "duties": DUTIES}
    return render(request, "registry/file/contact_form.html", context, status=422 if form.errors else 200)


def _organisations(community: Community) -> Any:
    """Bodies of the community's own line of areas: the city's, the district's, the street's."""
    paths, path = [], "/"
    for code in community.area_path.strip("/").split("/"):
        path += f"{code}/"
        paths.append(path)
    return Organisation.objects.filter(area_path__in=paths).order_by("-area_path", "name")


@require_POST
@needs(Permission.REGISTER_EDIT)
def contact_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down that a person no longer has the duty."""
    contact = _contact(request, pk)
    end_contact(contact=contact, actor=actor_of(request), on=timezone.localdate())
    messages.success(request, f"{contact.name}已记为卸任，名字留在历史里")
    return redirect("community-people", contact.community_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PEOPLE_REVEAL)
def contact_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what for, then show the full number once; the log keeps who asked."""
    contact, actor = _contact(request, pk), actor_of(request)
    require_answer(may_reveal(contact, actor, on=timezone.localdate()))
    form, phone = RevealForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        phone = reveal_phone(contact=contact, actor=actor, reason=form.cleaned_data["reason"], on=timezone.localdate())
    context = {"contact": contact, "form": form, "phone": phone, "masked": _phone(contact)["phone"]}
    status = 422 if form.errors else 200
    part = "registry/file/reveal.html"
    if request.headers.get("HX-Request") != "true":
        context |= {"part": part, "back": f"/communities/{contact.community_id}/people/", "subject": contact.community}
        part = "registry/file/alone.html"
    response = render(request, part, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
