"""What stands before every view: who is let in, and with which right.

Each view carries its right as `view.permission`, so that the test matrix and the architecture test can read it.
"""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Answer, InArea, Permission, may
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.domain.errors import NotAllowed

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)
M = TypeVar("M", bound=Model)


def needs(permission: Permission, *also: Permission) -> Callable[[V], V]:
    """Let a view run only for people who hold all these rights somewhere; others are told why not (403)."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if actor.is_anonymous:
                return redirect_to_login(request.get_full_path())
            for right in (permission, *also):
                require(actor, right)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.permissions = frozenset({permission, *also})  # type: ignore[attr-defined]
        return cast("V", guarded)

    return decorate


def public(view: V) -> V:
    """Mark a view as open to everybody, on purpose."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def logged_in(view: V) -> V:
    """Let a view run for anybody with a log-in, for pages about oneself."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).is_anonymous:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.permission = "logged_in"  # type: ignore[attr-defined]
    return cast("V", guarded)


def may_open(actor: Actor, url: str) -> bool:
    """Tell whether a page of ours is open to the actor by its declared right, so that no link leads to a refusal.

    What the page's own object adds (scope, who owns it) is not asked here.
    """
    return not url.startswith("/") or all(may(actor, right) for right in _rights(re.sub(r"\d+", "1", url)))


@lru_cache(maxsize=2_000)
def _rights(url: str) -> frozenset[Permission]:
    """Return the rights that the page of an address needs; numbers in it do not matter."""
    try:
        view = resolve(re.split(r"[?#]", url)[0]).func
    except Resolver404:
        return frozenset()
    return frozenset(getattr(view, "permissions", ()))


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def require(actor: Actor, permission: Permission, subject: InArea | None = None) -> None:
    """Raise NotAllowed (403, with the reason) unless the actor may do this to the subject."""
    require_answer(may(actor, permission, subject))


def require_answer(answer: Answer) -> None:
    """Raise NotAllowed (403, with the reason) unless the answer is yes."""
    if not answer.allowed:
        raise NotAllowed(answer.reason)


def find(rows: ScopedQuerySet[M], actor: Actor, **lookup: Any) -> M:
    """Return the one row in the actor's scope, or 404: outsiders do not learn whether it exists."""
    found = rows.visible_to(actor).filter(**lookup).first()
    if found is None:
        raise Http404
    return found
