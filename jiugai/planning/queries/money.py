"""The money of a district's years: what stands in the plan, what waits at the city, what a batch adds, and the limits.

A project's money is spread evenly over the months of its works, as the planner does it (docs/planner.md).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from jiugai.domain.planning.months import Months
from jiugai.planning.frames import frames_of
from jiugai.planning.models import BatchItem, PlanBatch, PlanEntry, Project
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.queries.quota import LIVE, district_of, submitted
from jiugai.web.parts.numbers import in_wan

SOURCES = {FrameKind.DISTRICT_MONEY: "district_fen", FrameKind.CITY_MONEY: "city_fen"}
PARTS = ("planned", "waiting", "asked")
Span = tuple[Project, date, int]


@dataclass
class YearMoney:
    """One kind of money in one year, in fen. `limit` is None while nobody has entered it; nothing is proved then."""

    kind: FrameKind
    year: int
    limit: int | None
    parts: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    unknown: int = 0

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
        said = {"planned": "已列入计划", "waiting": "别的批次已报市里、还没有确认", "asked": "这一批"}
        sums = "，".join(
            f"{said[part]} {wan(self.parts[part])}" for part in PARTS if self.parts[part] or part == "asked"
        )
        return f"{sums}，上限 {wan(self.limit)} 万元" if self.limit is not None else f"{sums} 万元，没有登记上限"


def wan(fen: int | Fraction | None) -> str:
    """Write fen as 万元 with two decimals."""
    return in_wan(Fraction(fen or 0) / 100)


def money_of(batch: PlanBatch) -> list[YearMoney]:
    """Return the money of every year in which a batch spends, in four queries."""
    district = district_of(batch.area_path)
    entries = PlanEntry.objects.filter(project__area_path__startswith=district).newest()
    spans: dict[str, list[Span]] = {
        "planned": [
            (e.project, e.start, e.months) for e in entries.select_related("project__plan_input") if not e.removed
        ],
        "waiting": list(_spans(submitted(district, batch.pk).select_related("project__plan_input"))),
        "asked": list(_spans(batch.items.filter(state__in=LIVE).select_related("project__plan_input"))),
    }
    years = sorted({year for _, start, months in spans["asked"] for year in months_by_year(start, months)})
    frames, code = frames_of(district), district.strip("/").split("/")[-1]
    found = {(kind, year): YearMoney(kind, year, frames.value(kind, code, year)) for year in years for kind in SOURCES}
    for part, rows in spans.items():
        _add(found, part, rows)
    return list(found.values())


def _spans(items: Iterable[BatchItem]) -> Iterator[Span]:
    return ((item.project, item.start, item.months) for item in items)


def _add(found: dict[tuple[FrameKind, int], YearMoney], part: str, rows: Iterable[Span]) -> None:
    for project, start, months in rows:
        entered = getattr(project, "plan_input", None)
        for year, share in months_by_year(start, months).items():
            for kind, name in SOURCES.items():
                if (row := found.get((kind, year))) is None:
                    continue
                fen = getattr(entered, name, None)
                row.parts[part] += Fraction((fen or 0) * share, months)
                row.unknown += fen is None


def months_by_year(start: date, months: int) -> dict[int, int]:
    """Return how many months of a stretch lie in each year."""
    return Counter(Months(start.year, start.month, months).year)
