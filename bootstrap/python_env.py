"""The Python packages: .venv from requirements.lock, every file checked by its hash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bootstrap.places import Places
from bootstrap.say import step
from bootstrap.stamps import Stamp
from bootstrap.tools import fetched

REMEDY = (
    "check the network; behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL; "
    "read var/log/pip.log; then type the command again"
)
VERSION = "%d.%d" % sys.version_info[:2]  # noqa: UP031 - two numbers of a longer tuple


def lock_of(places: Places, *, bench: bool = False) -> Path:
    """The lock file to install from; the one for benchmarks contains the other."""
    return places.root / "bench" / "requirements.lock" if bench else places.root / "requirements.lock"


def stamp_of(places: Places, *, bench: bool = False) -> Stamp:
    """Anew for another lock, another Python, or when the clone has moved (scripts name their interpreter)."""
    name = "bench" if bench else "packages"
    return Stamp(places.venv / f"{name}.stamp", (lock_of(places, bench=bench), VERSION, str(places.root)))


def install(places: Places, *, bench: bool = False) -> None:
    """Make or mend .venv. Raises PackageUnavailable."""
    stamp = stamp_of(places, bench=bench)
    if places.python.exists() and stamp.fresh():
        return
    step("安装 Python 软件包（首次约一到三分钟）", "installing Python packages (details in var/log/pip.log)")
    _make_venv(places)
    lock = lock_of(places, bench=bench)
    options = ["--disable-pip-version-check", "--no-input", "--no-deps", "--require-hashes"]
    command = [str(places.python), "-m", "pip", "install", *options, "-r", str(lock)]
    _pip(command, wanted=lock.name, places=places)
    _own_package(places)
    stamp.set()


def _make_venv(places: Places) -> None:
    """A virtual environment of this interpreter's version; another version's is replaced."""
    if _version_in(places) != VERSION:
        _pip([sys.executable, "-m", "venv", "--clear", str(places.venv)], wanted=".venv", places=places)
    has_pip = subprocess.run([str(places.python), "-m", "pip", "--version"], capture_output=True, check=False)
    if has_pip.returncode != 0:
        _pip([str(places.python), "-m", "ensurepip", "--upgrade"], wanted="pip", places=places)


def _version_in(places: Places) -> str | None:
    if not places.python.exists():
        return None
    asked = [str(places.python), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    told = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
    return told.stdout.strip() or None


def _pip(command: list[str], *, wanted: str, places: Places) -> None:
    fetched(command, tool="pip", wanted=wanted, remedy=REMEDY, cwd=places.root, log=places.log / "pip.log")


def _own_package(places: Places) -> None:
    """Make our packages importable and put the `jiugai` command beside the others.

    Instead of an editable install, which would fetch a build tool outside the lock. Paths are written in
    ASCII escapes, because .pth files are read in the encoding of the locale.
    """
    site = places.venv / "lib" / f"python{VERSION}" / "site-packages"
    (site / "jiugai.pth").write_text(f"import sys; sys.path.insert(0, {str(places.root)!a})\n", encoding="ascii")
    script = places.venv / "bin" / "jiugai"
    script.write_text(SCRIPT, encoding="ascii")
    script.chmod(0o755)


# A shell script, because the path of an interpreter in a #! line may hold no space.
SCRIPT = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m jiugai.config.command "$@"
"""
