"""Ranking the pool on the four factors of T03-5, with the arithmetic of every score; districts by T24-4.

Points are hundredths (0 … 10,000), all sums exact. A factor of which nothing is known counts nothing in `low` and full
in `high`; it is never guessed. Places are given within a district, because each district ranks its own pool.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

FULL = 10_000
MOST_STEP = 100


class Factor(StrEnum):
    """The four factors (结合体检结果、本区财力、群众工作情况和居民诉求等实际)."""

    CHECKUP = "checkup"
    FINANCE = "finance"
    MASS_WORK = "mass_work"
    DEMAND = "demand"

    @property
    def label(self) -> str:
        """Words on screen."""
        words = {"checkup": "体检结果", "finance": "本区财力", "mass_work": "群众工作", "demand": "居民诉求"}
        return words[self.value]


Weights = Mapping[Factor, Fraction]


@dataclass(frozen=True)
class Shares:
    """Dated figures of the arithmetic: parts of the factors."""

    consent: Fraction
    objection: Fraction
    early: Fraction


@dataclass(frozen=True)
class Inputs:
    """What is known of a project; None where it is not. Money in fen, check-up scores 0 … 100."""

    project: int
    district: str
    code: str = ""
    checkups: tuple[tuple[str, Decimal], ...] = ()
    unchecked: int = 0
    district_fen: int | None = None
    budget_fen: int | None = None
    early: Fraction | None = None
    agreed: int = 0
    asked: int = 0
    visited: int = 0
    households: int | None = None
    objections: int = 0
    wanting: int = 0
    demanded: int = 0


@dataclass(frozen=True)
class Part:
    """A factor's points with its arithmetic: the inputs and one line of sum. `points` None: not known, `says` why."""

    points: int | None
    says: str
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scored:
    """A project's points by factor, and what they come to under the weights."""

    project: int
    district: str
    code: str
    parts: Mapping[Factor, Part]
    low: int
    high: int


@dataclass(frozen=True)
class Placed:
    """A scored project with its place in its district, and how far the place depends on the weights.

    `flips` are (factor, step in percentage points, place) of the swings that change the place.
    """

    scored: Scored
    place: int
    of: int
    best: int
    worst: int
    flips: tuple[tuple[Factor, int, int], ...] = field(default=())


def score(inputs: Inputs, weights: Weights, shares: Shares) -> Scored:
    """Return a project's points with their arithmetic."""
    parts = {
        Factor.CHECKUP: _checkup(inputs),
        Factor.FINANCE: _finance(inputs, shares),
        Factor.MASS_WORK: _mass_work(inputs, shares),
        Factor.DEMAND: _demand(inputs),
    }
    low, high = weighed(parts, weights)
    return Scored(inputs.project, inputs.district, inputs.code, parts, low, high)


def weighed(parts: Mapping[Factor, Part], weights: Weights) -> tuple[int, int]:
    """Return what the known factors come to, and what it would be if the unknown ones were full."""
    known = sum((weights[f] * (p.points or 0) for f, p in parts.items()), Fraction(0))
    unknown = sum((weights[f] * FULL for f, p in parts.items() if p.points is None), Fraction(0))
    whole = sum(weights.values(), Fraction(0)) or Fraction(1)
    return floor(known / whole), floor((known + unknown) / whole)


def place(scored: Sequence[Scored], weights: Weights, step: int = 5) -> list[Placed]:
    """Give places within each district, and try every swing of one weight by `step` percentage points."""
    now = _places(scored, weights)
    swung = {(f, sign * step): _places(scored, swing(weights, f, sign * step)) for f in Factor for sign in (1, -1)}
    sizes: dict[str, int] = defaultdict(int)
    for one in scored:
        sizes[one.district] += 1
    return [
        _placed(one, now[one.project], sizes[one.district], {key: found[one.project] for key, found in swung.items()})
        for one in sorted(scored, key=lambda s: (s.district, now[s.project], s.code, s.project))
    ]


def swing(weights: Weights, factor: Factor, step: int) -> dict[Factor, Fraction]:
    """Return weights with one moved by percentage points, within 0 … 100, the others scaled to make 100 again."""
    moved = min(Fraction(100), max(Fraction(0), weights[factor] + step))
    others = sum((w for f, w in weights.items() if f is not factor), Fraction(0))
    rest = 100 - moved
    even = rest / (len(weights) - 1)
    return {f: moved if f is factor else (w * rest / others if others else even) for f, w in weights.items()}


def _placed(one: Scored, now: int, size: int, swung: Mapping[tuple[Factor, int], int]) -> Placed:
    flips = tuple((factor, step, found) for (factor, step), found in swung.items() if found != now)
    reached = [now, *(found for _, _, found in flips)]
    return Placed(one, now, size, min(reached), max(reached), flips)


def _places(scored: Sequence[Scored], weights: Weights) -> dict[int, int]:
    """Return places from 1; equal points share a place, as in sport."""
    by_district: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for one in scored:
        low, high = weighed(one.parts, weights)
        by_district[one.district].append((-low, -high, one.project))
    found: dict[int, int] = {}
    for rows in by_district.values():
        last: tuple[int, int] | None = None
        for number, (low, high, project) in enumerate(sorted(rows), 1):
            if (low, high) != last:
                shared, last = number, (low, high)
            found[project] = shared
    return found


def points(value: int) -> str:
    """Write hundredths as points: 45.00."""
    return f"{value // 100}.{value % 100:02d}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):.1f}%"


def _parts(share: Fraction) -> tuple[str, str]:
    """Return what is left of a hundred, and the share of it."""
    return f"{float((1 - share) * 100):g}", f"{float(share * 100):g}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} / {whole:,}"


