"""Knowing whether this clone's platform runs: a lock that lives exactly as long as its supervisor."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bootstrap.places import Places
from bootstrap.problems import AlreadyRunning, PlaceNotOurs


@dataclass(frozen=True)
class Running:
    """The active supervisor."""

    pid: int
    url: str


def lock_of(places: Places) -> Path:
    """The lock file; its text tells who holds it."""
    return places.var / "supervisor.lock"


@contextmanager
def sole(places: Places, *, url: str) -> Iterator[None]:
    """Be the only supervisor of this clone for the length of the block. Raises AlreadyRunning."""
    place = lock_of(places)
    with place.open("a+", encoding="utf-8") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            other = _read(place)
            raise AlreadyRunning(pid=other.pid, url=other.url) from busy
        held.truncate(0)
        held.write(json.dumps({"pid": os.getpid(), "url": url}))
        held.flush()
        yield
        held.truncate(0)


def active(places: Places) -> Running | None:
    """The supervisor that holds the lock, None when nobody does."""
    place = lock_of(places)
    if not place.exists():
        return None
    with place.open("r", encoding="utf-8") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(place)
    return None


def refuse_second(places: Places) -> None:
    """Raise AlreadyRunning when a supervisor is active."""
    other = active(places)
    if other:
        raise AlreadyRunning(pid=other.pid, url=other.url)


def stop(places: Places, *, patience: float = 45.0) -> bool:
    """Ask the active supervisor to end and wait for it. True when there was one."""
    other = active(places)
    if other is None:
        return False
    try:
        os.kill(other.pid, signal.SIGTERM)
    except PermissionError as refused:
        owner = Path(f"/proc/{other.pid}").owner()
        raise PlaceNotOurs(place=f"pid {other.pid}", owner=owner) from refused
    end = time.monotonic() + patience
    while active(places) and time.monotonic() < end:
        time.sleep(0.1)
    if active(places):
        os.kill(other.pid, signal.SIGKILL)
    return True


def _read(place: Path) -> Running:
    """What the holder wrote; a holder between taking the lock and writing is waited for."""
    for _ in range(20):
        text = place.read_text(encoding="utf-8")
        if text:
            told = json.loads(text)
            return Running(pid=told["pid"], url=told["url"])
        time.sleep(0.1)
    return Running(pid=0, url="—")
