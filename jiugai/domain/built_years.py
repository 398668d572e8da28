"""Cut-off years of renovation policy and the year classes of lists and map (T22-5, T01-2)."""

from dataclasses import dataclass
from functools import cache
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
class Span:
    """Years from `first` to `last`, both included; None is open. `hint` says which policy reads it so."""

    code: str
    label: str
    first: int | None = None
    last: int | None = None
    hint: str = ""


@cache
def _figures() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FIGURES.read_text(encoding="utf-8"))
    return data


def cutoffs() -> tuple[Cutoff, ...]:
    """Return the cut-offs, earliest first."""
    rows = sorted(_figures()["cutoffs"], key=lambda c: c["value"])
    return tuple(Cutoff(c["value"], c["label"], c["status"], c["source"]) for c in rows)


def classes() -> tuple[Span, ...]:
    """Return the classes of the map, oldest first: every year lies in exactly one, and each cut-off is an edge."""
    return tuple(Span(**one) for one in _figures()["classes"])


def choices() -> tuple[Span, ...]:
    """Return what lists offer: the classes, and each cut-off as its policy reads it, by their last years."""
    several = [*classes(), *(Span(**one) for one in _figures()["readings"])]
    return tuple(sorted(several, key=lambda one: (one.last or 9999, -(one.first or 0))))


def built_before(year: int | None, *, cutoff: int) -> bool | None:
    """Tell whether a place was built before a cut-off; None (unknown) without a year."""
    return None if year is None else year < cutoff