def _checkup(inputs: Inputs) -> Part:
    """The worse the state, the sooner: 100 less the mean score of the communities' check-ups."""
    if not inputs.checkups or inputs.unchecked:
        missing = f"{inputs.unchecked} 个小区没有完成的体检" if inputs.unchecked else "没有完成的体检"
        return Part(None, missing, tuple((name, str(value)) for name, value in inputs.checkups))
    mean = Fraction(sum(Fraction(value) for _, value in inputs.checkups)) / len(inputs.checkups)
    found = floor((100 - mean) * 100)
    says = f"100 − 体检平均分 {float(mean):.2f} = {points(found)}"
    return Part(found, says, tuple((f"{name} 体检得分", str(value)) for name, value in inputs.checkups))


def _finance(inputs: Inputs, shares: Shares) -> Part:
    """The smaller its part of the district's yearly money, the better it can be borne; T24-4 adds its part."""
    cost, budget = inputs.district_fen, inputs.budget_fen
    if cost is None or not budget:
        return Part(None, "没有区级资金估算" if cost is None else "没有登记本区年度资金")
    afford = max(Fraction(0), 1 - Fraction(cost, budget)) * FULL
    given = (("区级资金估算", f"{cost / 100:,.2f} 元"), ("本区年度资金", f"{budget / 100:,.2f} 元"))
    if inputs.early is None:
        found = floor(afford)
        return Part(found, f"（1 − 估算 ÷ 年度资金）× 100 = {points(found)}；区的推进和满意度没有登记", given)
    found = floor(afford * (1 - shares.early) + inputs.early * FULL * shares.early)
    own, early = _parts(shares.early)
    says = f"（1 − 估算 ÷ 年度资金）× {own} + 推进和满意度 {_percent(inputs.early)} × {early} = {points(found)}"
    return Part(found, says, (*given, ("区的推进和满意度", _percent(inputs.early))))


def _mass_work(inputs: Inputs, shares: Shares) -> Part:
    """Consent among those asked, visits among all households, less points for every open objection."""
    given = (
        ("同意户数 / 征求户数", _share(inputs.agreed, inputs.asked)),
        ("走访户次 / 总户数", f"{inputs.visited:,} / {inputs.households or '待核实'}"),
        ("没有办结的异议", f"{inputs.objections} 件"),
    )
    if not inputs.asked or not inputs.households:
        return Part(None, "没有征求过改造意愿" if not inputs.asked else "总户数待核实", given)
    visits = min(Fraction(1), Fraction(inputs.visited, inputs.households))
    consent = Fraction(inputs.agreed, inputs.asked)
    raw = (consent * shares.consent + visits * (1 - shares.consent)) * FULL - inputs.objections * shares.objection * 100
    found = max(0, floor(raw))
    walked, agreed = _parts(shares.consent)
    says = (
        f"同意率 {_percent(consent)} × {agreed} + 走访率 {_percent(visits)} × {walked}"
        f" − 异议 {inputs.objections} × {float(shares.objection):g} = {points(found)}"
    )
    return Part(found, says, given)


def _demand(inputs: Inputs) -> Part:
    """Households that want the items of the menu among those asked."""
    if not inputs.demanded:
        return Part(None, "没有登记居民需求")
    found = floor(Fraction(inputs.wanting, inputs.demanded) * FULL)
    given = (("要做 / 问了（各项合计，户）", _share(inputs.wanting, inputs.demanded)),)
    return Part(found, f"要做 ÷ 问了 × 100 = {points(found)}", given)


@dataclass(frozen=True)
class District:
    """How a district does (T24-4): milestones done of those due, satisfied of those who answered."""

    code: str
    name: str
    done: int
    due: int
    satisfied: int
    answered: int

    @property
    def progress(self) -> Fraction | None:
        """The share of due milestones that are done; None while none is due."""
        return Fraction(self.done, self.due) if self.due else None

    @property
    def satisfaction(self) -> Fraction | None:
        """The share of satisfied residents; None while nobody answered."""
        return Fraction(self.satisfied, self.answered) if self.answered else None

    @property
    def both(self) -> Fraction | None:
        """The mean of the two; None while one is not known."""
        if self.progress is None or self.satisfaction is None:
            return None
        return (self.progress + self.satisfaction) / 2


@dataclass(frozen=True)
class Early:
    """A district's place and whether an early payment is proposed; `place` None: not ranked, `says` why or why not."""

    district: District
    place: int | None
    proposed: bool
    says: str


def rank_districts(districts: Sequence[District], progress_min: Fraction, satisfaction_min: Fraction) -> list[Early]:
    """Rank districts by progress and satisfaction to propose early payment (T24-4); ties share a place."""
    known = sorted((d for d in districts if d.both is not None), key=lambda d: (-(d.both or 0), d.code))
    found: list[Early] = []
    for number, one in enumerate(known, 1):
        tied = found and found[-1].district.both == one.both
        found.append(_early(one, found[-1].place if tied else number, progress_min, satisfaction_min))
    unknown = [one for one in districts if one.both is None]
    return found + [Early(one, None, False, _unknown(one)) for one in unknown]


def _early(one: District, at: int | None, progress_min: Fraction, satisfaction_min: Fraction) -> Early:
    slow = one.progress is not None and one.progress < progress_min
    unhappy = one.satisfaction is not None and one.satisfaction < satisfaction_min
    if slow or unhappy:
        parts = ["推进"] * slow + ["满意度"] * unhappy
        return Early(one, at, False, f"{'和'.join(parts)}没有达到早拨付的条件")
    return Early(one, at, True, "推进快、满意度高，建议早拨付")


def _unknown(one: District) -> str:
    return "没有到期的节点，推进情况不知道" if one.progress is None else "没有登记居民满意度"
