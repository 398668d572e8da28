"""How often ground is opened again (T16-5): by street and year, as declared and with what was agreed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.streetworks import Dig, Repeat, Window, repeats
from jiugai.policy.figures import current
from jiugai.streetworks.models import Footprint, StreetWork, SynergyRequest

# Pairs on the same ground; each index scan finds the neighbours of one row.
TOUCHING = """
    SELECT 'W' || a.id, 'W' || b.id FROM streetworks_streetwork a
        JOIN streetworks_streetwork b ON a.id < b.id AND a.ground && b.ground AND ST_Intersects(a.ground, b.ground)
        WHERE a.id = ANY (%(works)s) AND b.id = ANY (%(works)s)
    UNION ALL
    SELECT 'W' || o.work_id, 'P' || o.footprint_id FROM streetworks_overlap o
        WHERE o.work_id = ANY (%(works)s) AND o.footprint_id = ANY (%(prints)s)
"""


@dataclass(frozen=True)
class StreetRow:
    """A line of the report: a place, a year, and its counts."""

    name: str
    code: str
    repeat: Repeat


def dig_rows(*, actor: Actor, on: date, first_year: int, last_year: int) -> list[StreetRow]:
    """Return the counts of the actor's area by street and year, in five queries; years of the start of the works."""
    digs = [*_works(actor, first_year, last_year), *_projects(actor, first_year, last_year)]
    limit = current().value("repeat_dig_days", on)
    counted = repeats(digs, _touching(digs), within_days=limit.whole if limit else 0)
    names = dict(Area.objects.filter(path__in={row.street for row in counted}).values_list("path", "name"))
    return [
        StreetRow(names.get(row.street, row.street), row.street.strip("/").split("/")[-1], row)
        for row in sorted(counted, key=lambda r: (-r.repeats_before, r.street, r.year))
    ]


def _works(actor: Actor, first: int, last: int) -> list[Dig]:
    rows = StreetWork.objects.visible_to(actor).live().filter(digs=True, starts__year__range=(first, last))
    joint: dict[int, set[str]] = defaultdict(set)
    for work, footprint in _agreed():
        joint[work].add(f"P{footprint}")
    together: dict[int, set[str]] = defaultdict(set)
    for work, footprint in _agreed():
        together[footprint].add(f"W{work}")
    return [
        Dig(f"W{pk}", _street(path), Window(starts, ends),
            frozenset(joint[pk] | {ref for p in joint[pk] for ref in together[int(p[1:])]} - {f"W{pk}"}))
        for pk, path, starts, ends in rows.values_list("pk", "area_path", "starts", "ends")
    ]  # fmt: skip


def _projects(actor: Actor, first: int, last: int) -> list[Dig]:
    rows = Footprint.objects.visible_to(actor).filter(
        live=True, starts__isnull=False, starts__year__range=(first, last)
    )
    return [
        Dig(f"P{pk}", _street(path), Window(starts, ends))
        for pk, path, starts, ends in rows.values_list("pk", "area_path", "starts", "ends")
        if starts and ends
    ]


def _agreed() -> list[tuple[int, int]]:
    rows = SynergyRequest.objects.filter(stage="accepted")
    return list(rows.values_list("overlap__work_id", "overlap__footprint_id"))


def _street(path: str) -> str:
    """Return the path down to the street, or to the district where only that is known."""
    return "/" + "/".join(path.strip("/").split("/")[:3]) + "/"


def _touching(digs: list[Dig]) -> list[tuple[str, str]]:
    works = [int(dig.ref[1:]) for dig in digs if dig.ref.startswith("W")]
    prints = [int(dig.ref[1:]) for dig in digs if dig.ref.startswith("P")]
    with connection.cursor() as cursor:
        cursor.execute(TOUCHING, {"works": works, "prints": prints})
        return [(one, other) for one, other in cursor.fetchall()]
