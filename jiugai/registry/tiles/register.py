"""Tiles of the register: communities and buildings, within the actor's scope and the conditions of the address.

Far away (zoom up to 10) counts by grid cell and class; in between one point per small cell; near by everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from jiugai.accounts.actor import Actor
from jiugai.registry.choices import PositionState, Provenance
from jiugai.registry.filters import community_filters
from jiugai.registry.legend import YEAR, Legend, legends
from jiugai.registry.models import Building, Community
from jiugai.registry.tiles.address import TileAddress, Where
from jiugai.registry.tiles.sql import Ground, Latitude, Longitude, Same, Sql, TileGeometry, as_layer, place, rows_sql

CLUSTER_ZOOM = 10  # and below: counts
THIN_ZOOM = 12  # and below: one point per cell; dots would cover each other anyway
CLUSTER_CELLS = 8  # per side of a tile of 512 px
THIN_CELLS = 170  # 3 px, less than half a dot
BOUNDARY_ZOOM = 14
RECORDS_ZOOM = 15
SPIRAL_MARGIN = 0.25
# The golden angle spreads points evenly; about 12 m between neighbours, the first 20 m from the middle.
SPIRAL = "ST_Translate(home, 0.00014 * sqrt(k + 1.5) * cos(k * 2.39996), 0.00011 * sqrt(k + 1.5) * sin(k * 2.39996))"
Facts = tuple[tuple[str, ...], dict[str, Any]]  # plain columns, and expressions under a name of their own


@dataclass(frozen=True)
class Ask:
    """What a tile is asked for."""

    address: Where
    actor: Actor
    params: Mapping[str, Any]
    legend: Legend


def communities(ask: Ask) -> list[Sql]:
    """Return the layers of a tile of communities: points or counts, and from zoom 14 on their boundaries."""
    rows = _current(ask)
    if ask.address.z <= CLUSTER_ZOOM:
        return [_counts("communities", rows, ask, ask.legend)]
    points = as_layer("communities", _near(rows, ask, _community_facts(ask.actor)))
    if ask.address.z < BOUNDARY_ZOOM:
        return [points]
    shapes = rows.filter(boundary__bboverlaps=Ground(ask.address))
    geom = TileGeometry("boundary", address=ask.address)
    return [points, as_layer("boundaries", rows_sql(shapes.values("id", geom=geom)))]


def buildings(ask: Ask) -> list[Sql]:
    """Return the layers of a tile of buildings: footprints or points, counts far away.

    Near by also `records`: buildings without a place of their own, set around their community's point as a sketch.
    """
    rows = Building.objects.visible_to(ask.actor).filter(withdrawn_at__isnull=True)
    if community_filters.canonical(ask.params):
        rows = rows.filter(community__in=_current(ask).order_by().values("pk"))
    if ask.address.z <= CLUSTER_ZOOM:
        return [_counts("buildings", rows, ask, None)]
    if ask.address.z <= THIN_ZOOM:
        return [as_layer("buildings", _near(rows, ask, _building_facts()))]
    box = Ground(ask.address)
    near = rows.filter(Q(point__bboverlaps=box) | Q(footprint__bboverlaps=box))
    geom = TileGeometry(Coalesce("footprint", "point"), address=ask.address)
    fields, more = _building_facts()
    placed = as_layer("buildings", rows_sql(near.values(*fields, geom=geom, **more)))
    return [placed] if ask.address.z < RECORDS_ZOOM else [placed, _records(rows, ask)]


def _records(rows: QuerySet[Building], ask: Ask) -> Sql:
    """Return buildings without a place, in a spiral around the community: by year, so that it looks the same each time.

    The margin is wide because a spiral may reach from the next tile into this one.
    """
    box = Ground(ask.address, SPIRAL_MARGIN)
    bare = rows.filter(point__isnull=True, footprint__isnull=True, community__point__bboverlaps=box)
    fields, more = _building_facts()
    turn = Window(RowNumber(), partition_by="community_id", order_by=[F("built_year").asc(nulls_last=True), "pk"])
    sql, params = rows_sql(bare.values(*fields, home=Same("community__point"), k=turn, **more))
    columns = [*fields, *more]
    spiral = f"SELECT {', '.join(columns)}, {SPIRAL} AS shape FROM ({sql}) AS r"  # noqa: S608 - columns of ours
    return as_layer("records", place((spiral, params), ask.address, columns))


def _current(ask: Ask) -> QuerySet[Community]:
    return community_filters.apply(Community.objects.current(), ask.params, ask.actor)


def _community_facts(actor: Actor) -> Facts:
    renamed = {one.attribute: one.expression for one in legends(actor).values() if one.attribute != "need"}
    marks = {
        "sus": _flag(position_state=PositionState.SUSPECT),
        "demo": _flag(provenance=Provenance.DEMO),
    }
    return ("id", "name", "need"), {**renamed, **marks}


def _building_facts() -> Facts:
    return ("id", "label", "storeys", "has_lift", "built_year", "community_id"), {"yr": YEAR.expression}


def _flag(**condition: Any) -> Case:
    """Return true or nothing: a missing attribute takes no room in a tile."""
    return Case(When(**condition, then=Value(True)), default=None, output_field=BooleanField(null=True))


def _near(rows: QuerySet[Any], ask: Ask, facts: Facts) -> Sql:
    """Return the points on the tile, below the thinning zoom one per small cell (the oldest record)."""
    fields, more = facts
    near = rows.filter(point__bboverlaps=Ground(ask.address))
    if ask.address.z > THIN_ZOOM:
        return rows_sql(near.values(*fields, geom=TileGeometry("point", address=ask.address), **more))
    size = 360 / (1 << ask.address.z) / THIN_CELLS
    sql, params = rows_sql(near.values(*fields, shape=Same("point"), **more))
    celled = f"SELECT *, floor(ST_X(shape) / %s) AS i, floor(ST_Y(shape) / %s) AS j FROM ({sql}) AS r"  # noqa: S608
    picked = f"SELECT DISTINCT ON (i, j) * FROM ({celled}) AS c ORDER BY i, j, id"  # noqa: S608
    return place((picked, [size, size, *params]), ask.address, [*fields, *more])


def _counts(name: str, rows: QuerySet[Any], ask: Ask, legend: Legend | None) -> Sql:
    """Return counts by cell: `n` in all, `n0`, `n1`, … by the legend's classes, `id` one of them.

    Only the sums of at most 64 cells are transformed, which is what makes far zooms cheap.
    """
    facts: dict[str, Any] = {"key": F("pk"), "x": Longitude("point"), "y": Latitude("point")}
    if legend:
        facts["kind"] = legend.expression
    sql, params = rows_sql(rows.filter(point__bboverlaps=Ground(ask.address, 0)).values(**facts))
    kinds = [one.value for one in legend.classes] if legend else []
    sums = "".join(f", nullif(count(*) FILTER (WHERE kind = %s), 0) AS n{i}" for i in range(len(kinds)))
    centre = "ST_SetSRID(ST_MakePoint(avg(x), avg(y)), 4490)"
    cell = "floor((x - %s) / %s), floor((y - %s) / %s)"
    grid = f"SELECT min(key) AS id, count(*) AS n{sums}, {centre} AS shape FROM ({sql}) AS r GROUP BY {cell}"  # noqa: S608
    where = [ask.address.value(take) for take in (_west, _cell_width, _south, _cell_height)]
    columns = ["id", "n", *(f"n{i}" for i in range(len(kinds)))]
    return as_layer(name, place((grid, [*kinds, *params, *where]), ask.address, columns))


def _west(address: TileAddress) -> float:
    return address.box().west


def _south(address: TileAddress) -> float:
    return address.box().south


def _cell_width(address: TileAddress) -> float:
    box = address.box()
    return (box.east - box.west) / CLUSTER_CELLS


def _cell_height(address: TileAddress) -> float:
    box = address.box()
    return (box.north - box.south) / CLUSTER_CELLS
