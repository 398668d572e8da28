"""Dots of matters: their own place, else that of their community."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from jiugai.accounts.actor import Actor
from jiugai.matters import kinds
from jiugai.web.tables.table import Table

MOST = 20_000


def points(table: Table, params: Any, *, actor: Actor) -> dict[str, Any]:
    """Return the dots of the rows that meet a list's conditions as GeoJSON, in one query; `cut` when there are more."""
    rows: QuerySet[Any] = table.filters.apply(table.rows(), params, actor)
    placed = rows.order_by("-pk").annotate(shown=Coalesce("point", "community__point")).filter(shown__isnull=False)
    names = ("pk", "title", "kind", "stage", "closed_at", "x")
    found = list(placed.annotate(x=AsGeoJSON("shown", precision=5)).values(*names)[: MOST + 1])
    return {"type": "FeatureCollection", "features": [_dot(row) for row in found[:MOST]], "cut": len(found) > MOST}


def _dot(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = {
        "id": row["pk"],
        "title": row["title"],
        "kind": row["kind"],
        "stage": kinds.stage_label(row["kind"], row["stage"]),
        "tag": "closed" if row["closed_at"] else "open",
    }
    return {"type": "Feature", "geometry": json.loads(row["x"]), "properties": properties}
