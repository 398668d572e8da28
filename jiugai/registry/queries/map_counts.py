"""What the map counts: classes in view for the legend, rows of each layer, and where the map opens."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Aggregate, Count, FloatField, Q

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.registry.choices import PositionState
from jiugai.registry.filters import community_filters
from jiugai.registry.legend import Legend
from jiugai.registry.models import BaseLine, Building, Community
from jiugai.registry.tiles.sql import Latitude, Longitude
from jiugai.web.tables.params import read, split

Box = tuple[float, float, float, float]
CENTRAL_BEIJING: Box = (116.25, 39.83, 116.53, 40.02)
# The opening view leaves this share of points out on each side: a few far ones would make all others tiny.
LEFT_OUT = 0.15
LEAST_DEGREES = 0.01


class Share(Aggregate):
    """The value below which a share of all values lies."""

    function = "PERCENTILE_DISC"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def legend_counts(*, params: Mapping[str, Any], actor: Actor, legend: Legend) -> dict[str, Any]:
    """Return `total` rows that meet the conditions and, of those inside `bbox`, `in_view`, `suspect` and `classes`.

    Classes are counted as if the legend's own condition were not set, so that a class switched off keeps its count.
    Raises BadFilter.
    """
    everywhere = {name: values for name, values in read(params).items() if name != "bbox"}
    total = community_filters.apply(Community.objects.current(), everywhere, actor).count()
    rows = community_filters.apply(Community.objects.current(), params, actor, leave_out=legend.filter)
    suspect = Count("pk", filter=Q(position_state=PositionState.SUSPECT))
    found = rows.order_by().values(kind=legend.expression).annotate(n=Count("pk"), suspect=suspect)
    classes: dict[str, Any] = {row["kind"]: row for row in found}
    chosen = set(split(read(params).get(legend.filter, ()))) or set(classes)
    shown = [row for kind, row in classes.items() if kind in chosen]
    return {
        "total": total,
        "in_view": sum(row["n"] for row in shown),
        "suspect": sum(row["suspect"] for row in shown),
        "classes": {one.value: classes.get(one.value, {}).get("n", 0) for one in legend.classes},
    }


def layer_counts(*, actor: Actor) -> dict[str, int]:
    """Return how many objects each layer of the panel has in the actor's scope."""
    return {
        "areas": Area.objects.filter(level=Area.Level.DISTRICT, boundary__isnull=False).count(),
        "roads": BaseLine.objects.filter(kind=BaseLine.Kind.ROAD).count(),
        "subway": BaseLine.objects.filter(kind=BaseLine.Kind.SUBWAY).values("name").distinct().count(),
        "buildings": Building.objects.visible_to(actor).filter(withdrawn_at__isnull=True).count(),
    }


def home_box(*, actor: Actor, params: Mapping[str, Any] | None = None) -> Box:
    """Return the box around most communities in scope that meet the conditions: west, south, east, north.

    Without conditions it is where the map opens. Raises BadFilter.
    """
    rows = community_filters.apply(Community.objects.current(), params or {}, actor).filter(point__isnull=False)
    edges = {
        "west": Share(Longitude("point"), share=LEFT_OUT),
        "south": Share(Latitude("point"), share=LEFT_OUT),
        "east": Share(Longitude("point"), share=1 - LEFT_OUT),
        "north": Share(Latitude("point"), share=1 - LEFT_OUT),
    }
    found = rows.order_by().aggregate(**edges)
    if found["west"] is None:
        return CENTRAL_BEIJING
    pad = LEAST_DEGREES
    return found["west"] - pad, found["south"] - pad, found["east"] + pad, found["north"] + pad
