"""What the planner takes from here: works of others as fixed or movable items, and agreed pairs (T16-4)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from jiugai.domain.streetworks import PlannerPair, PlannerWork, WorkState, planner_months
from jiugai.policy.figures import current
from jiugai.streetworks.models import StreetWork, SynergyRequest


def works_for(*, area_path: str, first_month: date, months: int) -> list[PlannerWork]:
    """Return the works below an area that touch the horizon, in one query; months count from `first_month`.

    Fixed where the department gave no other days, and where an agreement fixed them; done and cancelled ones are left
    out. `street` is the code of the street, or of the district where only that is known.
    """
    rows = _live(area_path)
    agreed = _agreed_days()
    found = []
    for work in rows.order_by("pk"):
        window, slack = work.window, work.slack
        if work.pk in agreed:
            slack = None
        placed = planner_months(window, slack, first_month, months)
        if placed is None:
            continue
        codes = work.area_path.strip("/").split("/")
        district, street = (codes[1] if len(codes) > 1 else codes[0]), codes[min(2, len(codes) - 1)]
        found.append(PlannerWork(work.ref, district, street, work.kind, *placed))
    return found


def pairs_for(*, project_refs: Collection[str], on: date) -> list[PlannerPair]:
    """Return the accepted synergies of projects as pairs of a plan, in one query.

    `a` is the project's code, `b` the work's `ref`. A pair of which one side was called off is none any more.
    """
    rate = current().value("dig_once_points_per_100_m2", on)
    points = float(rate.number) if rate else 0.0
    rows = SynergyRequest.objects.filter(
        stage="accepted", overlap__footprint__project_ref__in=list(project_refs), overlap__gone_at__isnull=True,
        overlap__footprint__live=True,
    ).exclude(overlap__work__state__in=[WorkState.DONE, WorkState.CANCELLED])  # fmt: skip
    columns = ("overlap__footprint__project_ref", "overlap__work_id", "overlap__shared_m2")
    shared: dict[tuple[str, int], int] = {}
    for ref, work, m2 in rows.values_list(*columns):
        shared[ref, work] = shared.get((ref, work), 0) + m2
    return [
        PlannerPair(ref, f"W{work}", max(points * m2 / 100, 0.01), m2) for (ref, work), m2 in sorted(shared.items())
    ]


def _live(area_path: str) -> QuerySet[StreetWork]:
    rows = StreetWork.objects.filter(area_path__startswith=area_path)
    return rows.exclude(state__in=[WorkState.DONE, WorkState.CANCELLED]).defer("geom", "ground")


def _agreed_days() -> set[int]:
    return set(SynergyRequest.objects.filter(stage="accepted").values_list("overlap__work_id", flat=True))
