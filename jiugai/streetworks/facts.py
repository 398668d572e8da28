"""The section `works` of the facts: what meets the ground of each community's projects, in few queries."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from jiugai.domain.facts import OpenOverlap, WorksFacts
from jiugai.registry.models import Community
from jiugai.streetworks.models import Footprint, Overlap, StreetWork, SynergyRequest

ANSWERED = ("accepted", "refused")


def works_section(community_ids: Sequence[int], on: date) -> dict[int, object]:
    """Return the section of every community."""
    placed = set(
        Footprint.objects.filter(community_id__in=community_ids, live=True, ground__isnull=False)
        .values_list("community_id", flat=True)
    )  # fmt: skip
    fresh = _reported(community_ids)
    overlaps, stands = _overlaps(community_ids), _requests(community_ids)
    found: dict[int, object] = {}
    for pk in community_ids:
        open_ones = tuple(_open(one, stands.get(one.pk)) for one in overlaps[pk] if not _answered(one, stands))
        found[pk] = WorksFacts(pk in placed, fresh.get(pk), open_ones, len(overlaps[pk]) - len(open_ones))
    return found


def _overlaps(keys: Sequence[int]) -> dict[int, list[Overlap]]:
    """Return the live overlaps of each community's live footprints."""
    rows = Overlap.objects.filter(footprint__community_id__in=keys, footprint__live=True, gone_at__isnull=True)
    found: dict[int, list[Overlap]] = defaultdict(list)
    for one in rows.select_related("work", "footprint").defer(
        "work__geom", "work__ground", "footprint__ground"
    ).order_by("pk"):  # fmt: skip
        found[one.footprint.community_id].append(one)
    return found


def _requests(keys: Sequence[int]) -> dict[int, Any]:
    """Return the last request about each overlap that was not taken back."""
    rows = SynergyRequest.objects.filter(overlap__footprint__community_id__in=keys).exclude(stage="stopped")
    return {row.overlap_id: row for row in rows.order_by("pk")}


def _answered(one: Overlap, stands: dict[int, Any]) -> bool:
    return one.harmless_on is not None or (one.pk in stands and stands[one.pk].stage in ANSWERED)


def _open(one: Overlap, asked: Any) -> OpenOverlap:
    state = asked.stage if asked else "unasked"
    due = asked.due_on if asked else None
    return OpenOverlap(one.work.code, one.work.title, one.work.department, state, due, one.gap_days)


def _reported(keys: Sequence[int]) -> dict[int, date]:
    """Return the day of the freshest report of works in each community's district, or for the whole city."""
    days: dict[str, date] = {}
    rows = StreetWork.objects.order_by().values_list("area_path").annotate(last=Max("reported_on"))
    for path, last in rows:
        district = "/".join(path.split("/")[:3])
        days[district] = max(days.get(district, last), last)
    found = {}
    for pk, path in Community.objects.filter(pk__in=keys).values_list("pk", "area_path"):
        codes = path.split("/")
        known = [days[key] for key in ("/".join(codes[:3]), "/".join(codes[:2]) + "/") if key in days]
        if known:
            found[pk] = max(known)
    return found
