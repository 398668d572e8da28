"""Who does the work that `domain.lineups` names. Each part says so once, when the server starts."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from jiugai.accounts.actor import Actor
from jiugai.policy.models import Occurrence


class Handler(Protocol):
    """Does the work an event opens. It announces what it did with `cause=occurrence`.

    It runs inside the transaction of the event, so a refusal takes the event back too: refuse only for what must not
    happen at all.
    """

    def __call__(self, occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
        """Act on the event."""
        ...


_handlers: dict[str, Handler] = {}


class NoHandler(LookupError):
    """The table of line-ups names work that nobody does."""


class TakenHandler(TypeError):
    """Two parts want to do the same work."""


def handle(code: str, function: Handler) -> None:
    """Let `function` do the work called `code` in `domain.lineups`. Raises TakenHandler."""
    if _handlers.setdefault(code, function) is not function:
        raise TakenHandler(code)


def handler_of(code: str) -> Callable[..., None]:
    """Return who does the work. Raises NoHandler."""
    try:
        return _handlers[code]
    except KeyError:
        raise NoHandler(code) from None
