"""Bands of the check-up's score, for maps and lists: every score lies in exactly one (T01-4)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FIGURES = Path(__file__).parent.parent / "parameters" / "checkup_bands.yaml"


@dataclass(frozen=True)
class Band:
    """Scores from `least` up to but without `below`; None is open."""

    code: str
    label: str
    least: int | None = None
    below: int | None = None


@cache
def bands() -> tuple[Band, ...]:
    """Return the bands, worst first; each begins where the one before ends."""
    found: list[Band] = []
    for one in yaml.safe_load(FIGURES.read_text(encoding="utf-8"))["bands"]:
        found.append(Band(one["code"], one["label"], found[-1].below if found else None, one.get("below")))
    return tuple(found)
