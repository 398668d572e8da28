"""From a request to a tile: version first, so that what the browser already has costs one small query."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial
from hashlib import blake2b
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.accounts.scope import scope_setting
from jiugai.registry import legend
from jiugai.registry.filters import community_filters
from jiugai.registry.limits import KEPT_TILES_BYTES
from jiugai.registry.tiles import base, register
from jiugai.registry.tiles.address import AnyTile, NoSuchTile, TileAddress, Where
from jiugai.registry.tiles.kept import Kept
from jiugai.registry.tiles.sql import Sql, bound, run, run_as
from jiugai.registry.tiles.versions import Marks, version

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
# Raise it when the content of tiles changes without a change of data.
FORMAT = "1"
GZIP_FROM_BYTES = 400
GZIP_MAGIC = b"\x1f\x8b"
# Layers, zooms, legends and areas that are asked for at one time; beyond it all are written anew.
MOST_PLANS = 1_000
_plans: dict[tuple[object, ...], list[Sql]] = {}
kept = Kept(most_bytes=KEPT_TILES_BYTES)

BASE: dict[str, Callable[[Where], list[Sql]]] = {
    "base": base.base,
    "areas": base.areas,
    "roads": base.roads,
    "subway": base.subway,
}
REGISTER: dict[str, tuple[Callable[[register.Ask], list[Sql]], tuple[str, ...]]] = {
    "communities": (register.communities, ("community",)),
    "buildings": (register.buildings, ("building", "community")),
}


RIGHTS: dict[str, Permission] = {}
At = tuple[int, int, int]


def offer(
    layer: str, make: Callable[[register.Ask], list[Sql]], versions: tuple[str, ...], permission: Permission
) -> None:
    """Let a part above the register answer a layer of its own, to those who hold a right.

    `versions` are the layers that its triggers mark.
    """
    REGISTER[layer] = (make, versions)
    RIGHTS[layer] = permission


def tile(
    *,
    request: HttpRequest,
    actor: Actor,
    layer: str,
    at: tuple[int, int, int],
    marks: Marks = None,
    alone: bool = False,
) -> HttpResponseBase:
    """Answer 200 with a tile, 204 where nothing is, 304 where the browser's copy holds.

    Raises Http404, BadFilter, NotAllowed.

    `at` are zoom, column and row. The address has conditions as the list's does; `by` names the legend that far zooms
    count by. `marks` are those of `layers_of(layer)` where they have been read already. `alone` says that nobody has
    set the scope of the database session yet: the tile then does it for its own statement.
    """
    address = _address(layer, *at)
    if layer in RIGHTS:
        require(actor, RIGHTS[layer])
    tag = _tag(layer=layer, actor=actor, params=request.GET, marks=marks)
    if _has(request, tag):
        return _headers(HttpResponseNotModified(), tag)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    # The tag holds layer version, scope and conditions: everything but the place.
    made = partial(_made, layer, address, actor, request.GET, packed=packed, alone=alone)
    return _headers(_body(kept.get((tag, *at, packed), made)), tag)


def _has(request: HttpRequest, tag: str) -> bool:
    """Tell whether the browser has this very tile."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return any(one.removeprefix("W/") == tag for one in known)


def _made(
    layer: str, address: TileAddress, actor: Actor, params: Mapping[str, Any], *, packed: bool, alone: bool
) -> bytes:
    content = run_layer(layer, address, actor, params, alone=alone)
    # Level 1: tiles are numbers, a higher level takes thrice the time for a twentieth of the size.
    return gzip.compress(content, 1, mtime=0) if packed and len(content) >= GZIP_FROM_BYTES else content


def run_layer(
    layer: str, address: TileAddress, actor: Actor, params: Mapping[str, Any], *, alone: bool = False
) -> bytes:
    """Make one tile, under the scope of the database session or, with `alone`, under the actor's own."""
    parts = _parts(layer, address, actor, params)
    if not parts:
        return b""
    return run_as(actor, *parts) if alone else run(*parts)


def _parts(layer: str, address: TileAddress, actor: Actor, params: Mapping[str, Any]) -> list[Sql]:
    """Return the tile's layers. Writing them takes longer than running them, so what is asked most is written once."""
    if community_filters.canonical(params):
        return _written(layer, address, actor, params)
    by = legend.legend(str(params.get("by", "")), actor)
    key = (layer, address.z, by.key, actor.sees_all or actor.paths, *legend.legends(actor))
    found = _plans.get(key)
    if found is None:
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        found = _plans[key] = _written(layer, AnyTile(address.z), actor, {"by": by.key})
    return bound(found, address)


def _written(layer: str, address: Where, actor: Actor, params: Mapping[str, Any]) -> list[Sql]:
    if layer in BASE:
        return BASE[layer](address)
    by = legend.legend(str(params.get("by", "")), actor)
    return REGISTER[layer][0](register.Ask(address=address, actor=actor, params=params, legend=by))


def _address(layer: str, z: int, x: int, y: int) -> TileAddress:
    if layer not in BASE and layer not in REGISTER:
        raise Http404
    try:
        return TileAddress(z, x, y)
    except NoSuchTile:
        raise Http404 from None


def layers_of(layer: str) -> tuple[str, ...]:
    """Return the versioned layers that a tile layer is made of; none for an unknown one."""
    return ("base",) if layer in BASE else REGISTER[layer][1] if layer in REGISTER else ()


def _tag(*, layer: str, actor: Actor, params: Mapping[str, Any], marks: Marks) -> str:
    """Return the entity tag: layer version, the actor's scope and legends, and the conditions; it reveals none."""
    seen = version(layers=layers_of(layer), actor=actor, marks=marks)
    if layer in BASE:
        parts: tuple[object, ...] = (layer, seen)
    else:
        conditions = community_filters.canonical(params)
        parts = (layer, seen, scope_setting(actor), conditions, params.get("by"), tuple(legend.legends(actor)))
    return f'"{blake2b(repr((FORMAT, parts)).encode(), digest_size=12).hexdigest()}"'


def _body(content: bytes) -> HttpResponse:
    if not content:
        return HttpResponse(status=204)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    if content.startswith(GZIP_MAGIC):  # a tile begins with the tag of a layer, 0x1a
        response.headers["Content-Encoding"] = "gzip"
    return response


def _headers(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"  # keep, but ask each time
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
