"""What a menu is made from: defects and needs of the check-ups, demand by item, quantities of the register."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

from django.db.models import Count, Q
from django.utils import timezone

from jiugai.checkup.facts import in_force
from jiugai.checkup.models import Checkup, CheckupDefect
from jiugai.domain.menu.catalogue import Measure
from jiugai.domain.menu.costing import Rate
from jiugai.domain.menu.proposing import Defect, Demand, Home
from jiugai.planning.models import ItemDemand, UnitRate
from jiugai.registry.choices import BuildingRecord
from jiugai.registry.models import Community, Entrance


def homes_of(communities: Sequence[Community], on: date) -> list[Home]:
    """Return what is known of communities, in a constant number of queries."""
    keys = [one.pk for one in communities]
    checkups = latest_checkups(keys, on)
    defects = _defects({row.pk: key for key, row in checkups.items()})
    demand, counts = demands(keys, on), _counts(communities)
    return [
        Home(
            one.pk,
            tuple(defects.get(one.pk, ())),
            frozenset(checkups[one.pk].needs) if one.pk in checkups else frozenset(),
            demand.get(one.pk, {}),
            counts[one.pk],
        )
        for one in communities
    ]


def latest_checkups(keys: Sequence[int], on: date) -> dict[int, Checkup]:
    """Return the last check-up of each community that was finished by the end of a day."""
    end = timezone.make_aware(datetime.combine(on, time.max))
    rows = Checkup.objects.filter(in_force(end), community_id__in=keys)
    return {row.community_id: row for row in rows.order_by("community_id", "-year", "-pk").distinct("community_id")}


def demands(keys: Sequence[int], on: date) -> dict[int, dict[str, Demand]]:
    """Return by community and item the newest count of households asked and asking; without keys of all of them."""
    rows = ItemDemand.objects.filter(community_id__in=keys, withdrawn_at__isnull=True, on__lte=on)
    newest = rows.order_by("community_id", "item", "-on", "-pk").distinct("community_id", "item")
    found: dict[int, dict[str, Demand]] = defaultdict(dict)
    for row in newest:
        found[row.community_id][row.item] = Demand(row.asking, row.asked)
    return found


def live_rates(groups: Sequence[str], years: Sequence[int]) -> dict[tuple[str, str, int], Rate]:
    """Return the rates in force of some groups and years, in one query."""
    rows = UnitRate.objects.live().filter(group__in=groups, year__in=years)
    return {
        (row.item, row.group, row.year): Rate(
            row.item, row.group, row.year, row.fen, row.unit, row.reference, row.provisional
        )
        for row in rows
    }


def _defects(checkups: Mapping[int, int]) -> dict[int, list[Defect]]:
    rows = CheckupDefect.objects.filter(part__checkup__in=checkups).order_by("pk")
    found: dict[int, list[Defect]] = defaultdict(list)
    for checkup, code, severity, place in rows.values_list("part__checkup", "code", "severity", "place"):
        found[checkups[checkup]].append(Defect(code, severity, place))
    return found


def _counts(communities: Sequence[Community]) -> dict[int, dict[Measure, int | None]]:
    keys = [one.pk for one in communities]
    stand = Q(building__withdrawn_at__isnull=True) & ~Q(building__record=BuildingRecord.SALES_GROUP)
    rows = Entrance.objects.filter(stand, building__community__in=keys).order_by().values_list("building__community")
    entrances = dict(rows.annotate(n=Count("pk")))
    return {
        one.pk: {
            Measure.FLOOR_AREA: int(one.floor_area) if one.floor_area else None,
            Measure.HOUSEHOLDS: one.households,
            Measure.ENTRANCES: entrances.get(one.pk),
            Measure.BUILDINGS: one.building_count,
        }
        for one in communities
    }
