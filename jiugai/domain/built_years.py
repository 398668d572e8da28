"""Cut-off years of renovation policy and the year classes of the map (T22-5, T01-2)."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

FIGURES = Path(__file__).parent / "parameters" / "built_years.yaml"


@dataclass(frozen=True)
class Cutoff:
    """A place is old by this cut-off when it was built before the year."""

    year: int
    label: str
    status: str
    source: str


@dataclass(frozen=True)
class Band:
    """A class of the map: built from `first` on and before `before`; None is open."""

    first: int | None
    before: int | None

    @property
    def label(self) -> str:
        """Words of the legend."""
        if self.first is None:
            return f"{self.before}年以前"
        return f"{self.first}年以后" if self.before is None else f"{self.first}—{self.before - 1}年"


@cache
def _figures() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))
    return data


def cutoffs() -> tuple[Cutoff, ...]:
    """Return the cut-offs, earliest first."""
    rows = sorted(_figures()["cutoffs"], key=lambda c: c["value"])
    return tuple(Cutoff(c["value"], c["label"], c["status"], c["source"]) for c in rows)


def bands() -> tuple[Band, ...]:
    """Return the classes of the map, oldest first."""
    edges = [None, *_figures()["bands"], None]
    return tuple(Band(first, before) for first, before in pairwise(edges))


def band_of(year: int | None) -> Band | None:
    """Return the class of a year; None for an unknown year."""
    return None if year is None else bands()[bisect_right(_figures()["bands"], year)]


def built_before(year: int | None, *, cutoff: int) -> bool | None:
    """Tell whether a place was built before a cut-off; None (unknown) without a year."""
    return None if year is None else year < cutoff
