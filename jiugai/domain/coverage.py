"""How many communities were checked (T03-1) and entered the pool (T03-3), against dated targets."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from jiugai.domain.figures import Parameter, ParameterSet


class Standing(StrEnum):
    """Where a target stands on a day."""

    MET = "met"
    OPEN = "open"
    MISSED = "missed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"met": "已达到", "open": "未到期", "missed": "逾期未达到", "unknown": "待核实"}[self.value]


@dataclass(frozen=True)
class Member:
    """One community: whether it needs renovation (None: not judged), and when it was checked and entered the pool."""

    needs: bool | None
    checked_on: date | None = None
    entered_on: date | None = None


@dataclass(frozen=True)
class Coverage:
    """Done of all; `unjudged` communities may still raise the whole."""

    done: int
    all: int
    unjudged: int = 0

    @property
    def share(self) -> Fraction | None:
        """The exact share; None while there is nothing to cover."""
        return Fraction(self.done, self.all) if self.all else None

    @property
    def left(self) -> int:
        """How many are still to do."""
        return self.all - self.done


@dataclass(frozen=True)
class Target:
    """A share to reach by a day, and where it comes from."""

    share: Fraction
    by: date
    source: str

    def standing(self, coverage: Coverage, on: date) -> Standing:
        """Compare a coverage that was counted on a day with the target; the last day still counts.

        Communities whose need nobody has judged keep a target from counting as met.
        """
        if coverage.share is None:
            return Standing.UNKNOWN
        if coverage.share >= self.share:
            return Standing.UNKNOWN if coverage.unjudged else Standing.MET
        return Standing.MISSED if on > self.by else Standing.OPEN


def checked(members: Iterable[Member], on: date) -> Coverage:
    """Count check-ups on a day: every old community is to be checked, needed or not (T03-1)."""
    rows = list(members)
    return Coverage(sum(_by(row.checked_on, on) for row in rows), len(rows))


def pooled(members: Iterable[Member], on: date) -> Coverage:
    """Count pool entries on a day among the communities that need renovation (T03-3)."""
    rows = list(members)
    needing = [row for row in rows if row.needs]
    return Coverage(
        done=sum(_by(row.entered_on, on) for row in needing),
        all=len(needing),
        unjudged=sum(row.needs is None for row in rows),
    )


def pool_targets(params: ParameterSet) -> tuple[Target, ...]:
    """Return every target for the pool ever set, past ones too, in order of their day (T03-3)."""
    deadline, share = params.get("reserve_pool_deadline"), params.get("reserve_pool_coverage")
    found = [_target(deadline, share, day) for day in sorted({one.since for one in deadline.values + share.values})]
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _target(deadline: Parameter, share: Parameter, day: date) -> Target | None:
    by, much = deadline.on(day), share.on(day)
    return Target(much.number, by.day, deadline.source) if by and much else None


def _by(happened: date | None, on: date) -> bool:
    return happened is not None and happened <= on
