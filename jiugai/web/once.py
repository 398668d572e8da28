"""Things asked of the database once for a whole request or job, however often they are needed."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Generic, TypeVar

from jiugai.web.request_id import current_request_id

T = TypeVar("T")


class OncePerRequest(Generic[T]):
    """An answer kept until the request or job at hand ends; outside of one it is asked at each call."""

    def __init__(self, ask: Callable[[], T]) -> None:
        self._ask = ask
        self._seen: ContextVar[tuple[str, T] | None] = ContextVar("once", default=None)

    def __call__(self) -> T:
        """Return the answer, asking only if this request has not asked yet."""
        request, seen = current_request_id(), self._seen.get()
        if request and seen is not None and seen[0] == request:
            return seen[1]
        found = self._ask()
        self._seen.set((request, found))
        return found

    def forget(self) -> None:
        """Ask again at the next call: the answer has just been changed in this request."""
        self._seen.set(None)
