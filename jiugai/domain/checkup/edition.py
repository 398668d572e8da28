"""An edition of the check-up: which indicators, what counts as a defect, what it weighs, what it suggests.

The first edition ships as YAML; later ones are entered in the product and kept in the database in the same shape.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar

from jiugai.domain.errors import Refusal


class Dated(Protocol):
    """Anything with a code that holds from a day on."""

    @property
    def since(self) -> date:
        """The first day."""
        ...

    @property
    def code(self) -> str:
        """Its name."""
        ...


T = TypeVar("T", bound=Dated)


class Level(StrEnum):
    """What an indicator speaks of."""

    BUILDING = "building"
    COMMUNITY = "community"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"building": "住房", "community": "小区"}[self.value]


class Severity(StrEnum):
    """How bad a defect is, in rising order."""

    LIGHT = "light"
    MIDDLE = "middle"
    SEVERE = "severe"


ORDER = tuple(Severity)


class BadEdition(Refusal):
    """What was entered is not an edition; `details` has one line per fault."""

    status = 422
    code = "bad_edition"


class NoEdition(Refusal):
    """No edition is in force on that day."""

    code = "no_edition"


@dataclass(frozen=True)
class Problem:
    """A problem code below an indicator, with the severity it usually has."""

    code: str
    label: str
    severity: Severity


@dataclass(frozen=True)
class Indicator:
    """One indicator. `answer` is `verdict` (ok, bad, unsure) or `number`.

    A number above `above` is a defect; `bands` say from which number on it is middle or severe. `safety` indicators
    make the need high when a severe defect is found.
    """

    code: str
    level: Level
    label: str
    asks: str
    unit: str
    weight: int
    needs: tuple[str, ...]
    problems: tuple[Problem, ...]
    answer: str = "verdict"
    hint: str = ""
    safety: bool = False
    above: Decimal = Decimal(0)
    bands: tuple[tuple[Severity, Decimal], ...] = ()

    def problem(self, code: str) -> Problem | None:
        """Return a problem by its code."""
        return next((p for p in self.problems if p.code == code), None)


@dataclass(frozen=True)
class Edition:
    """All of one edition. `takes` is what a defect takes from its indicator's points, in percent."""

    code: str
    name: str
    since: date
    source: str
    status: str
    shares: Mapping[Level, int]
    severities: Mapping[Severity, str]
    takes: Mapping[Severity, int]
    high_below: int
    mid_below: int
    needs: Mapping[str, str]
    indicators: tuple[Indicator, ...]

    def of(self, level: Level) -> tuple[Indicator, ...]:
        """Return the indicators of a level, in order."""
        return tuple(i for i in self.indicators if i.level is level)

    def find(self, code: str) -> Indicator | None:
        """Return an indicator by its code."""
        return next((i for i in self.indicators if i.code == code), None)


def in_force(editions: Iterable[T], on: date) -> T:
    """Return the newest of `editions` in force on a day. Raises NoEdition."""
    begun = [e for e in editions if e.since <= on]
    if not begun:
        raise NoEdition(f"{on:%Y年%m月%d日}还没有体检指标", remedy="选更晚的年度，或登记当时的指标版本")
    return max(begun, key=lambda e: (e.since, e.code))
