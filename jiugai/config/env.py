"""Typed reading of the environment: the one place that knows variable names."""

import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("JIUGAI_VAR", BASE_DIR / "var"))
ENVIRONMENTS = ("demo", "production", "test")


class BadEnvironment(RuntimeError):
    """The process was started with settings it must not run with."""


def environment() -> str:
    """Return `demo`, `production` or `test`; anything else is refused."""
    name = os.environ.get("JIUGAI_ENV", "demo")
    if name not in ENVIRONMENTS:
        raise BadEnvironment(f"JIUGAI_ENV 只能是 {'、'.join(ENVIRONMENTS)}，现在是 {name!r}")
    return name


def secret(name: str, *, production: bool) -> str:
    """Return a secret; production refuses a missing, short or default one.

    Demo takes the random one that `make run` keeps for this clone, and before the first run a fixed one.
    """
    value = os.environ.get(name, "")
    if not production:
        kept = VAR_DIR / "secret" / name
        default = f"demo-only-{name.lower()}-not-for-production-use"
        return value or (kept.read_text(encoding="ascii") if kept.exists() else default)
    if len(value) < 32 or value.startswith("demo-only-"):
        raise BadEnvironment(f"生产环境必须设置 {name}，不少于 32 个字符，不能用演示默认值")
    return value


def numbered_secrets(name: str) -> dict[int, str]:
    """Return earlier keys by number, from `1:secret;2:secret`: what was sealed with them must still open."""
    pairs = (part.partition(":") for part in os.environ.get(name, "").split(";") if part)
    try:
        return {int(number): value for number, _, value in pairs}
    except ValueError as problem:
        raise BadEnvironment(f"{name} 要写成 1:旧密钥;2:旧密钥") from problem


def number(name: str, default: int) -> int:
    """Return a whole number from 0 to 255, the range of a key's number."""
    value = os.environ.get(name, str(default))
    if not value.isdecimal() or int(value) > 255:
        raise BadEnvironment(f"{name} 要填 0 到 255 的整数，现在是 {value!r}")
    return int(value)


def database() -> dict[str, Any]:
    """Translate DATABASE_URL (libpq URL or keywords) to Django's DATABASES entry.

    Without it the private cluster under var/ is used.
    """
    default = make_conninfo(host=_private_socket_dir(), dbname="jiugai", user="jiugai")
    parts = {k: str(v) for k, v in conninfo_to_dict(os.environ.get("DATABASE_URL") or default).items()}
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": parts.pop("dbname", "jiugai"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,  # what is left, such as sslmode
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": os.environ.get("JIUGAI_TEST_DB", "test_jiugai")},
    }


def _private_socket_dir() -> str:
    """Return where `make run` put the socket: a long checkout path moves it, and the move is noted in a file."""
    note = VAR_DIR / "socket-dir"
    return note.read_text(encoding="utf-8").strip() if note.exists() else str(VAR_DIR / "run")
