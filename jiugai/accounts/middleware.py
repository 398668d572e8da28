"""Fixes who acts for the length of a request, and lets PostgreSQL see with the same eyes."""

from collections.abc import Callable

import pghistory
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from jiugai.accounts.actor import ANONYMOUS, Actor
from jiugai.accounts.demo import is_closed
from jiugai.accounts.models import User
from jiugai.accounts.scope import scope_setting, set_scope
from jiugai.web.request_id import current_request_id


class ActorRequest(HttpRequest):
    """A request after this middleware; for annotations only."""

    actor: Actor
    user: User
    csp_nonce: str


class ActorMiddleware:
    """Set `request.actor` and the database session's scope; close the scope when the answer is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wrap the request. API paths authenticate later, by token, and set their own scope."""
        if request.path.startswith("/health/"):  # must answer without a database
            request.actor = ANONYMOUS  # type: ignore[attr-defined]
            return self.get_response(request)
        actor = _actor(request)
        request.actor = actor  # type: ignore[attr-defined]
        before = set_scope(scope_setting(actor))
        try:
            with pghistory.context(actor=actor.name, user=actor.user_id, request=current_request_id()):
                return self.get_response(request)
        finally:
            set_scope(before)


def _actor(request: HttpRequest) -> Actor:
    user = request.user
    if isinstance(user, User) and user.is_active and not is_closed(user):
        return user.actor(on=timezone.localdate())
    return ANONYMOUS
