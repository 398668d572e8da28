"""Running other people's installers with their words in a log and a readable error."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bootstrap.cluster import last_lines
from bootstrap.problems import PackageUnavailable

Words = Sequence[str | os.PathLike[str]]


def run_logged(command: Words, *, cwd: Path, log: Path, env: Mapping[str, str] | None = None) -> int:
    """Run a command with its output appended to a log file; returns its code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        done = subprocess.run(
            list(command), cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
        )
    return done.returncode


def fetched(command: Words, *, tool: str, wanted: str, remedy: str, cwd: Path, log: Path) -> None:
    """Run an installer; raise PackageUnavailable with its last words when it fails."""
    if run_logged(command, cwd=cwd, log=log, env=plain_environment()) != 0:
        raise PackageUnavailable(tool=tool, wanted=wanted, said=_complaint(log), remedy=remedy)


def plain_environment() -> dict[str, str]:
    """Our environment without what would lead Python or an installer astray."""
    astray = {
        "PYTHONPATH",
        "PYTHONHOME",
        "VIRTUAL_ENV",
        "PIP_TARGET",
        "PIP_USER",
        "PIP_PREFIX",
        "MAKEFLAGS",
        "MFLAGS",
    }
    return {key: value for key, value in os.environ.items() if key not in astray}


def _complaint(log: Path) -> str:
    lines = last_lines(log, 40).splitlines()
    errors = [line.strip() for line in lines if "error" in line.lower()]
    return " / ".join((errors or lines)[-3:]) or "—"
