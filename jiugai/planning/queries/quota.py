"""What counts towards a year's share of seismic and energy projects in a district (T03-9), in few queries.

Three parts, in this order: what stands in the plan, what other batches have handed in and the city has not decided, and
the batch that is looked at.
"""

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q, QuerySet

from jiugai.accounts.scope import within
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


def standing(*districts: str) -> list[PlanEntry]:
    """Return what stands in the plans of districts, with the figures of its projects, in one query."""
    rows = PlanEntry.objects.filter(within(districts, "project__area_path")).newest()
    return [entry for entry in rows.select_related("project__plan_input") if not entry.removed]


def planned(district: str) -> list[Row]:
    """Return what stands in the plan of a district."""
    return [row_of(entry) for entry in standing(district)]


def applied(batch: int) -> list[Row]:
    """Return what is still undecided in a batch."""
    return rows_of(BatchItem.objects.filter(batch=batch, state__in=LIVE))


def submitted(district: str, but: int | None = None) -> QuerySet[BatchItem]:
    """Return what the batches of a district have handed in and the city has not decided, all but one batch."""
    rows = BatchItem.objects.filter(area_path__startswith=district, state__in=LIVE, batch__stage__in=HANDED_IN)
    return rows if but is None else rows.exclude(batch=but)


def live(districts: tuple[str, ...], batches: Collection[int] = ()) -> list[BatchItem]:
    """Return what is not decided in some batches and in all that lie with the city, with figures, in one query."""
    rows = BatchItem.objects.filter(within(districts), state__in=LIVE)
    rows = rows.filter(Q(batch__in=batches) | Q(batch__stage__in=HANDED_IN))
    return list(rows.select_related("batch", "project__plan_input"))


def rows_of(items: QuerySet[BatchItem]) -> list[Row]:
    """Return items of batches as rows of the share."""
    return [row_of(item) for item in items.select_related("project__plan_input")]


def row_of(one: PlanEntry | BatchItem) -> Row:
    """Return an entry of the plan or an item of a batch as a row of the share."""
    return one.project.pk, one.start.year, one.project.kind, area_of(one.project)


def waiting_words(rows: Iterable[Row], year: int) -> str:
    """Say how much of a year is handed in and not decided; empty when nothing is."""
    found = [row for row in rows if row[1] == year and is_basic(row[2])]
    if not found:
        return ""
    return f"其中已报市里、还没有确认的 {len(found)} 个，{sum(row[3] or 0 for row in found):,} ㎡"


def shares(rows: Iterable[Row]) -> dict[int, Share]:
    """Count the share of each year; a project named twice counts as it was named last."""
    newest: Mapping[int, Row] = {row[0]: row for row in rows}
    years = sorted({row[1] for row in newest.values()})
    return {year: share_of((kind, m2) for _, y, kind, m2 in newest.values() if y == year) for year in years}
