"""Rebuild mode (task 4) as tables and sums: the three situations, the modes, the four uses, areas before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

M2 = 10_000
"""cm² in a m²."""


class UnknownSituation(LookupError):
    """No situation has this code."""


@dataclass(frozen=True)
class Situation:
    """A situation in which buildings may be rebuilt, in the words of the policy; `needs_wish` asks for the wish."""

    code: str
    label: str
    needs_wish: bool = False


SITUATIONS: tuple[Situation, ...] = (
    Situation("contiguous", "危旧楼房集中连片"),
    Situation("interwoven", "危旧楼房与平房交织"),
    Situation("wished", "建设年代较早、标准不高，虽可加固但居民改建意愿强烈", needs_wish=True),
)


def situation_of(code: str) -> Situation:
    """Return a situation by its code. Raises UnknownSituation."""
    for one in SITUATIONS:
        if one.code == code:
            return one
    raise UnknownSituation(code)


class Mode(StrEnum):
    """What leads the renovation (T04-3)."""

    REBUILD = "rebuild"
    DANGER = "danger"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"rebuild": "改建带改造", "danger": "解危带改造"}[self.value]


class Use(StrEnum):
    """The only uses of added floor area (T04-9)."""

    FACILITIES = "facilities"
    PROTECTED_RENTAL = "protected_rental"
    PUBLIC_RENTAL = "public_rental"
    SHARED_OWNERSHIP = "shared_ownership"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {
            "facilities": "补充社区配套短板",
            "protected_rental": "保障性租赁住房",
            "public_rental": "公租房",
            "shared_ownership": "共有产权房",
        }[self.value]


@dataclass(frozen=True)
class Flat:
    """A dwelling before and after; areas in cm², None where it does not exist (before or after) or is not known."""

    building: str
    door: str
    before_cm2: int | None
    after_cm2: int | None


@dataclass(frozen=True)
class Sum:
    """Areas of a building, or of all of them. `unknown` counts dwellings whose area is not recorded."""

    building: str
    flats: int
    before_cm2: int
    after_cm2: int
    unknown: int

    @property
    def added_cm2(self) -> int:
        """What it grows by; negative when it shrinks."""
        return self.after_cm2 - self.before_cm2

    @property
    def before_m2(self) -> Decimal:
        """Area before in m²."""
        return Decimal(self.before_cm2) / M2

    @property
    def after_m2(self) -> Decimal:
        """Area after in m²."""
        return Decimal(self.after_cm2) / M2

    @property
    def added_m2(self) -> Decimal:
        """What it grows by in m²."""
        return Decimal(self.added_cm2) / M2


def sums(flats: Iterable[Flat]) -> tuple[Sum, ...]:
    """Return the areas per building, in the order of their names (T04-7)."""
    groups: dict[str, list[Flat]] = {}
    for flat in flats:
        groups.setdefault(flat.building, []).append(flat)
    return tuple(total(groups[name], name) for name in sorted(groups))


def total(flats: Sequence[Flat], building: str = "") -> Sum:
    """Return the areas of some dwellings together."""
    return Sum(
        building,
        len(flats),
        sum(flat.before_cm2 or 0 for flat in flats),
        sum(flat.after_cm2 or 0 for flat in flats),
        sum(flat.before_cm2 is None or flat.after_cm2 is None for flat in flats),
    )


class Wish(StrEnum):
    """What a household says of the rebuild (T04-2)."""

    AGREE = "agree"
    OPPOSE = "oppose"
    UNDECIDED = "undecided"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"agree": "同意改建", "oppose": "不同意", "undecided": "再看看"}[self.value]


class Channel(StrEnum):
    """How the household said so."""

    PAPER = "paper"
    ONLINE = "online"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"paper": "纸质", "online": "线上"}[self.value]


@dataclass(frozen=True)
class Count:
    """The wish survey, one answer a household: the newest counts. `households` is None while it is not known."""

    agree: int
    oppose: int
    undecided: int
    paper: int
    online: int
    households: int | None

    @property
    def answered(self) -> int:
        """Households that answered."""
        return self.agree + self.oppose + self.undecided

    @property
    def silent(self) -> int | None:
        """Households that have not."""
        return None if self.households is None else max(0, self.households - self.answered)


def count(answers: Iterable[tuple[str, str, str]], households: int | None) -> Count:
    """Count (door, answer, channel), the later of a door above the earlier; order of doors plays no part."""
    last: dict[str, tuple[str, str]] = {door: (answer, channel) for door, answer, channel in answers}
    said = [answer for answer, _ in last.values()]
    ways = [channel for _, channel in last.values()]
    return Count(
        said.count(Wish.AGREE), said.count(Wish.OPPOSE), said.count(Wish.UNDECIDED),
        ways.count(Channel.PAPER), ways.count(Channel.ONLINE), households,
    )  # fmt: skip
