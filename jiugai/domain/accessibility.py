"""What a special scheme for the elderly and the disabled must meet, by edition (T11-4); acceptance goes item by item.

The list is data with days, so that a scheme is checked against the requirements of its own time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "parameters" / "accessibility_requirements.yaml"


@dataclass(frozen=True)
class Requirement:
    """One requirement: where it applies, what is asked, which standard says so, how it is measured."""

    code: str
    place: str
    asks: str
    source: str
    measure: str
    provisional: bool
    since: date
    until: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether it stands on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


class UnknownRequirement(LookupError):
    """No requirement has this code."""


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return all requirements of all times, in the order of the file."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(
        Requirement(
            row["code"], row["place"], row["asks"], row["source"], row["measure"], bool(row.get("provisional")),
            row["from"], row.get("until"),
        )
        for row in data["requirements"]
    )  # fmt: skip


def in_force(on: date) -> tuple[Requirement, ...]:
    """Return the requirements that stand on a day."""
    return tuple(one for one in requirements() if one.in_force(on))


def requirement_of(code: str) -> Requirement:
    """Return a requirement. Raises UnknownRequirement."""
    for one in requirements():
        if one.code == code:
            return one
    raise UnknownRequirement(code)


def not_covered(chosen: Iterable[str], left_out: Iterable[str], on: date) -> tuple[Requirement, ...]:
    """Return the requirements of a day that a scheme neither meets nor leaves out with a reason."""
    named = {*chosen, *left_out}
    return tuple(one for one in in_force(on) if one.code not in named)
