"""Is the database already what this clone makes of it? Then a start need not look at every row again.

The mark lies in the database: a new one, a restored one, or one that another version prepared has another mark or none.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping

from bootstrap.places import Places
from bootstrap.problems import StepFailed

# Run in .venv, where the driver is; the words come as arguments, so that nothing in somebody's environment counts.
LINK = """
import os, sys
import psycopg
link = psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10, autocommit=True)
"""
RECALL = """
if not link.execute("SELECT to_regclass('jiugai_prepared')").fetchone()[0]:
    sys.exit(3)
row = link.execute("SELECT words FROM jiugai_prepared WHERE mark = %s", sys.argv[1:]).fetchone()
print(row[0] if row else "", end="")
sys.exit(0 if row else 3)
"""
FORGET = """
link.execute("CREATE TABLE IF NOT EXISTS jiugai_prepared (mark text, words text, at timestamptz DEFAULT now())")
link.execute("DELETE FROM jiugai_prepared")
"""
REMEMBER = """
link.execute("INSERT INTO jiugai_prepared (mark, words) VALUES (%s, %s)", sys.argv[1:])
"""


def mark_of(places: Places, *, mode: str) -> str:
    """Hash of everything the database is prepared from: our code and data, our steps, both lock files, the mode."""
    total = hashlib.sha256(mode.encode())
    locks = [places.root / name for name in ("requirements.lock", "package-lock.json")]
    every = [path for name in ("jiugai", "bootstrap") for path in (places.root / name).rglob("*")]
    ours = [path for path in every if path.is_file() and "__pycache__" not in path.parts]
    for path in [*locks, *sorted(ours)]:
        total.update(str(path.relative_to(places.root)).encode("utf-8", "surrogateescape") + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest() if path.exists() else b"-")
    return total.hexdigest()


def recall(places: Places, mark: str, *, env: Mapping[str, str]) -> str | None:
    """Return the log-ins printed when the database was prepared under this mark, or None where it was not."""
    done = _ask(places, env, RECALL, mark)
    packed = (places.var / "static").is_dir()
    return done.stdout if done.returncode == 0 and packed else None


def forget(places: Places, *, env: Mapping[str, str]) -> None:
    """Take the mark away, before the database is touched. Raises StepFailed."""
    done = _ask(places, env, FORGET)
    if done.returncode != 0:
        raise StepFailed(step="prepared", code=done.returncode, said=done.stderr.strip())


def remember(places: Places, mark: str, words: str, *, env: Mapping[str, str]) -> None:
    """Set the mark, after the last step."""
    _ask(places, env, REMEMBER, mark, words)


def _ask(places: Places, env: Mapping[str, str], what: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [str(places.python), "-c", LINK + what, *words]
    return subprocess.run(command, env=dict(env), capture_output=True, encoding="utf-8", check=False)
