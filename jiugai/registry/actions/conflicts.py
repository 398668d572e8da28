"""Two people at one fact: the later one is told who changed what, and nothing is overwritten."""

from itertools import pairwise
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Model

from jiugai.domain.errors import Conflict
from jiugai.registry.facts import Fact
from jiugai.registry.models import Building, Community
from jiugai.registry.showing import show
from jiugai.web.parts.dates import cn_time

COLUMN_OF = {"ownership": "ownership_classes", "area": "area_id"}


def column(row: Model, field: str) -> Any:
    """Return what a record's column holds for a fact, as a JSON value."""
    value = getattr(row, COLUMN_OF.get(field, field))
    return [value.x, value.y] if isinstance(value, Point) else value


def refuse_stale(row: Community | Building, fact: Fact, *, expected_version: int | None) -> None:
    """Raise Conflict when this fact has changed since the version the person saw.

    Changes of other facts do not matter: two people may correct two facts of one record at the same time.
    """
    if expected_version is None or expected_version == row.version:
        return
    history: Any = row.history  # type: ignore[union-attr]  # pghistory adds it to tracked models
    since = list(history.filter(version__gte=expected_version).select_related("pgh_context").order_by("pgh_id"))
    seen = since[0] if since and since[0].version == expected_version else None
    if seen is not None and column(seen, fact.field) == column(row, fact.field):
        return
    raise Conflict(
        f"您打开之后，{fact.label}已经被改过",
        where=fact.label,
        remedy="您填的内容还在，核对后可以再保存",
        details=_told(since, fact),
    )


def _told(events: list[Any], fact: Fact) -> list[str]:
    """One line per change of this fact: when, who, to what, why."""
    lines = []
    for before, after in pairwise(events):
        if column(before, fact.field) != column(after, fact.field):
            context = after.pgh_context.metadata if after.pgh_context else {}
            when = cn_time(after.pgh_created_at, today=after.pgh_created_at.date())
            words = show(fact, column(after, fact.field)) or "资料不足"
            lines.append(f"{when} {context.get('actor', '系统')}改为{words}：{context.get('reason', '')}".rstrip("："))
    return lines
