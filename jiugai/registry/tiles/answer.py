"""From a request to a tile: version first, so that what the browser already has costs one small query."""

import gzip
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import parse_etags

from jiugai.accounts.actor import Actor
from jiugai.accounts.scope import scope_setting
from jiugai.registry import legend
from jiugai.registry.filters import community_filters
from jiugai.registry.tiles import base, register
from jiugai.registry.tiles.address import NoSuchTile, TileAddress
from jiugai.registry.tiles.sql import Sql, run
from jiugai.registry.tiles.versions import version

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
# Raise it when the content of tiles changes without a change of data.
FORMAT = "1"
GZIP_FROM_BYTES = 400

BASE: dict[str, Callable[[TileAddress], list[Sql]]] = {
    "base": base.base,
    "areas": base.areas,
    "roads": base.roads,
    "subway": base.subway,
}
REGISTER: dict[str, tuple[Callable[[register.Ask], list[Sql]], tuple[str, ...]]] = {
    "communities": (register.communities, ("community",)),
    "buildings": (register.buildings, ("building", "community")),
}


def tile(
    *, request: HttpRequest, actor: Actor, layer: str, z: int, x: int, y: int, params: Mapping[str, Any]
) -> HttpResponseBase:
    """Answer 200 with a tile, 204 where nothing is, 304 where the browser's copy holds. Raises Http404, BadFilter.

    `params` are conditions as in the list's address; `by` names the legend that far zooms count by.
    """
    address = _address(layer, z, x, y)
    tag = _tag(layer=layer, actor=actor, params=params)
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if any(one.removeprefix("W/") == tag for one in known):
        return _headers(HttpResponseNotModified(), tag)
    return _headers(_body(request, run_layer(layer, address, actor, params)), tag)


def run_layer(layer: str, address: TileAddress, actor: Actor, params: Mapping[str, Any]) -> bytes:
    """Make one tile."""
    if layer in BASE:
        parts = BASE[layer](address)
    else:
        by = legend.legend(str(params.get("by", "")))
        parts = REGISTER[layer][0](register.Ask(address=address, actor=actor, params=params, legend=by))
    return run(*parts) if parts else b""


def _address(layer: str, z: int, x: int, y: int) -> TileAddress:
    if layer not in BASE and layer not in REGISTER:
        raise Http404
    try:
        return TileAddress(z, x, y)
    except NoSuchTile:
        raise Http404 from None


def _tag(*, layer: str, actor: Actor, params: Mapping[str, Any]) -> str:
    """Return the entity tag: layer version, the actor's scope, and the conditions, none of which it reveals."""
    if layer in BASE:
        parts: tuple[object, ...] = (layer, version(layers=["base"], actor=actor))
    else:
        seen = version(layers=REGISTER[layer][1], actor=actor)
        conditions = community_filters.canonical(params)
        parts = (layer, seen, scope_setting(actor), conditions, params.get("by"))
    return f'"{blake2b(repr((FORMAT, parts)).encode(), digest_size=12).hexdigest()}"'


def _body(request: HttpRequest, content: bytes) -> HttpResponse:
    if not content:
        return HttpResponse(status=204)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    if len(content) >= GZIP_FROM_BYTES and "gzip" in request.headers.get("Accept-Encoding", ""):
        # Level 1: tiles are numbers, a higher level takes thrice the time for a twentieth of the size.
        response.content = gzip.compress(content, 1, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _headers(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"  # keep, but ask each time
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response
