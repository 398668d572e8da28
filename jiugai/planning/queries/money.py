"""The money of a district's years: what stands in the plan, what waits at the city, what a batch adds, and the limits.

A project's money is spread evenly over the months of its works, as the planner does it (docs/planner.md).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from jiugai.domain import facts
from jiugai.domain.planning.months import Months
from jiugai.domain.rules.words import money_words
from jiugai.planning.frames import Frames, frames_of
from jiugai.planning.models import BatchItem, PlanBatch, PlanEntry, Project
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.queries.quota import HANDED_IN, district_of, live, standing
from jiugai.web.parts.numbers import in_wan

SOURCES = {FrameKind.DISTRICT_MONEY: "district_fen", FrameKind.CITY_MONEY: "city_fen"}
PARTS = ("planned", "waiting", "asked")
NO_BATCH = 0
Key = tuple[FrameKind, int]


@dataclass
class Sum:
    """What some projects take of one kind of money in one year, in fen, and the titles of those that do not say."""

    fen: Fraction = Fraction(0)
    lacking: list[str] = field(default_factory=list)

    def add(self, other: "Sum") -> None:
        """Take in what others take."""
        self.fen += other.fen
        self.lacking += other.lacking


Sums = dict[Key, Sum]


@dataclass
class MoneyRow:
    """One kind of money in one year, in fen. `limit` is None while nobody has entered it; nothing is proved then."""

    kind: FrameKind
    year: int
    limit: int | None
    parts: Mapping[str, Fraction]
    lacking: list[str]

    @property
    def used(self) -> int:
        """What all parts come to."""
        return int(sum(self.parts.values(), Fraction(0)))

    @property
    def over(self) -> int:
        """By how much the limit is passed; 0 while it is not known."""
        return 0 if self.limit is None else max(0, self.used - self.limit)

    @property
    def label(self) -> str:
        """The year and the money in words."""
        return f"{self.year}年{self.kind.label}"

    @property
    def words(self) -> str:
        """The sum in words, in 万元."""
        return money_words(self.parts["planned"], self.parts["waiting"], self.parts["asked"], self.limit)

    def fact(self, own: Sum) -> facts.YearMoney:
        """Return what the rules look at, with the project's `own` part."""
        parts = {f"{part}_fen": int(self.parts[part]) for part in PARTS}
        return facts.YearMoney(
            kind=self.kind.value, year=self.year, own_fen=None if own.lacking else -(-own.fen // 1),
            used_fen=self.used, limit_fen=self.limit, lacking=tuple(self.lacking), **parts,
        )  # fmt: skip


@dataclass
class Purses:
    """The money of some districts: their plans, each batch that is not decided, the batches at the city, the limits."""

    planned: defaultdict[str, Sums]
    asked: Mapping[int, Sums]
    handed_in: Mapping[str, set[int]]
    frames: Frames

    def rows(self, batch: int, district: str, keys: Iterable[Key]) -> list[MoneyRow]:
        """Return some kinds and years of money as a batch of the district sees them."""
        code = district.strip("/").split("/")[-1]
        others = [self.asked[one] for one in self.handed_in.get(district, ()) if one != batch]
        return [
            self._row(key, self.frames.value(key[0], code, key[1]),
                      (self.planned.get(district, {}),), others, (self.asked.get(batch, {}),))
            for key in keys
        ]  # fmt: skip

    @staticmethod
    def _row(key: Key, limit: int | None, *parts: Iterable[Sums]) -> MoneyRow:
        sums = {name: merged(sums.get(key) for sums in part) for name, part in zip(PARTS, parts, strict=True)}
        lacking = [title for one in sums.values() for title in one.lacking]
        kind, year = key
        return MoneyRow(kind, year, limit, {name: one.fen for name, one in sums.items()}, lacking)


def purses(entries: Iterable[PlanEntry], items: Iterable[BatchItem], frames: Frames) -> Purses:
    """Sum up what stands in the plan and what is live in batches, each with its project's figures loaded."""
    planned: defaultdict[str, Sums] = defaultdict(dict)
    asked: dict[int, Sums] = defaultdict(dict)
    handed_in: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        _add(planned[district_of(entry.project.area_path)], taken(entry.project, entry.start, entry.months))
    for item in items:
        _add(asked[item.batch_id], taken(item.project, item.start, item.months))
        if item.batch.stage in HANDED_IN:
            handed_in[district_of(item.area_path)].add(item.batch_id)
    return Purses(planned, asked, handed_in, frames)


def money_of(batch: PlanBatch) -> list[MoneyRow]:
    """Return the money of every year in which a batch spends, in three queries."""
    district = district_of(batch.area_path)
    found = purses(standing(district), live((district,), [batch.pk]), frames_of(district))
    keys = sorted(found.asked.get(batch.pk, {}), key=lambda key: (key[1], list(SOURCES).index(key[0])))
    return found.rows(batch.pk, district, keys)


def money_moved(before: PlanEntry, start: date, months: int) -> tuple[facts.YearMoney, ...]:
    """Return the years in which a planned project takes more at another place in the plan, as the rules look at them.

    What it takes there counts as planned, what it took is left out. While nobody has entered what the project costs,
    all its years are among them: nothing is proved.
    """
    project, district = before.project, district_of(before.project.area_path)
    others = [entry for entry in standing(district) if entry.project_id != project.pk]
    found = purses(others, live((district,)), frames_of(district))
    was, own = taken(project, before.start, before.months), taken(project, start, months)
    _add(found.planned[district], taken(project, start, months))
    keys = [key for key, one in own.items() if one.lacking or one.fen > was.get(key, Sum()).fen]
    return tuple(row.fact(own[row.kind, row.year]) for row in found.rows(NO_BATCH, district, keys))


def taken(project: Project, start: date, months: int) -> Sums:
    """Return what a project takes of each kind of money in each year of its works."""
    entered, found = getattr(project, "plan_input", None), Sums()
    for year, share in months_by_year(start, months).items():
        for kind, name in SOURCES.items():
            fen = getattr(entered, name, None)
            found[kind, year] = Sum(Fraction((fen or 0) * share, months), [] if fen is not None else [project.title])
    return found


def merged(sums: Iterable[Sum | None]) -> Sum:
    """Return what several take together."""
    whole = Sum()
    for one in sums:
        if one is not None:
            whole.add(one)
    return whole


def _add(to: Sums, more: Sums) -> None:
    for key, one in more.items():
        to.setdefault(key, Sum()).add(one)


def months_by_year(start: date, months: int) -> dict[int, int]:
    """Return how many months of a stretch lie in each year."""
    return Counter(Months(start.year, start.month, months).year)


def wan(fen: int | Fraction | None) -> str:
    """Write fen as 万元 with two decimals."""
    return in_wan(Fraction(fen or 0) / 100)
