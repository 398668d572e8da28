"""How long operational records are kept, from dated figures."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

FIGURES = Path(__file__).parent / "parameters" / "retention.yaml"
Record = Literal["login_attempts", "finished_jobs", "exported_files"]


@cache
def _versions() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))["versions"]
    return sorted(found, key=lambda one: one["from"])


def kept(record: Record, *, on: date) -> timedelta:
    """Return how long records of a kind are kept by the figures of a day; before the first version, by the first."""
    known = _versions()
    in_force = [one for one in known if one["from"] <= on] or known[:1]
    return timedelta(days=in_force[-1][record]["value"])
