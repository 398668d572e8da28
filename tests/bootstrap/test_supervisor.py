from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bootstrap.supervisor import Child, Supervisor, pause_after


def crew(tmp_path: Path, code: str, clock: Callable[[], float] = time.monotonic) -> Supervisor:
    child = Child(name="worker", command=[sys.executable, "-c", code], log=tmp_path / "worker.log")
    return Supervisor(children=[child], env=os.environ, cwd=tmp_path, clock=clock)


def wait_until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def test_pauses_grow_up_to_a_minute() -> None:
    assert [pause_after(crashes) for crashes in (1, 2, 3, 9)] == [1, 2, 4, 60]


def test_a_crashed_worker_is_started_again_after_its_pause(tmp_path: Path) -> None:
    now = [0.0]
    team = crew(tmp_path, "print('started', flush=True); raise SystemExit(3)", lambda: now[0])
    child, log = team.children[0], tmp_path / "worker.log"
    team.tick()
    wait_until(lambda: (team.tick(), child.crashes == 1)[1])
    team.tick()
    assert child.process is None, "the pause has not passed"
    now[0] = 1.1
    team.tick()
    wait_until(lambda: log.read_text().count("started") == 2)
    team.stop()


def test_a_crash_after_a_long_life_counts_as_the_first(tmp_path: Path) -> None:
    now = [0.0]
    team = crew(tmp_path, "raise SystemExit(3)", lambda: now[0])
    team.children[0].crashes = 5
    team.tick()
    now[0] = 3600.0
    wait_until(lambda: (team.tick(), team.children[0].crashes == 1)[1])


def test_stopping_lets_the_children_finish(tmp_path: Path) -> None:
    polite = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *a: (print('bye', flush=True), sys.exit(0)))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    team = crew(tmp_path, polite)
    team.tick()
    wait_until(lambda: "ready" in (tmp_path / "worker.log").read_text())
    team.stop()
    assert "bye" in (tmp_path / "worker.log").read_text()


def test_a_child_that_will_not_end_is_killed_at_the_second_ctrl_c(tmp_path: Path) -> None:
    deaf = (
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\ntime.sleep(60)"
    )
    team = crew(tmp_path, deaf)
    team.tick()
    wait_until(lambda: "ready" in (tmp_path / "worker.log").read_text())
    team.asked_to_stop = 2
    team.stop()
    process = team.children[0].process
    assert process is not None
    assert process.returncode == -signal.SIGKILL


def test_a_full_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bootstrap.supervisor.LOG_LIMIT", 3)
    (tmp_path / "worker.log").write_text("long")
    team = crew(tmp_path, "")
    team.tick()
    assert (tmp_path / "worker.log.1").read_text() == "long"
    team.stop()
