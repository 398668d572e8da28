"""The number of the request at hand: it links log lines, audit events and incident numbers."""

from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Start a new number and make it the current one."""
    value = uuid4().hex[:12]
    _current.set(value)
    return value


def current_request_id() -> str:
    """Return the number of the request at hand, or an empty string outside of one."""
    return _current.get()
