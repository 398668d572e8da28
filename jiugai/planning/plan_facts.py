"""The section `plan` of `domain.facts.Facts`: the batch of a community's project, its years' quota and money."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from jiugai.accounts.scope import within
from jiugai.domain.facts import PlanFacts
from jiugai.domain.planning.quota import Share, is_basic
from jiugai.planning.frames import frames_of
from jiugai.planning.models import BatchItem, PlanEntry, ProjectCommunity
from jiugai.planning.queries.money import Purses, purses, taken
from jiugai.planning.queries.quota import HANDED_IN, LIVE, Row, area_of, district_of, shares

LAPSED = ("rejected", "dropped")


def load_plan_facts(communities: Sequence[int], on: date) -> dict[int, PlanFacts]:
    """Return the facts of each community with a project, in a constant number of queries."""
    links = ProjectCommunity.objects.filter(community__in=communities, waiting=True)
    projects = dict(links.values_list("community", "project"))
    items = _items(list(projects.values()))
    districts = tuple({district_of(item.area_path) for item in items.values()})
    if not districts:
        return dict.fromkeys(projects, PlanFacts())
    planned, live = _planned(districts), _live(districts, {item.batch_id for item in items.values()})
    quotas, money = _quotas(items, planned, live), purses(planned, live, frames_of(*districts))
    return {community: _facts(items.get(project), quotas, money) for community, project in projects.items()}


def _items(projects: Sequence[int]) -> dict[int, BatchItem]:
    """Return the newest item of each project that was not refused or taken back."""
    rows = BatchItem.objects.filter(project__in=projects).exclude(state__in=LAPSED)
    rows = rows.select_related("batch", "project__plan_input").order_by("project_id", "-pk").distinct("project_id")
    return {row.project_id: row for row in rows}


def _planned(districts: tuple[str, ...]) -> list[PlanEntry]:
    """Return what stands in the plans of districts."""
    rows = PlanEntry.objects.filter(within(districts, "project__area_path")).newest()
    return [entry for entry in rows.select_related("project__plan_input") if not entry.removed]


def _live(districts: tuple[str, ...], batches: set[int]) -> list[BatchItem]:
    """Return what is not decided in some batches, and in all batches of the districts that lie with the city."""
    rows = BatchItem.objects.filter(within(districts), state__in=LIVE)
    rows = rows.filter(Q(batch__in=batches) | Q(batch__stage__in=HANDED_IN))
    return list(rows.select_related("batch", "project__plan_input"))


def _quotas(
    items: dict[int, BatchItem], planned: Sequence[PlanEntry], live: Sequence[BatchItem]
) -> dict[tuple[int, int], tuple[Share, list[Row]]]:
    """Return by batch and year the share of the district's plan, of what waits at the city and of the batch."""
    plans, asked, waits = (
        defaultdict[str, list[Row]](list),
        defaultdict[int, list[Row]](list),
        defaultdict[str, list[tuple[int, Row]]](list),
    )
    for entry in planned:
        plans[district_of(entry.project.area_path)].append(_row(entry))
    for item in live:
        asked[item.batch_id].append(_row(item))
        if item.batch.stage in HANDED_IN:
            waits[district_of(item.area_path)].append((item.batch_id, _row(item)))
    found = {}
    for batch, district in {item.batch_id: district_of(item.area_path) for item in items.values()}.items():
        others = [row for at, row in waits[district] if at != batch]
        for year, share in shares([*plans[district], *others, *asked[batch]]).items():
            found[batch, year] = share, [row for row in others if row[1] == year and is_basic(row[2])]
    return found


def _row(one: PlanEntry | BatchItem) -> Row:
    return one.project.pk, one.start.year, one.project.kind, area_of(one.project)


def _facts(item: BatchItem | None, quotas: dict[tuple[int, int], tuple[Share, list[Row]]], money: Purses) -> PlanFacts:
    if item is None:
        return PlanFacts()
    share, waiting = quotas.get((item.batch_id, item.start.year), (Share(), []))
    own = taken(item.project, item.start, item.months)
    rows = money.rows(item.batch_id, district_of(item.area_path), own)
    return PlanFacts(
        batch=item.batch.number, batch_stage=item.batch.stage, item_state=item.state, year=item.start.year,
        basic_m2=share.basic_m2, saving_m2=share.saving_m2, basic=share.basic, saving=share.saving,
        unmeasured=share.unmeasured, waiting=len(waiting), waiting_m2=sum(row[3] or 0 for row in waiting),
        money=tuple(row.fact(own[row.kind, row.year]) for row in rows),
    )  # fmt: skip
