"""One record per community out of what the sources say, and the rule by which it is in the list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from jiugai.domain.intake.matching import Candidate, match
from jiugai.domain.precedence import Claim, Order, Resolved, resolve_all
from jiugai.registry.derive.sources import GANJI, LIANJIA, SALES, Told

# A source that gives one blurred year per community decides only where neither of the others gives a year.
DECIDES_ALONE = (SALES, GANJI)
OFFICIAL = "official-named-projects"


@dataclass
class Record:
    """A community: what each source says of it. `code` is made of a source's own key, so it is the same each time."""

    code: str
    told: list[Told] = field(default_factory=list)

    @property
    def sources(self) -> list[str]:
        """Keys of the sources, in alphabetical order."""
        return sorted(t.source for t in self.told)

    def of(self, source: str) -> Told | None:
        """Return what a source says, None when it is silent."""
        return next((t for t in self.told if t.source == source), None)

    def claims(self) -> list[Claim]:
        """Return all that is said, as claims."""
        return [
            Claim(name, value, t.source, "off" if t.source == OFFICIAL else "crawl", date.fromisoformat(t.observed_on))
            for t in self.told
            for name, value in t.facts.items()
        ]

    def resolved(self, order: Order) -> dict[str, Resolved]:
        """Return what counts, field by field."""
        return resolve_all(self.claims(), order=order)

    def built_before(self, year: int) -> bool:
        """Tell whether the record belongs in the list: sales or ganji say so, or, where both are silent, lianjia."""
        years = {t.source: t.facts["built_year"] for t in self.told if "built_year" in t.facts}
        deciding = [years[source] for source in DECIDES_ALONE if source in years]
        return any(said < year for said in deciding or years.values())


def join(*, sold: Iterable[Told], listed: Iterable[Told], ganji: Sequence[Told]) -> list[Record]:
    """Make the records: Lianjia's two sources share their keys, ganji is tied by name and distance."""
    records: dict[str, Record] = {}
    for told in (*sold, *listed):
        records.setdefault(told.key, Record(f"L{told.key}")).told.append(told)
    tied = match([_row(t) for t in ganji], [_known(key, record) for key, record in records.items()])
    for told in ganji:
        if told.key in tied:
            records[tied[told.key]].told.append(told)
        else:
            records[told.key] = Record(f"G{told.key}", [told])
    return sorted(records.values(), key=lambda record: record.code)


def _row(told: Told) -> Candidate:
    lon, lat = told.point
    return Candidate(told.key, told.name, lon, lat)


def _known(key: str, record: Record) -> Candidate:
    """A record as ganji's rows are compared with it: its name, and the point that counts first."""
    placed = record.of(SALES) or record.of(LIANJIA) or record.told[0]
    lon, lat = placed.point
    return Candidate(key, next((t.name for t in record.told if t.name), ""), lon, lat)
