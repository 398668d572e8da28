"""The environment that our own processes run in."""

from __future__ import annotations

import os
import secrets

from bootstrap.places import Places
from bootstrap.tools import plain_environment

SECRETS = ("JIUGAI_SECRET_KEY", "JIUGAI_FIELD_KEY")


def outside_server() -> str | None:
    """DATABASE_URL when somebody set it."""
    return os.environ.get("DATABASE_URL") or None


def for_children(places: Places, *, mode: str, database_url: str) -> dict[str, str]:
    """Variables of the platform's processes. `mode` is demo, production or test.

    Production gets no secrets from us: the settings refuse to start without real ones.
    """
    ours = plain_environment()
    if not outside_server():  # PGHOST and friends would win over parts that the URL leaves out
        ours = {key: value for key, value in ours.items() if not key.startswith("PG")}
    ours |= {
        "JIUGAI_ENV": mode,
        "JIUGAI_VAR": str(places.var),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "jiugai.config.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }
    if mode == "demo":
        ours |= {name: os.environ.get(name) or demo_secret(places, name) for name in SECRETS}
    return ours


def demo_secret(places: Places, name: str) -> str:
    """A random key of this clone, kept so that log-ins and encrypted fields outlive a restart."""
    place = places.var / "secret" / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48))
    return place.read_text(encoding="ascii")
