"""The owners' pledge to rebuild or continue the maintenance fund (T30-1, T30-2): households counted in integers.

Areas are cm². A share is never a float: it stays a pair of numbers until somebody prints it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jiugai.domain.facts import PledgeFacts

M2 = 10_000
"""cm² in a square metre."""
_WORDS = str.maketrans("０１２３４５６７８９－—–#＃", "0123456789---##")
_PARTS = re.compile(
    r"^(?:(?P<building>[0-9A-Z甲乙丙丁]{1,8})(?:号楼|栋|座|号院|号|楼|#|-))?"
    r"(?:(?P<entrance>\d{1,2})(?:单元|门|-))?(?P<number>[0-9A-Z]{1,8})(?:室|号|户)?$"
)


class Answer(StrEnum):
    """What a household said."""

    PLEDGED = "pledged"
    REFUSED = "refused"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"pledged": "已承诺", "refused": "不同意", "absent": "未见到"}[self.value]


ANSWER_WORDS = {
    "已承诺": Answer.PLEDGED, "承诺": Answer.PLEDGED, "同意": Answer.PLEDGED, "是": Answer.PLEDGED,
    "不同意": Answer.REFUSED, "拒绝": Answer.REFUSED, "否": Answer.REFUSED,
    "未见到": Answer.ABSENT, "不在家": Answer.ABSENT, "未联系上": Answer.ABSENT,
}  # fmt: skip


class UnreadableDoor(ValueError):
    """The text does not name a flat."""


def door(text: str) -> str:
    """Bring the name of a flat into one form: `3号楼2单元501室` and `3-2-501` are both `3-2-501`.

    A part that is missing stays missing: `501` is `501`. Raises UnreadableDoor.
    """
    plain = re.sub(r"\s", "", text.translate(_WORDS)).upper()
    found = _PARTS.match(plain)
    if not found:
        raise UnreadableDoor(text)
    building = re.sub(r"^0+(?=.)", "", found["building"] or "")
    entrance = str(int(found["entrance"])) if found["entrance"] else ""
    return "-".join(part for part in (building, entrance, found["number"]) if part)


@dataclass(frozen=True)
class Household:
    """One household's answer that counts today; `area_cm2` is None while nobody knows it."""

    answer: Answer
    area_cm2: int | None


@dataclass(frozen=True)
class Roll:
    """What is known of all households: flats on record with their areas, and the register's own totals."""

    flats: int = 0
    flats_with_area: int = 0
    flats_area_cm2: int = 0
    households: int | None = None
    floor_area_cm2: int | None = None


@dataclass(frozen=True)
class Whole:
    """The denominators, and in words where they come from; None where nothing is known."""

    heads: int | None
    area_cm2: int | None
    basis: str


@dataclass(frozen=True)
class Tally:
    """The count of one community."""

    pledged: int
    refused: int
    absent: int
    area_pledged_cm2: int
    without_area: int
    whole: Whole

    @property
    def silent(self) -> int | None:
        """Households without an answer; None while their number is unknown."""
        return None if self.whole.heads is None else max(0, self.whole.heads - self.answered)

    @property
    def answered(self) -> int:
        """Households with an answer, also those not met."""
        return self.pledged + self.refused + self.absent

    def facts(self) -> PledgeFacts:
        """Return what the rules look at."""
        return PledgeFacts(self.pledged, self.whole.heads, self.area_pledged_cm2, self.whole.area_cm2)


def whole(roll: Roll) -> Whole:
    """Choose the denominators: the flats when they are all on record, else the register's totals.

    Flats alone, without the number of households, prove nothing: a share must not rise because some are not on record.
    """
    if roll.households is None:
        return Whole(None, None, "小区户数资料不足")
    if roll.flats >= roll.households:
        measured = roll.flats_area_cm2 if roll.flats_with_area == roll.flats else None
        return Whole(roll.flats, measured or roll.floor_area_cm2, "按登记的住房")
    return Whole(roll.households, roll.floor_area_cm2, "按小区户数和建筑面积")


def tally(households: Iterable[Household], roll: Roll) -> Tally:
    """Count the answers. An area that nobody knows adds nothing and is reported as missing."""
    rows = list(households)
    pledged = [row for row in rows if row.answer is Answer.PLEDGED]
    return Tally(
        pledged=len(pledged),
        refused=sum(row.answer is Answer.REFUSED for row in rows),
        absent=sum(row.answer is Answer.ABSENT for row in rows),
        area_pledged_cm2=sum(row.area_cm2 or 0 for row in pledged),
        without_area=sum(row.area_cm2 is None for row in pledged),
        whole=whole(roll),
    )


def gap(part: int, total: int, *, over: int, of: int) -> int:
    """Return how much is missing until `part` reaches `over`/`of` of `total`; 0 when it is reached."""
    needed = -(-total * over // of)
    return max(0, needed - part)
