"""One at a time: installations wait for each other, a second `make run` is told about the first."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap.say import step


@contextmanager
def waiting(place: Path) -> Iterator[None]:
    """Hold the lock file for the length of the block; wait, and say so, while another holds it."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            step("等待另一个 make 完成安装", "waiting for another make to finish installing")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
