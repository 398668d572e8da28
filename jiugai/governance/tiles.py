"""Tiles of the five types of problems that are not treated yet, by the register's own mechanism (T02-3, T16-2)."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from jiugai.accounts.permissions import Permission
from jiugai.domain.five_types import Problem
from jiugai.matters.models import Matter, MatterQuerySet
from jiugai.registry.tiles.answer import offer
from jiugai.registry.tiles.register import SPIRAL, SPIRAL_MARGIN, Ask
from jiugai.registry.tiles.sql import Ground, Same, Sql, TileGeometry, as_layer, place, rows_sql

FACTS = ["id", "kind", "title", "community_id"]


def open_problems() -> MatterQuerySet:
    """Return the problems of the five types that are not closed."""
    return Matter.objects.filter(kind__in=list(Problem), closed_at__isnull=True)


def problems(ask: Ask) -> list[Sql]:
    """Return problems where they were found, and those without a place of their own around their community's point."""
    rows = open_problems().visible_to(ask.actor).order_by()
    found = rows.filter(point__bboverlaps=Ground(ask.address))
    placed = rows_sql(found.values(*FACTS, geom=TileGeometry("point", address=ask.address)))
    return [as_layer("problems", placed), _around(rows, ask)]


def _around(rows: MatterQuerySet, ask: Ask) -> Sql:
    bare = rows.filter(point__isnull=True, community__point__bboverlaps=Ground(ask.address, SPIRAL_MARGIN))
    turn = Window(RowNumber(), partition_by="community_id", order_by=[F("pk").asc()])
    sql, params = rows_sql(bare.values(*FACTS, home=Same("community__point"), k=turn))
    spiral = f"SELECT {', '.join(FACTS)}, {SPIRAL} AS shape FROM ({sql}) AS r"  # noqa: S608 - columns of ours
    return as_layer("problems_near", place((spiral, params), ask.address, FACTS))


def offer_layers() -> None:
    """Say once, at the start, which layer we answer."""
    offer("problems", problems, ("problem", "community"), Permission.MATTER_VIEW)
