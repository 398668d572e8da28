"""Design guidelines and standards by edition, and whether a scheme meets those in force (T18-8; dated data)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "parameters" / "standards"
STATES = {"verified": "已核对原文", "provisional": "待核对原文"}


class Part(StrEnum):
    """What a requirement is about: the three parts that guidelines cover (T18-8)."""

    BUILDING = "building"
    PUBLIC = "public"
    FACILITIES = "facilities"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"building": "楼本体", "public": "公共空间", "facilities": "配套设施"}[self.value]


class BadStandard(ValueError):
    """A file of a standard contradicts itself."""


@dataclass(frozen=True)
class Requirement:
    """One value a standard asks for: `relation` is >= or <=."""

    measure: str
    label: str
    relation: str
    value: Decimal
    unit: str
    clause: str
    part: Part = Part.BUILDING

    def met(self, value: Decimal) -> bool:
        """Tell whether a value meets it; the bound itself does."""
        return value >= self.value if self.relation == ">=" else value <= self.value

    @property
    def words(self) -> str:
        """What it asks, in words."""
        return f"{'不小于' if self.relation == '>=' else '不大于'} {self.value} {self.unit}".rstrip()


@dataclass(frozen=True)
class Standard:
    """An edition of a standard with the days it is in force."""

    code: str
    edition: str
    title: str
    since: date
    until: date | None
    status: str
    requirements: tuple[Requirement, ...]

    @property
    def name(self) -> str:
        """How people cite it."""
        return f"{self.code}-{self.edition}《{self.title}》"

    @property
    def status_label(self) -> str:
        """Whether its values were checked against the original."""
        return STATES[self.status]


@dataclass(frozen=True)
class Checked:
    """A value of the scheme against a requirement."""

    name: str
    value: Decimal
    requirement: Requirement
    standard: Standard
    ok: bool


@cache
def shipped() -> tuple[Standard, ...]:
    """Return every edition that comes with the product."""
    return tuple(parse(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.yaml")))


def parse(content: Any) -> Standard:
    """Read an edition. Raises BadStandard."""
    try:
        rows = tuple(
            Requirement(
                row["measure"],
                row["label"],
                row["relation"],
                Decimal(row["value"]),
                row["unit"],
                row["clause"],
                Part(row.get("part", Part.BUILDING)),
            )
            for row in content["requirements"]
        )
        made = Standard(
            content["code"], content["edition"], content["title"], content["since"], content.get("until"),
            content["status"], rows,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
        raise BadStandard(str(problem)) from problem
    if any(row.relation not in (">=", "<=") for row in rows) or (made.until and made.until < made.since):
        raise BadStandard(f"{made.code}-{made.edition}")
    return made


def in_force(day: date, standards: Sequence[Standard] | None = None) -> tuple[Standard, ...]:
    """Return the editions in force on a day."""
    known = shipped() if standards is None else standards
    return tuple(one for one in known if one.since <= day and (one.until is None or day <= one.until))


def measures(day: date) -> dict[str, str]:
    """Return what can be checked on a day: code and words."""
    return {row.measure: f"{row.label}（{row.unit}）" if row.unit else row.label
            for one in in_force(day) for row in one.requirements}  # fmt: skip


def check(values: Iterable[tuple[str, str, Decimal]], standards: Sequence[Standard]) -> tuple[Checked, ...]:
    """Check (name, measure, value) of a scheme against the standards given; values none asks for are left out."""
    return tuple(
        Checked(name, value, row, one, row.met(value))
        for name, measure, value in values
        for one in standards
        for row in one.requirements
        if row.measure == measure
    )
