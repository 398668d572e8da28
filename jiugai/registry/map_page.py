"""What the map page needs to start: conditions from the address, legends, layers, and where to look."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission, may
from jiugai.registry.filters import community_filters
from jiugai.registry.legend import Legend, legend, legends
from jiugai.registry.models import SavedView
from jiugai.registry.queries import map_counts, map_list
from jiugai.registry.tiles.register import CLUSTER_ZOOM
from jiugai.web.tables.filters import Choice
from jiugai.web.tables.params import BadFilter, Condition, Params, read, split, to_query, without

REGISTER = "map"
ROADS_YEAR, SUBWAY_YEAR = 2013, 2026
# State of the page in the address that is no condition.
OWN = ("by", "sort", "at", "id", "sel", "off")
KEPT = ("by", "sort", "at", "sel", "off")
PLACES = ("district", "area", "bbox", "polygon", "sel", "ids")
MAIN = ("district", "built", "ownership", "has_lift")
ALL_WORDS = {"district": "全市各区", "built": "建成：全部", "ownership": "产权：全部", "has_lift": "电梯：全部"}


class Chip(NamedTuple):
    """A condition with the address of the map without it."""

    label: str
    remove_url: str


class Menu(NamedTuple):
    """A filter as a drop-down: its options, the one chosen, and whether several are."""

    name: str
    label: str
    everything: str
    options: list[tuple[str, str, bool]]
    several: int


def page_context(params: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return the context of the page. Raises BadFilter."""
    by = legend(str(params.get("by", "")), actor)
    menus = _menus(read(params), actor)
    return side_context(params, actor) | {
        "legend": by,
        "legends": legends(actor).values(),
        "main_menus": [menu for menu in menus if menu.name in MAIN],
        "more_menus": [menu for menu in menus if menu.name not in MAIN],
        "q": params.get("q", ""),
        "saved": saved_views(actor),
        "layers": map_counts.layer_counts(actor=actor),
        "may_export": may(actor, Permission.EXPORT),
        "may_see_works": may(actor, Permission.STREETWORKS_VIEW),
        "may_see_problems": may(actor, Permission.MATTER_VIEW),
        "roads_year": ROADS_YEAR,
        "subway_year": SUBWAY_YEAR,
        "tianditu": bool(_tianditu()),
        "config": _config(params, actor),
    }


def side_context(params: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return the context of the list: rows, total, conditions, and the choice made by drawing. Raises BadFilter."""
    by = legend(str(params.get("by", "")), actor)
    drawn = _with_drawn(params)
    counted = map_counts.legend_counts(params=drawn, actor=actor, legend=by)
    found = read(params)
    conditions = community_filters.describe(params, actor)
    return {
        "list": map_list.side_list(params=drawn, actor=actor, legend=by),
        "total": counted["total"],
        "sorts": map_list.SORTS.values(),
        "chips": [Chip(c.label, _url(found, c)) for c in conditions],
        "query": to_query(community_filters.canonical(drawn)),
        "state": {name: values for name, values in found.items() if name != "after"},
        "selecting": "sel" in found,
        "selected_ids": map_list.selected_ids(params=drawn, actor=actor) if "sel" in found else [],
        "may_export": may(actor, Permission.EXPORT),
    }


def conditions_of(query: str) -> Mapping[str, Any]:
    """Read the conditions of an address, with a drawn shape as one of them."""
    return _with_drawn(QueryDict(query.lstrip("?")))


def kept(params: Mapping[str, Any], actor: Actor) -> str:
    """Return what a saved view keeps of an address: conditions, and how the map is looked at. Raises BadFilter."""
    community_filters.describe(_with_drawn(params), actor)
    found = read(params)
    looks = {name: found[name][0] for name in KEPT if name in found}
    if looks.get("by", "need") not in legends(actor):
        raise BadFilter("上色", looks["by"])
    return to_query(community_filters.canonical(params) | looks)


def saved_views(actor: Actor) -> QuerySet[SavedView]:
    """Return the person's saved views of the map."""
    return SavedView.objects.filter(user=actor.user_id, register=REGISTER)


def _with_drawn(params: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(read(params))
    if "sel" in found:
        found["polygon"] = [*found.get("polygon", []), *found["sel"]]
    return {name: values[0] if name in {"sort", "after", "by"} else values for name, values in found.items()}


def _url(params: Params, condition: Condition) -> str:
    return f"{reverse('map')}?{to_query(without(params, condition))}"


def _menus(params: Params, actor: Actor) -> list[Menu]:
    choices = [one for one in community_filters.filters if isinstance(one, Choice) and one.name != "area"]
    return [_menu(one, params, actor) for one in choices if one.all_options(actor, params)]


def _menu(one: Choice, params: Params, actor: Actor) -> Menu:
    chosen = split(params.get(one.name, ()))
    options = [(o.value, o.label, chosen == [o.value]) for o in one.all_options(actor, params)]
    everything = options[0][1] if one.name == "district" and len(options) == 1 else ALL_WORDS.get(one.name, "全部")
    return Menu(one.name, one.label, everything, options, len(chosen) if len(chosen) > 1 else 0)


def _config(params: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    """Return what the scripts need to know. The map opens where the conditions name a place."""
    urls = {name: reverse(f"map-{name}") for name in ("side", "counts", "extent")}
    urls["card"] = reverse("map-card", args=[0])
    urls["matter"] = reverse("matter-file", args=[0])
    return {
        "legends": {one.key: _legend(one) for one in legends(actor).values()},
        "home": map_counts.home_box(actor=actor),
        "opening": map_counts.home_box(actor=actor, params=_with_drawn(params)) if _names_place(params) else None,
        "clusterZoom": CLUSTER_ZOOM,
        "urls": urls,
        "own": OWN,
        "tianditu": _tianditu(),
    }


def _names_place(params: Mapping[str, Any]) -> bool:
    """Tell whether the address names a place, but not how the map lies."""
    found = read(params)
    return "at" not in found and any(name in found for name in PLACES)


def _legend(one: Legend) -> dict[str, Any]:
    classes = [{"value": c.value, "label": c.label, "colour": c.colour, "hollow": c.hollow} for c in one.classes]
    return {"title": one.title, "filter": one.filter, "attribute": one.attribute, "classes": classes, "note": one.note}


def _tianditu() -> str:
    return str(getattr(settings, "TIANDITU_KEY", ""))
