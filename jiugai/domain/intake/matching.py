"""Finds the known community that a row speaks of: by the source's own key, else by name and distance."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jiugai.domain.geo.measure import distance_m
from jiugai.domain.intake.names import spelling

REACH_M = 800
"""Two communities of one name further apart than this are two: 南里 exists many times."""


@dataclass(frozen=True)
class Candidate:
    """A row or a known community. `key` is unique on its side; a place without name or point matches by key only."""

    key: str
    name: str = ""
    lon: float | None = None
    lat: float | None = None


def match(
    rows: Iterable[Candidate],
    known: Iterable[Candidate],
    *,
    by_source_key: Mapping[str, str] | None = None,
    taken: Iterable[str] = (),
) -> dict[str, str]:
    """Return for each row that speaks of a known community that community's key.

    `by_source_key` gives rows' keys that an earlier import of the same source has tied to a community. Otherwise
    names must be written the same and points at most REACH_M apart; the nearest pairs go first and no
    community (nor one of `taken`) gets two rows, so that the order of rows does not matter.
    """
    tied = by_source_key or {}
    waiting = list(rows)
    found = {row.key: tied[row.key] for row in waiting if row.key in tied}
    used = {*taken, *found.values()}
    pairs = _pairs([row for row in waiting if row.key not in found], list(known))
    for _, row, community in sorted(pairs):
        if row not in found and community not in used:
            found[row] = community
            used.add(community)
    return found


def _pairs(rows: Sequence[Candidate], known: Sequence[Candidate]) -> Iterable[tuple[float, str, str]]:
    named: defaultdict[str, list[Candidate]] = defaultdict(list)
    for community in known:
        if community.name and community.lon is not None:
            named[spelling(community.name)].append(community)
    for row in rows:
        if row.name and row.lon is not None and row.lat is not None:
            for community in named.get(spelling(row.name), ()):
                distance = float(distance_m(row.lon, row.lat, community.lon or 0, community.lat or 0))
                if distance <= REACH_M:
                    yield round(distance, 3), row.key, community.key
