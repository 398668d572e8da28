"""Tiles of works and of the ground of projects, by the register's own mechanism (T16-2)."""

from django.contrib.gis.db.models.functions import Transform

from jiugai.accounts.permissions import Permission
from jiugai.registry.tiles.answer import offer
from jiugai.registry.tiles.register import Ask
from jiugai.registry.tiles.sql import Ground, Sql, TileGeometry, as_layer, rows_sql
from jiugai.streetworks.models import Footprint, StreetWork

METRES = 4548
FACTS = ("id", "title", "kind", "state", "department", "digs")


def works(ask: Ask) -> list[Sql]:
    """Return the lines and areas of works that were not called off."""
    rows = StreetWork.objects.visible_to(ask.actor).live().filter(geom__bboverlaps=Ground(ask.address))
    facts = rows.values(*FACTS, shape=TileGeometry("geom", address=ask.address))
    return [as_layer("works", rows_sql(facts), geometry="shape")]


def footprints(ask: Ask) -> list[Sql]:
    """Return the ground of the projects that stand."""
    box = Transform(Ground(ask.address), METRES)
    rows = Footprint.objects.visible_to(ask.actor).filter(live=True, ground__bboverlaps=box)
    facts = rows.values("id", "title", "project_ref", geom=TileGeometry("ground", address=ask.address))
    return [as_layer("footprints", rows_sql(facts))]


def offer_layers() -> None:
    """Say once, at the start, which layers we answer."""
    offer("works", works, ("streetwork",), Permission.STREETWORKS_VIEW)
    offer("footprints", footprints, ("footprint",), Permission.STREETWORKS_VIEW)
