"""What each source said of each fact, which word counts, and where they disagree."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jiugai.domain.precedence import Resolved
from jiugai.registry.facts import Fact, Kind
from jiugai.registry.models import Building, Community
from jiugai.registry.resolving import Value, claim_of, settle
from jiugai.registry.showing import show, typed
from jiugai.web.parts.marks import SOURCES, source_mark


@dataclass(frozen=True)
class Said:
    """One word of one source, as the page lists it."""

    value: Value
    text: str
    retyped: str | list[str]
    counts: bool
    agrees: bool

    @property
    def withdrawn(self) -> bool:
        """Tell whether it was taken back."""
        return self.value.withdrawn_at is not None

    @property
    def by_hand(self) -> bool:
        """Tell whether a person entered it, so that it can be taken back alone."""
        return self.value.batch_id is None and self.value.source.mark == "rec" and not self.withdrawn


@dataclass(frozen=True)
class FactRow:
    """A fact with all that was said of it. `text` is empty while nobody knows."""

    fact: Fact
    text: str
    said: Sequence[Said] = ()
    conflict: str = ""
    note: str = ""
    more: tuple[Fact, ...] = ()

    @property
    def label(self) -> str:
        """What stands before the value; first and last year share a row."""
        return "建成年代" if self.more else self.fact.label

    @property
    def mark(self) -> str:
        """The mark beside the value: off, crawl, rec or demo."""
        shown = self.counting or (self.said[0].value if self.said else None)
        return source_mark(shown) if shown else "rec"

    @property
    def letter(self) -> str:
        """The mark's character."""
        return SOURCES[self.mark][0]

    @property
    def mark_words(self) -> str:
        """The mark in words."""
        return SOURCES[self.mark][1]

    @property
    def counting(self) -> Value | None:
        """The word that counts."""
        return next((one.value for one in self.said if one.counts), None)


def rows_of(facts: Iterable[Fact], values: Iterable[Value], areas: dict[str, str]) -> dict[str, FactRow]:
    """Return a row for every fact. `areas` gives the names of area codes."""
    by_field: dict[str, list[Value]] = defaultdict(list)
    for value in values:
        by_field[value.field].append(value)
    settled = settle(claim_of(v) for found in by_field.values() for v in found if v.withdrawn_at is None)
    return {fact.field: _row(fact, by_field[fact.field], settled.get(fact.field), areas) for fact in facts}


def _row(fact: Fact, values: list[Value], resolved: Resolved | None, areas: dict[str, str]) -> FactRow:
    said = sorted((_said(fact, v, resolved, areas) for v in values), key=_order)
    text = next((one.text for one in said if one.counts), "")
    return FactRow(fact, text, said, conflict=_conflict(resolved))


def _said(fact: Fact, value: Value, resolved: Resolved | None, areas: dict[str, str]) -> Said:
    ident = str(value.pk)
    against = {claim.ident for claim in resolved.conflicts} if resolved else set()
    return Said(
        value,
        areas.get(value.value, "") if fact.kind is Kind.AREA else show(fact, value.value),
        typed(fact, value.value),
        counts=resolved is not None and resolved.current.ident == ident,
        agrees=ident not in against,
    )


def _order(one: Said) -> tuple[bool, bool, float]:
    """What counts first, what was taken back last, else the newest first."""
    return not one.counts, one.withdrawn, -one.value.entered_at.timestamp()


def _conflict(resolved: Resolved | None) -> str:
    """Say how many sources disagree; a made-up value is no source."""
    if resolved is None:
        return ""
    against = {claim.source for claim in resolved.conflicts if claim.mark != "demo"}
    return f"{len(against) + 1} 个来源说法不一" if against and resolved.current.mark != "demo" else ""


def area_codes(values: Iterable[Value]) -> set[str]:
    """Return the codes of areas that values name."""
    return {str(v.value) for v in values if v.field == "area"}


def live_values(subject: Community | Building) -> Any:
    """Return all values of a record, taken back ones included, with what the page shows of them."""
    return subject.values.select_related("source", "batch", "document").order_by("field", "-entered_at", "-pk")
