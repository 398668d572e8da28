"""The search of the top bar: communities, buildings, organisations, people, each in the actor's scope and right."""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.filters import building_filters, community_filters
from jiugai.registry.models import CommunityContact
from jiugai.registry.tables import building_rows, community_rows, file_url, place
from jiugai.web.tables.filters import words


class Hit(NamedTuple):
    """One find."""

    title: str
    detail: str
    url: str
    demo: bool = False


class Hits(NamedTuple):
    """The finds of one kind; `more_url` leads to the full list when there are more."""

    label: str
    icon: str
    hits: list[Hit]
    more_url: str = ""


def search_everything(*, text: str, actor: Actor, limit: int) -> list[Hits]:
    """Return what the words find, kinds without finds left out; at most `limit` of each and four queries."""
    if not words(text):
        return []
    kinds: tuple[tuple[Permission, Callable[[str, Actor, int], Hits]], ...] = (
        (Permission.REGISTER_VIEW, _communities),
        (Permission.REGISTER_VIEW, _buildings),
        (Permission.ORGANISATION_VIEW, _organisations),
        (Permission.PEOPLE_VIEW, _people),
    )
    found = [find(text, actor, limit) for permission, find in kinds if may(actor, permission)]
    return [hits for hits in found if hits.hits]


def _communities(text: str, actor: Actor, limit: int) -> Hits:
    rows = community_filters.apply(community_rows().prefetch_related(None), {"q": text}, actor)
    best = rows.annotate(nearness=_nearness(words(text)[0])).order_by("nearness", "pinyin", "pk")[: limit + 1]
    hits = [Hit(c.name, f"{place(c)}　{c.address}".strip("　"), file_url(c.pk), c.provenance == "demo") for c in best]
    return _hits("小区", "building-community", hits, limit, "community-list", text)


def _nearness(word: str) -> Case:
    """Order: the name itself, names that start so, initials that start so, then the rest."""
    return Case(
        When(Q(name__iexact=word) | Q(code__iexact=word), then=Value(0)),
        When(name__startswith=word, then=Value(1)),
        When(initials__startswith=word, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def _buildings(text: str, actor: Actor, limit: int) -> Hits:
    if not any(character.isdigit() for character in text):
        return Hits("楼栋", "building", [])
    rows = building_filters.apply(building_rows(), {"q": text}, actor).order_by("pk")[: limit + 1]
    hits = [Hit(f"{b.community.name} {b.label}", place(b.community), file_url(b.community_id)) for b in rows]
    return _hits("楼栋", "building", hits, limit, "building-list", text)


def _organisations(text: str, actor: Actor, limit: int) -> Hits:
    rows = Organisation.objects.select_related("area")
    for word in words(text):
        rows = rows.filter(Q(name__icontains=word) | Q(full_name__icontains=word) | Q(names__name__icontains=word))
    hits = [
        Hit(o.name, f"{o.get_kind_display()}　{o.area.name}", _organisation_url(o), o.provenance == "demo")
        for o in rows.distinct()[: limit + 1]
    ]
    return _hits("组织", "sitemap", hits, limit, "organisation-list", text)


def _organisation_url(row: Organisation) -> str:
    return f"{_list('organisation-list', row.name)}"


def _people(text: str, actor: Actor, limit: int) -> Hits:
    rows = CommunityContact.objects.visible_to(actor).filter(ended_on__isnull=True)
    for word in words(text):
        rows = rows.filter(Q(name__icontains=word) | Q(duty__icontains=word))
    several = rows.select_related("community", "organisation")[: limit + 1]
    hits = [Hit(p.name, _duty(p), file_url(p.community_id), p.provenance == "demo") for p in several]
    return Hits("联系人", "user", hits[:limit])


def _duty(person: Any) -> str:
    body = person.organisation.name if person.organisation else ""
    return "　".join(filter(None, (person.community.name, person.duty, body)))


def _hits(label: str, icon: str, hits: list[Hit], limit: int, view: str, text: str) -> Hits:
    return Hits(label, icon, hits[:limit], _list(view, text) if len(hits) > limit else "")


def _list(view: str, text: str) -> str:
    return f"{reverse(view)}?{urlencode({'q': text})}"
