"""Who uses the API: a program by its organisation's token, or a person by the session; and how often."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer

from jiugai.accounts.actions.tokens import digest_of
from jiugai.accounts.actor import Actor
from jiugai.accounts.demo import is_closed
from jiugai.accounts.guard import actor_of, require
from jiugai.accounts.models import ApiToken
from jiugai.accounts.permissions import Permission
from jiugai.accounts.scope import scope_setting, set_scope
from jiugai.domain.errors import Refusal

WINDOW_SECONDS = 60


class TooMany(Refusal):
    """More requests than a minute holds."""

    status = 429
    code = "too_many_requests"


class ByToken(HttpBearer):
    """`Authorization: Bearer jg_…`"""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return the organisation as an actor and let the database session see with its eyes."""
        rows = ApiToken.objects.select_related("organisation", "area", "issued_by")
        found = rows.filter(digest=digest_of(token)).first()
        if found is None or not found.usable(on=timezone.localdate()) or _of_the_demo(found):
            return None
        actor = found.actor()
        request.actor = actor  # type: ignore[attr-defined]
        set_scope(scope_setting(actor))
        return admitted(actor, key=f"token:{found.pk}")


def _of_the_demo(token: ApiToken) -> bool:
    return token.issued_by is not None and is_closed(token.issued_by)


class BySession(APIKeyCookie):
    """The log-in of a person; the API only reads, so a foreign site gains nothing by asking."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: Any) -> Actor | None:
        """Return the person who is logged in."""
        actor = actor_of(request)
        return None if actor.is_anonymous else admitted(actor, key=f"user:{actor.user_id}")


def admitted(actor: Actor, *, key: str) -> Actor:
    """Let the actor pass who may read the register and has not asked too often. Raises NotAllowed and TooMany."""
    require(actor, Permission.REGISTER_VIEW)
    count_request(key, now=time.time())
    return actor


def count_request(key: str, *, now: float) -> None:
    """Count a request in its minute; each server process counts for itself. Raises TooMany."""
    minute = int(now) // WINDOW_SECONDS
    place = f"api:{key}:{minute}"
    cache.add(place, 0, timeout=2 * WINDOW_SECONDS)
    if cache.incr(place) > settings.API_REQUESTS_PER_MINUTE:
        left = WINDOW_SECONDS - int(now) % WINDOW_SECONDS
        raise TooMany(f"一分钟内超过 {settings.API_REQUESTS_PER_MINUTE} 次请求", remedy=f"{left} 秒后再试")
