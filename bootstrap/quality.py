"""Tests, checks and benchmarks, run in the clone's own environment."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bootstrap import prepare, system
from bootstrap.environment import for_children
from bootstrap.places import Places
from bootstrap.say import notice, step

MOST_JOBS = 4


def test(places: Places) -> int:
    """Run pytest with ARGS; the code is pytest's."""
    with prepare.workplace(places, tests=True) as url:
        return _pytest(places, _environment(places, url))


def check(places: Places) -> int:
    """Run every check although one may fail, then say which failed."""
    with prepare.workplace(places, tests=True) as url:
        env = _environment(places, url)
        failed = [name for name, command in _checks(places) if _run(name, command, places, env) != 0]
        if _pytest(places, env) != 0:
            failed.append("pytest")
    if failed:
        notice(f"没有通过：{'、'.join(failed)}\n  failed: {', '.join(failed)}")
    return 1 if failed else 0


def bench(places: Places) -> int:
    """Run the benchmarks with ARGS."""
    with prepare.workplace(places, bench=True) as url:
        env = for_children(places, mode="demo", database_url=url)
        return _run("bench", [places.python, "-m", "bench", *_args()], places, env)


def _checks(places: Places) -> list[tuple[str, Sequence[str | Path]]]:
    python, scripts = places.python, places.venv / "bin"
    contracts = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    return [
        ("ruff format", [scripts / "ruff", "format", "--check", "."]),
        ("ruff check", [scripts / "ruff", "check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("lint-imports", [python, "-c", contracts]),
        ("makemigrations", [python, "-m", "jiugai.config.command", "makemigrations", "--check", "--dry-run"]),
    ]


def _pytest(places: Places, env: dict[str, str]) -> int:
    return _run("pytest", [places.python, "-m", "pytest", *_jobs(), *_args()], places, env)


def _jobs() -> list[str]:
    """One process per core, no more than four; a single core or named tests run in one."""
    cores = len(os.sched_getaffinity(0))
    if cores == 1 or _args():
        return []
    return ["-n", str(min(cores, MOST_JOBS)), "--dist", "loadfile"]


def _args() -> list[str]:
    return shlex.split(os.environ.get("ARGS", ""))


def _environment(places: Places, url: str) -> dict[str, str]:
    env = {"JIUGAI_LOG": "WARNING"} | for_children(places, mode="test", database_url=url)
    browser = system.chromium()
    return env | ({"JIUGAI_CHROMIUM": browser} if browser else {})


def _run(name: str, command: Sequence[str | Path], places: Places, env: dict[str, str]) -> int:
    step(name)
    return subprocess.run(list(command), cwd=places.root, env=env, stdin=subprocess.DEVNULL, check=False).returncode
