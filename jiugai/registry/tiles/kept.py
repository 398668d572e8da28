"""Tiles made lately, in the memory of this process, under everything they depend on (see `answer`)."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock


class Kept:
    """The bytes used last, up to a size in all. Several threads may use it."""

    def __init__(self, *, most_bytes: int) -> None:
        self._most, self._size = most_bytes, 0
        self._rows: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what stands under the key, made if needed. What is being made twice at once is made twice."""
        with self._lock:
            found = self._rows.get(key)
            if found is not None:
                self._rows.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._size += len(made) - len(self._rows.pop(key, b""))
            self._rows[key] = made
            while self._size > self._most and self._rows:
                self._size -= len(self._rows.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._rows.clear()
            self._size = 0
