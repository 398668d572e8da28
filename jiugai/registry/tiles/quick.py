"""The short way to a tile: a map asks for dozens at once, and most of them are small or known.

Before all other middleware, for sessions that came the usual way once in this process. Whenever anything is unusual
(no session, a right missing, a tile that does not exist, conditions that cannot be read), the usual way answers.
"""

import re
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from jiugai.accounts import quick
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.registry.tiles import answer, versions

ADDRESS = re.compile(r"/tiles/([a-z]+)/(\d{1,2})/(\d{1,7})/(\d{1,7})\.mvt")


class QuickTiles:
    """Answer tiles of known sessions; pass everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer or pass on; what was answered the usual way makes its session known."""
        found = ADDRESS.fullmatch(request.path_info)
        if found is None or request.method != "GET":
            return self.get_response(request)
        response = self._answer(request, *found.groups())
        if response is None:
            response = self.get_response(request)
            _remember(request, response)
        return response

    def _answer(self, request: HttpRequest, layer: str, z: str, x: str, y: str) -> HttpResponseBase | None:
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        asked = versions.marks_of(answer.layers_of(layer))
        found = quick.recognise(key, on=timezone.localdate(), also=asked) if key else None
        if found is None or not may(found.actor, Permission.REGISTER_VIEW):
            return None
        try:
            at = int(z), int(x), int(y)
            return answer.tile(
                request=request, actor=found.actor, layer=layer, at=at, marks=found.also or [], alone=True
            )
        except (Http404, Refusal, DatabaseError, psycopg.Error):
            return None


def _remember(request: HttpRequest, response: HttpResponseBase) -> None:
    user = getattr(request, "user", None)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    if response.status_code in {200, 204, 304} and user is not None and user.is_authenticated and key:
        quick.remember(key, user.pk)
