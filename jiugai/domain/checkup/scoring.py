"""The score of a check-up with its arithmetic, and the renovation need it suggests (T01-4, T03-1).

Every answered indicator has its weight in points; its worst defect takes a share of them. The score is points kept over
points asked, out of 100. What nobody could judge is not counted, neither for nor against, and is said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any

from jiugai.domain.checkup.edition import ORDER, Edition, Indicator, Level, Severity

OK, BAD, UNSURE = "ok", "bad", "unsure"


@dataclass(frozen=True)
class Defect:
    """A defect found: which indicator, how bad."""

    indicator: str
    severity: Severity


@dataclass(frozen=True)
class Line:
    """One indicator in the arithmetic: `weight` points asked, `takes` percent lost, `kept` points left.

    `state` is ok, bad, unsure (judged by nobody) or open (not answered); only the first two are counted.
    """

    indicator: str
    label: str
    state: str
    weight: int
    severity: Severity | None
    takes: int
    kept: Fraction

    @property
    def counted(self) -> bool:
        """Tell whether this line is part of the score."""
        return self.state in (OK, BAD)


@dataclass(frozen=True)
class Score:
    """A score out of 100, None while nothing is counted, with the lines it is made of."""

    lines: tuple[Line, ...]

    @property
    def asked(self) -> int:
        """Points of all counted indicators."""
        return sum(line.weight for line in self.lines if line.counted)

    @property
    def kept(self) -> Fraction:
        """Points left of them."""
        return sum((line.kept for line in self.lines if line.counted), Fraction(0))

    @property
    def value(self) -> Fraction | None:
        """The exact score."""
        return self.kept * 100 / self.asked if self.asked else None

    @property
    def open(self) -> tuple[Line, ...]:
        """Indicators without any answer."""
        return tuple(line for line in self.lines if line.state == "open")

    @property
    def unsure(self) -> tuple[Line, ...]:
        """Indicators that nobody could judge."""
        return tuple(line for line in self.lines if line.state == UNSURE)


def score_part(
    indicators: Sequence[Indicator], answers: Mapping[str, Any], defects: Iterable[Defect], edition: Edition
) -> Score:
    """Score a building or the shared part of a community from its answers and defects."""
    worst: dict[str, Severity] = {}
    for defect in defects:
        before = worst.get(defect.indicator)
        if before is None or ORDER.index(defect.severity) > ORDER.index(before):
            worst[defect.indicator] = defect.severity
    return Score(tuple(_line(i, answers.get(i.code), worst.get(i.code), edition) for i in indicators))


def _line(indicator: Indicator, answer: Any, worst: Severity | None, edition: Edition) -> Line:
    """A recorded defect speaks louder than the tick beside it; a bad tick without a defect counts as a middle one."""
    state = _state(indicator, answer)
    severity = max((s for s in (worst, _by_number(indicator, answer)) if s), key=ORDER.index, default=None)
    if severity is not None:
        state = BAD
    elif state == BAD:
        severity = Severity.MIDDLE
    takes = edition.takes[severity] if severity else 0
    kept = Fraction(indicator.weight * (100 - takes), 100)
    return Line(indicator.code, indicator.label, state, indicator.weight, severity, takes, kept)


def _state(indicator: Indicator, answer: Any) -> str:
    if answer == UNSURE:
        return UNSURE
    if indicator.answer == "number":
        return "open" if as_number(answer) is None else OK
    return answer if answer in (OK, BAD) else "open"


def _by_number(indicator: Indicator, answer: Any) -> Severity | None:
    """Return how bad a number is: light above the limit, worse from the bands on."""
    number = as_number(answer) if indicator.answer == "number" else None
    if number is None or number <= indicator.above:
        return None
    reached = [severity for severity, limit in indicator.bands if number >= limit]
    return max(reached, key=ORDER.index, default=Severity.LIGHT)


def as_number(answer: Any) -> Decimal | None:
    """Return an answer as a number; None when it is none."""
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        return None
    try:
        number = Decimal(str(answer))
    except ArithmeticError:
        return None
    return number if number.is_finite() and number >= 0 else None


def cut(value: Fraction | None) -> Decimal | None:
    """Write a score with one decimal, cut and not rounded: 59.96 is below 60 and stays 59.9."""
    if value is None:
        return None
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_DOWN)


@dataclass(frozen=True)
class Whole:
    """The score of a community: the mean of its buildings and its shared part, by the edition's shares."""

    buildings: tuple[tuple[str, Fraction], ...]
    shared: Fraction | None
    shares: tuple[tuple[Level, int], ...]
    value: Fraction | None

    @property
    def mean(self) -> Fraction | None:
        """Mean of the buildings' scores, None without any."""
        return sum((s for _, s in self.buildings), Fraction(0)) / len(self.buildings) if self.buildings else None


def score_whole(buildings: Sequence[tuple[str, Score]], shared: Score | None, edition: Edition) -> Whole:
    """Put the scores together. A level without a score leaves its share to the other one."""
    scored = tuple((name, s.value) for name, s in buildings if s.value is not None)
    mean = sum((v for _, v in scored), Fraction(0)) / len(scored) if scored else None
    parts = [(Level.BUILDING, mean), (Level.COMMUNITY, shared.value if shared else None)]
    known = [(level, v, edition.shares[level]) for level, v in parts if v is not None]
    total = sum(share for *_, share in known)
    value = sum((v * share for _, v, share in known), Fraction(0)) / total if total else None
    shares = tuple((level, share) for level, _, share in known)
    return Whole(scored, shared.value if shared else None, shares, value)


@dataclass(frozen=True)
class Need:
    """What the check-up suggests: `state` needed, none or unknown; `level` high, mid, low, none or unknown (the map's).

    `needs` are codes of what is to be done, by how much weight asks for it; `says` is the reason in one sentence.
    """

    state: str
    level: str
    needs: tuple[str, ...]
    says: str


def suggest(parts: Sequence[Score], whole: Whole, edition: Edition) -> Need:
    """Suggest the need. Unknown while anything is unanswered and nothing severe has been found."""
    bad = [line for score in parts for line in score.lines if line.state == BAD]
    needs = _needs(bad, edition)
    severe = [line for line in bad if line.severity is Severity.SEVERE and _is_safety(line, edition)]
    if severe:
        names = "、".join(dict.fromkeys(line.label for line in severe))
        return Need("needed", "high", needs, f"{names}有严重问题")
    waiting = sum(len(score.open) + len(score.unsure) for score in parts)
    if whole.value is None or waiting:
        return Need("unknown", "unknown", needs, f"还有 {waiting} 项没有结论" if waiting else "还没有评分")
    if not bad:
        return Need("none", "none", (), "各项都没有发现问题")
    written = cut(whole.value)
    for level, limit in (("high", edition.high_below), ("mid", edition.mid_below)):
        if whole.value < limit:
            return Need("needed", level, needs, f"得分 {written}，低于 {limit}")
    return Need("needed", "low", needs, f"得分 {written}，不低于 {edition.mid_below}，有 {len(bad)} 项问题")


def _is_safety(line: Line, edition: Edition) -> bool:
    indicator = edition.find(line.indicator)
    return indicator is not None and indicator.safety


def _needs(bad: Iterable[Line], edition: Edition) -> tuple[str, ...]:
    """Order what is to be done by the points that were lost for it."""
    lost: dict[str, Fraction] = {}
    for line in bad:
        indicator = edition.find(line.indicator)
        for need in indicator.needs if indicator else ():
            lost[need] = lost.get(need, Fraction(0)) + line.weight - line.kept
    return tuple(sorted(lost, key=lambda need: (-lost[need], need)))
