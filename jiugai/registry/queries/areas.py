"""Areas that a person may choose in a form."""

from collections.abc import Iterable
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission, where_held
from jiugai.accounts.scope import within
from jiugai.registry.streets import district_of


def areas_for(actor: Actor) -> Any:
    """Return the areas below the city where the person works; down to streets for those who see the whole city."""
    areas = Area.objects.defer("boundary").exclude(level=Area.Level.CITY).order_by("path")
    if actor.sees_all:
        return areas.filter(level__in=[Area.Level.DISTRICT, Area.Level.STREET])
    return areas.filter(within(actor.paths, "path")) if actor.paths else areas.none()


def named(paths: Iterable[str]) -> list[tuple[str, str]]:
    """Return paths with the names of their areas, each once, in their order."""
    wanted = list(dict.fromkeys(paths))
    names = dict(Area.objects.filter(path__in=wanted).values_list("path", "name"))
    return [(path, names.get(path, path)) for path in wanted]


Groups = list[tuple[str, list[tuple[str, str]]]]


def places_for(actor: Actor, path: str) -> Groups:
    """Return streets with their committees of the district of `path`, as far as the actor may edit there.

    Each group is a street: first the street itself, then its committees.
    """
    editor = where_held(actor, Permission.REGISTER_EDIT)
    rows = Area.objects.filter(path__startswith=district_of(path), level__in=[Area.Level.STREET, Area.Level.COMMUNITY])
    if not editor.sees_all:
        rows = rows.filter(within(editor.paths, "path")) if editor.paths else rows.none()
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for code, name, level, street, street_name in rows.order_by("path").values_list(
        "code", "name", "level", "parent__code", "parent__name"
    ):
        is_street = level == Area.Level.STREET
        label, choices = groups.setdefault(code if is_street else street, (name if is_street else street_name, []))
        choices.append((code, f"{label}（不分社区）" if is_street else name))
    return list(groups.values())
