"""The number of the request at hand: it links log lines, audit events and incident numbers."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Start a new number and make it the current one."""
    value = uuid4().hex[:12]
    _current.set(value)
    return value


@contextmanager
def numbered() -> Iterator[str]:
    """Run a request or a job under a number of its own; afterwards none is current."""
    try:
        yield new_request_id()
    finally:
        _current.set("")


def current_request_id() -> str:
    """Return the number of the request at hand, or an empty string outside of one."""
    return _current.get()
