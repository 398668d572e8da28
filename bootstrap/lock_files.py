"""Writing requirements.lock, bench/requirements.lock and package-lock.json anew."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from bootstrap.places import Places
from bootstrap.problems import PackageUnavailable
from bootstrap.python_env import REMEDY
from bootstrap.say import step
from bootstrap.tools import plain_environment

COMPILE = (
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-header",
)
HOSTS = re.compile(r'"resolved"\s*:|--(extra-)?index-url|--find-links| @ (https?|file):')


def write(places: Places) -> int:
    """Lock everything; kept versions stay unless UPGRADE=1."""
    uv = _uv(places)
    (places.root / "bench").mkdir(exist_ok=True)
    for lock, extras in (("requirements.lock", ["dev"]), ("bench/requirements.lock", ["dev", "bench"])):
        step(lock, "locking Python packages")
        named = [word for extra in extras for word in ("--extra", extra)]
        _run([uv, "pip", "compile", "pyproject.toml", *named, *COMPILE, "-q", "-o", lock], places)
    step("package-lock.json", "locking browser packages")
    _run(
        [
            "npm",
            "install",
            "--package-lock-only",
            "--omit-lockfile-registry-resolved",
            "--no-audit",
            "--no-fund",
        ],
        places,
    )
    for name in ("requirements.lock", "bench/requirements.lock", "package-lock.json"):
        refuse_hosts(places.root / name)
    return 0


class LockNamesHost(PackageUnavailable):
    """A lock file names the registry it was made from; other places could not use it."""

    def __init__(self, *, place: str, line: str) -> None:
        super().__init__(
            tool="lock", wanted=place, said=line, remedy="remove that line's source and run make lock again"
        )


def refuse_hosts(lock: Path) -> None:
    """Raise LockNamesHost when a lock file says where its packages came from."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if HOSTS.search(line):
            raise LockNamesHost(place=lock.name, line=line.strip())


def _uv(places: Places) -> str:
    """uv from the PATH or from .venv, where it is put for the purpose."""
    own = places.venv / "bin" / "uv"
    found = shutil.which("uv") or (str(own) if own.exists() else None)
    if found:
        return found
    _run([str(places.python), "-m", "pip", "install", "--disable-pip-version-check", "uv"], places)
    return str(own)


def _run(command: list[str], places: Places) -> None:
    done = subprocess.run(
        command, cwd=places.root, env=plain_environment(), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        said = " / ".join(done.stderr.strip().splitlines()[-6:])
        raise PackageUnavailable(tool=Path(command[0]).name, wanted=" ".join(command[1:4]), said=said, remedy=REMEDY)
