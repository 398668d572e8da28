"""What counts towards a year's share of seismic and energy projects in a district (T03-9), in few queries.

Three parts, in this order: what stands in the plan, what other batches have handed in and the city has not decided, and
the batch that is looked at.
"""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from jiugai.domain.planning.quota import Share, is_basic, share_of
from jiugai.planning.models import BatchItem, PlanEntry, Project

LIVE = ("applied", "questioned", "answered")
HANDED_IN = ("at_city", "returned")
Row = tuple[int, int, str, int | None]  # project, year of start, kind, m²


def district_of(path: str) -> str:
    """Return the path down to the district."""
    return "/" + "/".join(path.strip("/").split("/")[:2]) + "/"


def area_of(project: Project) -> int | None:
    """Return the m² that count for a project: its planning figure, else its works area."""
    entered = getattr(project, "plan_input", None)
    return entered.area_m2 if entered and entered.area_m2 else project.works_area_m2


def planned(district: str) -> list[Row]:
    """Return what stands in the plan of a district."""
    rows = PlanEntry.objects.filter(project__area_path__startswith=district).newest()
    rows = rows.select_related("project__plan_input")
    return [_row(e.project, e.start.year) for e in rows if not e.removed]


def applied(batch: int) -> list[Row]:
    """Return what is still undecided in a batch."""
    return rows_of(BatchItem.objects.filter(batch=batch, state__in=LIVE))


def submitted(district: str, but: int | None = None) -> QuerySet[BatchItem]:
    """Return what the batches of a district have handed in and the city has not decided, all but one batch."""
    rows = BatchItem.objects.filter(area_path__startswith=district, state__in=LIVE, batch__stage__in=HANDED_IN)
    return rows if but is None else rows.exclude(batch=but)


def rows_of(items: QuerySet[BatchItem]) -> list[Row]:
    """Return items of batches as rows of the share."""
    return [_row(item.project, item.start.year) for item in items.select_related("project__plan_input")]


def waiting_words(rows: Iterable[Row], year: int) -> str:
    """Say how much of a year is handed in and not decided; empty when nothing is."""
    found = [row for row in rows if row[1] == year and is_basic(row[2])]
    if not found:
        return ""
    return f"其中已报市里、还没有确认的 {len(found)} 个，{sum(row[3] or 0 for row in found):,} ㎡"


def _row(project: Project, year: int) -> Row:
    return project.pk, year, project.kind, area_of(project)


def shares(rows: Iterable[Row]) -> dict[int, Share]:
    """Count the share of each year; a project named twice counts as it was named last."""
    newest: Mapping[int, Row] = {row[0]: row for row in rows}
    years = sorted({row[1] for row in newest.values()})
    return {year: share_of((kind, m2) for _, y, kind, m2 in newest.values() if y == year) for year in years}
