"""The one book of an area (T16-3): sums by department, source and step; private money of owners stands apart."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet, Sum

from jiugai.accounts.actor import Actor
from jiugai.domain.streetworks import FUND_SOURCES, PRIVATE
from jiugai.registry.models import Community
from jiugai.streetworks.models import FundEntry


@dataclass
class BookLine:
    """A department: planned and paid by source, in fen."""

    department: str
    planned: int = 0
    paid: int = 0
    sources: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Book:
    """All money of an area but the owners' own; theirs stands beside it."""

    lines: Sequence[BookLine]
    planned: int
    paid: int
    private: int
    sources: Sequence[tuple[str, int]]


def book(*, actor: Actor, community: Community | None = None, year: int | None = None) -> Book:
    """Return the book in one query."""
    rows: QuerySet[FundEntry] = FundEntry.objects.visible_to(actor)
    if community is not None:
        rows = rows.filter(community=community)
    if year is not None:
        rows = rows.filter(on__year=year)
    summed = rows.order_by().values_list("department", "source", "step").annotate(fen=Sum("amount_fen"))
    lines: dict[str, BookLine] = {}
    private = 0
    by_source: dict[str, int] = {}
    for department, source, step, fen in summed:
        if source == PRIVATE:
            private += fen
            continue
        line = lines.setdefault(department, BookLine(department))
        if step == FundEntry.Step.PAID:
            line.paid += fen
        else:
            line.planned += fen
            line.sources[source] = line.sources.get(source, 0) + fen
            by_source[source] = by_source.get(source, 0) + fen
    ordered = sorted(lines.values(), key=lambda one: -one.planned)
    known = [(label, by_source[code]) for code, label in FUND_SOURCES if by_source.get(code)]
    return Book(ordered, sum(o.planned for o in ordered), sum(o.paid for o in ordered), private, known)
