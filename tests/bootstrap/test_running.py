from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bootstrap import running
from bootstrap.places import Places
from bootstrap.problems import AlreadyRunning

ROOT = Path(__file__).resolve().parents[2]
HOLDER = """
import sys, time
from pathlib import Path
from bootstrap import running
from bootstrap.places import Places
with running.sole(Places(Path(sys.argv[1])), url="http://127.0.0.1:9"):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def another_run(places: Places) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLDER, str(places.root)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        yield other
        other.kill()


def test_a_second_run_is_told_where_the_first_one_is(places: Places) -> None:
    with another_run(places) as other, pytest.raises(AlreadyRunning) as refused:
        running.refuse_second(places)
    assert f"pid {other.pid}" in refused.value.text()
    assert "http://127.0.0.1:9" in refused.value.text()


def test_two_that_start_in_the_same_moment_cannot_both_go_on(places: Places) -> None:
    with another_run(places), pytest.raises(AlreadyRunning), running.sole(places, url=""):
        pass


def test_stop_ends_the_active_run(places: Places) -> None:
    with another_run(places) as other:
        assert running.stop(places)
        assert other.wait(timeout=5) != 0
    assert running.active(places) is None


def test_a_run_that_was_killed_leaves_no_lock_behind(places: Places) -> None:
    with another_run(places) as other:
        other.kill()
        other.wait()
    running.refuse_second(places)
    assert not running.stop(places)
