"""Counting pledges of any number of communities in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Count, Q, Sum

from jiugai.domain.pledge import M2, Answer, Household, Roll, Tally, tally
from jiugai.planning.models import Pledge
from jiugai.registry.models import Community, Dwelling


def tallies(communities: Sequence[int]) -> dict[int, Tally]:
    """Return the count of each community, in three queries."""
    rolls = rolls_of(communities)
    said: Mapping[int, list[Household]] = defaultdict(list)
    rows = Pledge.objects.filter(community__in=communities, ended_at__isnull=True)
    for key, answer, area in rows.values_list("community_id", "answer", "area_cm2").iterator():
        said[key].append(Household(Answer(answer), area))
    return {key: tally(said[key], rolls.get(key, Roll())) for key in communities}


def rolls_of(communities: Sequence[int]) -> dict[int, Roll]:
    """Return what is known of all households of each community, in two queries."""
    flats = (
        Dwelling.objects.filter(building__community__in=communities, building__withdrawn_at__isnull=True)
        .order_by()
        .values_list("building__community")
        .annotate(n=Count("pk"), known=Count("pk", filter=Q(area_cm2__isnull=False)), area=Sum("area_cm2"))
    )
    counted = {key: (n, known, area or 0) for key, n, known, area in flats}
    found = {}
    homes = Community.objects.filter(pk__in=communities).values_list("pk", "households", "floor_area")
    for key, households, floor_area in homes:
        n, known, area = counted.get(key, (0, 0, 0))
        total = None if floor_area is None else int(floor_area * M2)
        found[key] = Roll(n, known, area, households, total)
    return found
