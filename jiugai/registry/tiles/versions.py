"""The version of a layer: what an ETag is made of, read in one cheap query (migration 0003 tells how it is kept)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from jiugai.accounts.actor import Actor
from jiugai.registry.limits import KEEP_LAYER_MARKS_DAYS
from jiugai.registry.models import LayerChange

# One row per layer and district: how many changes, the latest, and when.
MARKS = """
    SELECT json_agg(json_build_array(layer, district, n, latest, at)) FROM (
        SELECT layer, district, count(*) AS n, max(id) AS latest, extract(epoch FROM max(at))::text AS at
        FROM registry_layerchange WHERE layer = ANY(%s) GROUP BY layer, district) AS marks
"""
Marks = Sequence[Sequence[Any]] | None


def marks_of(layers: Sequence[str]) -> tuple[str, list[Any]]:
    """Return the SQL of the marks of these layers, and its parameters."""
    return MARKS, [list(layers)]


def version(*, layers: Sequence[str], actor: Actor, marks: Marks = None) -> str:
    """Return a text that changes whenever something in these layers changes that the actor may see.

    `marks` are what `marks_of` answered, where it has been asked already.
    """
    if marks is None:
        sql, params = marks_of(layers)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            marks = cursor.fetchone()[0] or []
    districts = {"", *(path.split("/")[2] for path in actor.paths)}
    mine = [mark for mark in marks if actor.sees_all or mark[1] in districts]
    latest = max(mine, key=lambda mark: Decimal(mark[4]), default=("", "", 0, 0, "0"))
    return f"{sum(mark[2] for mark in mine)}.{max((mark[3] for mark in mine), default=0)}.{latest[4]}"


def prune(*, now: datetime, keep_days: int = KEEP_LAYER_MARKS_DAYS) -> int:
    """Drop old rows but the latest of each layer and district; return how many. Costs one reload of tiles."""
    latest = LayerChange.objects.order_by("layer", "district", "-pk").distinct("layer", "district").values("pk")
    old = LayerChange.objects.filter(at__lt=now - timedelta(days=keep_days)).exclude(pk__in=latest)
    return old.delete()[0]
