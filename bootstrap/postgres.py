"""The PostgreSQL installations of this machine (Debian layout)."""

from __future__ import annotations

from pathlib import Path

OLDEST = 15
LIB = Path("/usr/lib/postgresql")
SHARE = Path("/usr/share/postgresql")


def installed(*, lib: Path = LIB, share: Path = SHARE) -> dict[int, Path]:
    """Directories of programs by major version: 15 or newer, with PostGIS."""
    found: dict[int, Path] = {}
    for initdb in lib.glob("*/bin/initdb"):
        version = initdb.parent.parent.name
        control = share / version / "extension" / "postgis.control"
        if version.isdigit() and int(version) >= OLDEST and control.exists():
            found[int(version)] = initdb.parent
    return found
