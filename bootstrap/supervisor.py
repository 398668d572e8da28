"""One process that keeps the web server and the worker alive, and takes them down together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bootstrap.say import notice

PR_SET_PDEATHSIG = 1
STEADY_SECONDS = 60.0  # after this long a child's earlier crashes are forgotten
LONGEST_PAUSE = 60.0
GRACE_SECONDS = 30.0
LOG_LIMIT = 20 * 1024 * 1024


def pause_after(crashes: int) -> float:
    """Seconds to wait before the next start: 1, 2, 4 … 60."""
    return min(LONGEST_PAUSE, 2.0 ** (crashes - 1))


def _die_with_parent() -> None:
    """In the child: ask the kernel for SIGTERM when the supervisor is killed outright."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process with its log, restarted when it ends by itself."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    log: Path
    crashes: int = 0
    due: float = 0.0
    since: float = 0.0
    process: subprocess.Popen[bytes] | None = None

    def start(self, *, env: Mapping[str, str], cwd: Path, now: float) -> None:
        """Start it in its own session, so that Ctrl-C reaches only the supervisor."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread
            )
        self.since = now

    def look(self, *, now: float) -> int | None:
        """Notice an end: returns the code once, and sets when to start again."""
        code = self.process.poll() if self.process else None
        if code is None:
            return None
        self.crashes = 1 if now - self.since > STEADY_SECONDS else self.crashes + 1
        self.due = now + pause_after(self.crashes)
        self.process = None
        return code

    def signal(self, number: int) -> None:
        """Send a signal to the child, if it lives."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)


@dataclass
class Supervisor:
    """Runs children until SIGINT, SIGTERM or SIGHUP."""

    children: list[Child]
    env: Mapping[str, str]
    cwd: Path
    clock: Callable[[], float] = time.monotonic
    asked_to_stop: int = field(default=0, init=False)

    def listen(self) -> None:
        """Take over the signals that mean stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def tick(self) -> None:
        """Start what is due, notice what has ended."""
        for child in self.children:
            now = self.clock()
            code = child.look(now=now)
            if code is not None and not self.asked_to_stop:
                wait = f"{pause_after(child.crashes):.0f}"
                notice(
                    f"{child.name} 退出（返回码 {code}），{wait} 秒后重启，见 var/log/{child.log.name}\n"
                    f"  {child.name} ended with code {code}; restarting in {wait} s"
                )
            if child.process is None and now >= child.due and not self.asked_to_stop:
                child.start(env=self.env, cwd=self.cwd, now=now)

    def run(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Keep everything running until a signal or until `until` says so."""
        while not self.asked_to_stop and not until():
            self.tick()
            time.sleep(0.2)

    def stop(self) -> None:
        """End the children politely, after a while forcibly; a second Ctrl-C shortens the while."""
        self.asked_to_stop = self.asked_to_stop or 1
        for child in self.children:
            child.signal(signal.SIGTERM)
        end = self.clock() + GRACE_SECONDS
        while any(child.process and child.process.poll() is None for child in self.children):
            if self.clock() > end or self.asked_to_stop > 1:
                for child in self.children:
                    child.signal(signal.SIGKILL)
            time.sleep(0.1)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_stop += 1
