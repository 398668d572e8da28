"""Where things live in a clone."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

SOCKET_LIMIT = 107  # bytes of sockaddr_un.sun_path, less the closing NUL
SOCKET_FILE = "/.s.PGSQL.5432"
# A comma or a quote separates directories in PostgreSQL's own setting and in a connection string.
AWKWARD = frozenset(",\"'\\@\n")


@dataclass(frozen=True)
class Places:
    """Paths below one clone; nothing here touches the disk."""

    root: Path

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def pg(self) -> Path:
        return self.var / "pg"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def socket_note(self) -> Path:
        return self.var / "socket-dir"

    @property
    def short_socket_dir(self) -> Path:
        """Used where var/run cannot hold a socket; the name is derived from the clone's path."""
        mark = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:10]
        return Path(f"/tmp/jiugai-{mark}")  # noqa: S108 - ownership and mode are checked before use


def holds_socket(directory: Path) -> bool:
    """True when a PostgreSQL socket in this directory has a usable path (length in bytes, no separators)."""
    length = len(os.fsencode(directory)) + len(SOCKET_FILE)
    return length <= SOCKET_LIMIT and not AWKWARD & set(str(directory))


def here() -> Places:
    """The clone that this package lies in."""
    return Places(Path(__file__).resolve().parent.parent)
