"""Which source counts for the facts of many rows at once: the one-character marks of lists and exports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from jiugai.registry.models import BuildingValue, CommunityValue
from jiugai.registry.resolving import FIELDS, claim, settle

Found = dict[tuple[Any, str], str]


def community_marks(rows: Sequence[Any], facts: Sequence[str]) -> Mapping[tuple[Any, str], str]:
    """Return the mark (off, crawl, rec, demo) behind each community's facts: (pk, fact) -> mark. One query."""
    return _marks(CommunityValue.objects.filter(community__in=[row.pk for row in rows]), "community_id", facts)


def building_marks(rows: Sequence[Any], facts: Sequence[str]) -> Mapping[tuple[Any, str], str]:
    """Return the mark behind each building's facts: (pk, fact) -> mark. One query."""
    return _marks(BuildingValue.objects.filter(building__in=[row.pk for row in rows]), "building_id", facts)


def _marks(values: QuerySet[Any], home: str, facts: Sequence[str]) -> Found:
    claims: dict[tuple[Any, str], list[tuple[Any, ...]]] = defaultdict(list)
    live = values.filter(field__in=facts, withdrawn_at__isnull=True).order_by()
    for pk, *row in live.values_list(home, *FIELDS):
        claims[pk, row[1]].append(tuple(row))
    return {key: _mark(rows) for key, rows in claims.items()}


def _mark(rows: Sequence[tuple[Any, ...]]) -> str:
    """Return the mark of what counts. One word needs no ruling: exports have hundreds of thousands of them."""
    if len(rows) == 1:
        return claim(*rows[0]).mark
    (resolved,) = settle([claim(*row) for row in rows]).values()
    return resolved.current.mark
