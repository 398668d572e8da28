"""What streetworks adds to the file of a community, and where what keeps its gate shut is mended."""

from collections.abc import Iterable
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.measure import D

from jiugai.accounts.permissions import Permission
from jiugai.domain.stages import Line
from jiugai.policy.doors import mend
from jiugai.registry.models import Community
from jiugai.registry.panels import LineNote, Look, line_notes, panel
from jiugai.streetworks.models import StreetWork
from jiugai.streetworks.queries.overlaps import STANDING, overlap_rows, standing

SHOWN, REACH_M = 4, 200
WAITING = ("unasked", "asked", "lapsed")


def add_to_the_file() -> None:
    """Say once, at the start, what the file shows of works of others (T16-1)."""
    panel("streetworks", "各部门工程", 45, "streetworks/panel.html", _panel, column="right",
          permission=Permission.STREETWORKS_VIEW)  # fmt: skip
    line_notes(Line.RENOVATION, _notes)
    mend(("t16_",), "打开工程交叉", lambda home: f"/overlaps/?community={home.pk}")


def _rows(home: Community) -> list[Any]:
    return list(overlap_rows().filter(footprint__community=home).order_by("-shared_m2")[: SHOWN + 1])


def _panel(look: Look) -> dict[str, Any]:
    rows = _rows(look.community)
    shown = [(one, STANDING[standing(one)]) for one in rows[:SHOWN]]
    more = len(rows) > SHOWN
    count = overlap_rows().filter(footprint__community=look.community).count() if more else len(rows)
    return {"rows": shown, "more": more, "count": count, "near": [] if rows else _near(look), "reach": REACH_M}


def _near(look: Look) -> list[StreetWork]:
    """Return the works around a community that no project of its own meets."""
    home = Community.objects.filter(pk=look.community.pk, point__isnull=False)
    place = home.annotate(here=Transform("point", 4548)).values_list("here", flat=True).first()
    if place is None:
        return []
    rows = StreetWork.objects.visible_to(look.actor).live().filter(ground__dwithin=(place, D(m=REACH_M)))
    return list(rows.filter(ends__gte=look.on).defer("geom", "ground").order_by("starts")[:SHOWN])


def _notes(look: Look) -> Iterable[LineNote]:
    rows: Any = overlap_rows()
    waiting = rows.filter(
        footprint__community=look.community, stands__in=WAITING, harmless_on__isnull=True
    ).count()  # fmt: skip
    if waiting:
        url = f"/overlaps/?community={look.community.pk}"
        yield LineNote(f"与其他部门工程有 {waiting} 处交叉没有答复", url, "soon")
