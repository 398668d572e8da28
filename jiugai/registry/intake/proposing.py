"""Looking for twins of the communities an import touched, and proposing them to a person."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import floor

from django.db import connection

from jiugai.domain.intake.duplicates import Place, Proposal, find
from jiugai.domain.intake.names import placeholder
from jiugai.registry.models import Community, CommunityValue, DuplicatePair, ImportBatch, ImportRow

CHUNK = 500
# Communities are looked up by the cells of a lattice: 0.01 degrees are 850 m or more here, further than any pair.
CELL_DEGREES = 0.01
# A community for which a source gave a number only has no name to compare. Cells are joined by equality, so that the
# register is read once for all of them.
_IN_CELLS = """
    SELECT o.id, CASE WHEN o.name LIKE %s THEN '' ELSE o.name_norm END, ST_X(o.point), ST_Y(o.point), o.built_year
    FROM registry_community o
    JOIN unnest(%s::int[], %s::int[]) AS c(x, y)
    ON c.x = floor(ST_X(o.point) / %s)::int AND c.y = floor(ST_Y(o.point) / %s)::int
    WHERE o.merged_into_id IS NULL AND o.withdrawn_at IS NULL
    ORDER BY o.id
"""
NAMELESS = placeholder("", "")[:5]


def next_step(batch: ImportBatch) -> bool:
    """Compare the next communities of the batch; return False when all have been compared.

    How far it got is kept on the batch, in the caller's transaction.
    """
    reached = batch.summary.get("compared_to", 0)
    rows = list(
        ImportRow.objects.filter(batch=batch, pk__gt=reached, community__isnull=False)
        .order_by("pk")
        .values_list("pk", "community_id", "fate", "changes")[:CHUNK]
    )
    if not rows:
        return False
    touched = {pk for _, pk, fate, changes in rows if fate == ImportRow.Fate.NEW or {"name", "point"} & set(changes)}
    batch.summary["pairs"] = batch.summary.get("pairs", 0) + propose(touched)
    batch.summary["compared_to"] = rows[-1][0]
    batch.save(update_fields=["summary"])
    return True


def propose(communities: set[int]) -> int:
    """Propose pairs between these communities and everything near them; return how many are new."""
    rows = Community.objects.current().filter(pk__in=communities, point__isnull=False).order_by("pk")
    near = neighbours([(point.x, point.y) for point in rows.values_list("point", flat=True) if point])
    touched = set(rows.values_list("pk", flat=True))
    proposals = find([place for place in near if place.key in touched], among=near)
    pairs = {tuple(sorted((int(str(p.first.key)), int(str(p.second.key))))): p for p in proposals}
    known = set(DuplicatePair.objects.filter(first__in=[a for a, _ in pairs]).values_list("first_id", "second_id"))
    fresh = [_pair(first, second, pairs[first, second]) for first, second in pairs if (first, second) not in known]
    DuplicatePair.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def neighbours(points: Sequence[tuple[float, float]]) -> list[Place]:
    """Return every community near one of the points (CGCS2000 degrees)."""
    at = {(floor(lon / CELL_DEGREES), floor(lat / CELL_DEGREES)) for lon, lat in points}
    cells = sorted({(x + i, y + j) for x, y in at for i in (-1, 0, 1) for j in (-1, 0, 1)})
    with connection.cursor() as cursor:
        xs, ys = [x for x, _ in cells], [y for _, y in cells]
        cursor.execute(_IN_CELLS, [f"{NAMELESS}%", xs, ys, CELL_DEGREES, CELL_DEGREES])
        rows = cursor.fetchall()
    sources = _sources([row[0] for row in rows])
    return [Place(pk, name, lon, lat, year, frozenset(sources[pk])) for pk, name, lon, lat, year in rows]


def _sources(pks: Sequence[int]) -> Mapping[int, set[str]]:
    """Return which sources list each community; what people entered by hand is no list."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    live = CommunityValue.objects.filter(community__in=pks, withdrawn_at__isnull=True, batch__isnull=False)
    for pk, source in live.order_by().values_list("community_id", "source__key").distinct():
        found[pk].add(source)
    return found


def _pair(first: int, second: int, found: Proposal) -> DuplicatePair:
    return DuplicatePair(
        first_id=first,
        second_id=second,
        score=found.score,
        distance_m=found.distance_m,
        reasons=list(found.reasons),
    )
