"""Riser pipes in the stairwell: consensus door by door, whom to visit next, support, warnings, cut-off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Answer(StrEnum):
    """What a household says of the renewal (T15-2)."""

    AGREED = "agreed"
    OPPOSED = "opposed"
    ABSENT = "absent"
    UNASKED = "unasked"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"agreed": "同意", "opposed": "不同意", "absent": "没见到"}.get(self.value, "没问过")


@dataclass(frozen=True)
class Household:
    """A door on the riser."""

    ref: str
    door: str
    entrance: int
    floor: int | None
    answer: Answer
    visits: int = 0
    said_on: date | None = None
    next_visit: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A riser as people name it: an entrance, and the end of the flats' numbers on it; None for all of them."""

    entrance: int | None
    ending: str | None

    def serves(self, entrance: int, door: str) -> bool:
        """Tell whether a flat hangs on it."""
        here = self.entrance is None or self.entrance == entrance
        return here and (self.ending is None or door.endswith(self.ending))


def line_of(words: str) -> Line | None:
    """Read the name of a riser, as in 1单元01号; None when it cannot be read. No words mean the whole building."""
    if not words.strip():
        return Line(None, None)
    entrance, ending = re.search(r"(\d+)\s*单元", words), re.search(r"(\d{1,2})\s*号", words)
    if entrance is None and ending is None:
        return None
    return Line(int(entrance[1]) if entrance else None, ending[1].zfill(2) if ending else None)


@dataclass(frozen=True)
class Consensus:
    """How the households of an application stand (T15-2)."""

    total: int
    agreed: int
    opposed: int
    absent: int
    unasked: int
    needed: int

    @property
    def reached(self) -> bool:
        """Whether enough agree."""
        return self.total > 0 and self.agreed >= self.needed

    @property
    def lacking(self) -> int:
        """How many more have to agree."""
        return max(0, self.needed - self.agreed)


def consensus(households: Sequence[Household], *, share_percent: int) -> Consensus:
    """Count the answers; `share_percent` of all households on the riser have to agree, rounded up."""
    counted = {answer: sum(one.answer is answer for one in households) for answer in Answer}
    total = len(households)
    needed = -(-total * share_percent // 100)
    return Consensus(
        total, counted[Answer.AGREED], counted[Answer.OPPOSED], counted[Answer.ABSENT], counted[Answer.UNASKED], needed
    )


def visit_next(households: Sequence[Household], *, on: date, most: int = 8) -> list[Household]:
    """Return whom to visit next: who asked for today or earlier, then who was never asked, then who was absent.

    Among equals fewer visits first, then from the ground upwards, since one door stops the whole riser. Who opposes
    comes last; who made a date for later is left in peace until then.
    """
    order = {Answer.UNASKED: 1, Answer.ABSENT: 2, Answer.OPPOSED: 3}

    def rank(one: Household) -> tuple[int, int, int, int, str]:
        dated = one.next_visit is not None and one.next_visit <= on
        return (0 if dated else order[one.answer], one.visits, one.entrance, one.floor or 0, one.door)

    waiting = [
        one
        for one in households
        if one.answer is not Answer.AGREED and (one.next_visit is None or one.next_visit <= on)
    ]
    return sorted(waiting, key=rank)[:most]


@dataclass(frozen=True)
class Support:
    """Who pays for the risers (T15-8): the government's part, the residents' remainder, and each household's share."""

    cost_fen: int
    support_fen: int
    remainder_fen: int
    shares: tuple[int, ...]


def support(cost_fen: int, households: int, *, per_household_yuan: int) -> Support:
    """Compute the support by the standard of the day, never above the cost, and split what is left to the fen.

    The first households bear the odd fen, so that the shares add up exactly. Raises ValueError for no household.
    """
    if households < 1 or cost_fen < 0:
        raise ValueError("support needs households and a cost")
    given = min(cost_fen, per_household_yuan * 100 * households)
    left = cost_fen - given
    share, odd = divmod(left, households)
    return Support(cost_fen, given, left, tuple(share + (1 if n < odd else 0) for n in range(households)))


@dataclass(frozen=True)
class CutOff:
    """Whether an application still counts (T15-7)."""

    open: bool
    days_left: int
    words: str


def cut_off(*, cutoff_on: date | None, on: date) -> CutOff:
    """Tell whether applications are still taken; the last day itself still counts."""
    if cutoff_on is None:
        return CutOff(False, 0, "还没有定申请截止时间")
    left = (cutoff_on - on).days
    if left < 0:
        return CutOff(False, 0, f"申请已于{cutoff_on.month}月{cutoff_on.day}日截止")
    return CutOff(True, left, "今天截止" if left == 0 else f"还有 {left} 天截止")


def needs_warning(
    *, decorated_on: date | None, planned_on: date | None, works_from: date | None, recent_days: int
) -> bool:
    """Tell whether a household has to be warned (T15-6): it decorated lately, or means to before the works are done.

    As long as nobody knows when the works begin, every planned decoration is warned of.
    """
    if planned_on is not None and (works_from is None or planned_on <= works_from + timedelta(days=recent_days)):
        return True
    if decorated_on is None:
        return False
    return works_from is None or (works_from - decorated_on).days <= recent_days
