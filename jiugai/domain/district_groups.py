"""Groups of districts for rate tables, by day (`parameters/district_groups.yaml`)."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "parameters" / "district_groups.yaml"


def groups_on(on: date) -> dict[str, str]:
    """Return the groups of a day as code → label."""
    return {code: str(one["label"]) for code, one in _on(on).items()}


def group_of(area_path: str, on: date) -> str:
    """Return the group of the district in which something lies; empty when none is known."""
    codes = area_path.strip("/").split("/")
    return next((code for code, one in _on(on).items() if len(codes) > 1 and codes[1] in one["districts"]), "")


def _on(on: date) -> dict[str, Any]:
    begun = [one for one in _read() if one["since"] <= on]
    return dict(begun[-1]["groups"]) if begun else {}


@cache
def _read() -> tuple[dict[str, Any], ...]:
    return tuple(sorted(yaml.safe_load(FILE.read_text(encoding="utf-8")), key=lambda one: one["since"]))
