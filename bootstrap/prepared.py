"""Is the database already what this clone makes of it? Then a start need not look at every row again.

The mark lies in the database: a new one, a restored one, or one that another version prepared has another mark or none.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping

from bootstrap.places import Places

# Runs in .venv, where the driver is; prints what was kept with the mark. Without a mark it forgets the one there is.
ASK = """
import os, sys
import psycopg
mark, words = os.environ.get("MARK"), os.environ.get("WORDS")
with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=10) as link:
    if words is None and mark:
        if link.execute("SELECT to_regclass('jiugai_prepared')").fetchone()[0]:
            row = link.execute("SELECT words FROM jiugai_prepared WHERE mark = %s", [mark]).fetchone()
            print(row[0] if row else "", end="")
            sys.exit(0 if row else 3)
        sys.exit(3)
    link.execute("CREATE TABLE IF NOT EXISTS jiugai_prepared (mark text, words text, at timestamptz DEFAULT now())")
    link.execute("DELETE FROM jiugai_prepared")
    if mark:
        link.execute("INSERT INTO jiugai_prepared (mark, words) VALUES (%s, %s)", [mark, words])
"""


def mark_of(places: Places, *, mode: str) -> str:
    """Hash of everything the database is prepared from: our code and data, both lock files, the mode."""
    total = hashlib.sha256(mode.encode())
    locks = [places.root / name for name in ("requirements.lock", "package-lock.json")]
    ours = (path for path in (places.root / "jiugai").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    for path in [*locks, *sorted(ours)]:
        total.update(str(path.relative_to(places.root)).encode("utf-8", "surrogateescape") + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest() if path.exists() else b"-")
    return total.hexdigest()


def recall(places: Places, mark: str, *, env: Mapping[str, str]) -> str | None:
    """Return the log-ins printed when the database was prepared under this mark, or None where it was not."""
    done = _ask(places, env, MARK=mark)
    packed = (places.var / "static").is_dir()
    return done.stdout if done.returncode == 0 and packed else None


def forget(places: Places, *, env: Mapping[str, str]) -> None:
    """Take the mark away, before the database is touched."""
    _ask(places, env)


def remember(places: Places, mark: str, words: str, *, env: Mapping[str, str]) -> None:
    """Set the mark, after the last step."""
    _ask(places, env, MARK=mark, WORDS=words)


def _ask(places: Places, env: Mapping[str, str], **more: str) -> subprocess.CompletedProcess[str]:
    command = [str(places.python), "-c", ASK]
    return subprocess.run(command, env={**env, **more}, capture_output=True, encoding="utf-8", check=False)
