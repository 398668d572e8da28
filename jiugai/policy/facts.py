"""Loading what the rules look at: every section of every community, in a constant number of queries per thousand."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jiugai.domain.facts import Evidence, Facts, RegisterFacts
from jiugai.policy.models import EvidenceRecord
from jiugai.policy.providers import loaders
from jiugai.registry.models import Community

CHUNK = 5000
_COLUMNS = (
    "pk", "built_year", "households", "floor_area", "ownership_group", "ownership_classes", "need", "plan_mark",
)  # fmt: skip


def load_facts(community_ids: Sequence[int], *, on: date) -> dict[int, Facts]:
    """Return the facts of communities on a day, in one query per section for any number of them.

    Each provider gets all keys at once; `load_in_chunks` keeps lists of keys within what PostgreSQL plans well.
    """
    sections = {name: load(community_ids, on) for name, load in loaders().items()}
    return {pk: _facts(pk, on, sections) for pk in community_ids}


def load_in_chunks(rows: QuerySet[Community], *, on: date) -> Iterator[dict[int, Facts]]:
    """Yield the facts of many communities, some thousands at a time, by key."""
    last = 0
    while True:
        keys = list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return
        yield load_facts(keys, on=on)
        last = keys[-1]


def _facts(pk: int, on: date, sections: Mapping[str, Mapping[int, Any]]) -> Facts:
    found: dict[str, Any] = {name: rows.get(pk) for name, rows in sections.items()}
    found["evidence"] = found.get("evidence") or ()
    return Facts(community=pk, on=on, **found)


def register_section(community_ids: Sequence[int], on: date) -> dict[int, object]:
    """Load the register's section; the register holds what is true now, whatever the day."""
    rows = Community.objects.filter(pk__in=community_ids).values_list(*_COLUMNS)
    return {
        pk: RegisterFacts(year, households, None if area is None else str(area), group, tuple(classes), need, mark)
        for pk, year, households, area, group, classes, need, mark in rows.iterator(chunk_size=CHUNK)
    }


def evidence_section(community_ids: Sequence[int], on: date) -> dict[int, object]:
    """Load the evidence in force: not withdrawn, issued by the day."""
    rows = EvidenceRecord.objects.filter(community_id__in=community_ids, withdrawn_at__isnull=True, on__lte=on)
    found: dict[int, list[Evidence]] = defaultdict(list)
    columns = ("community_id", "about", "state", "reference", "issued_by", "on", "until")
    for pk, *values in rows.order_by("community_id", "about", "on", "pk").values_list(*columns):
        found[pk].append(Evidence(*values))
    return {pk: tuple(rows) for pk, rows in found.items()}
