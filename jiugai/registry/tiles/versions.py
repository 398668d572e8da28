"""The version of a layer: what an ETag is made of, read in one cheap query (migration 0003 tells how it is kept)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from jiugai.accounts.actor import Actor
from jiugai.registry.limits import KEEP_LAYER_MARKS_DAYS
from jiugai.registry.models import LayerChange

_VERSION = """
    SELECT count(*), coalesce(max(id), 0), coalesce(extract(epoch FROM max(at)), 0)
    FROM registry_layerchange WHERE layer = ANY(%s) AND (%s OR district = ANY(%s))
"""


def version(*, layers: Sequence[str], actor: Actor) -> str:
    """Return a text that changes whenever something in these layers changes that the actor may see."""
    districts = ["", *{path.split("/")[2] for path in actor.paths}]
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, [list(layers), actor.sees_all, districts])
        count, latest, at = cursor.fetchone()
    return f"{count}.{latest}.{at}"


def prune(*, now: datetime, keep_days: int = KEEP_LAYER_MARKS_DAYS) -> int:
    """Drop old rows but the latest of each layer and district; return how many. Costs one reload of tiles."""
    latest = LayerChange.objects.order_by("layer", "district", "-pk").distinct("layer", "district").values("pk")
    old = LayerChange.objects.filter(at__lt=now - timedelta(days=keep_days)).exclude(pk__in=latest)
    return old.delete()[0]
