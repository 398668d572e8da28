"""The section `plan` of `domain.facts.Facts`: the batch of a community's project, its years' quota and money."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from jiugai.domain.facts import PlanFacts
from jiugai.domain.planning.quota import Share, is_basic
from jiugai.planning.frames import frames_of
from jiugai.planning.models import BatchItem, PlanEntry, ProjectCommunity
from jiugai.planning.queries.money import Purses, purses, taken
from jiugai.planning.queries.quota import HANDED_IN, Row, district_of, live, row_of, shares, standing

LAPSED = ("rejected", "dropped")


def load_plan_facts(communities: Sequence[int], on: date) -> dict[int, PlanFacts]:
    """Return the facts of each community with a project, in a constant number of queries."""
    links = ProjectCommunity.objects.filter(community__in=communities, waiting=True)
    projects = dict(links.values_list("community", "project"))
    items = _items(list(projects.values()))
    districts = tuple({district_of(item.area_path) for item in items.values()})
    if not districts:
        return dict.fromkeys(projects, PlanFacts())
    planned, asked = standing(*districts), live(districts, {item.batch_id for item in items.values()})
    quotas, money = _quotas(items, planned, asked), purses(planned, asked, frames_of(*districts))
    return {community: _facts(items.get(project), quotas, money) for community, project in projects.items()}


def _items(projects: Sequence[int]) -> dict[int, BatchItem]:
    """Return the newest item of each project that was not refused or taken back."""
    rows = BatchItem.objects.filter(project__in=projects).exclude(state__in=LAPSED)
    rows = rows.select_related("batch", "project__plan_input").order_by("project_id", "-pk").distinct("project_id")
    return {row.project_id: row for row in rows}


def _quotas(
    items: dict[int, BatchItem], planned: Sequence[PlanEntry], waiting: Sequence[BatchItem]
) -> dict[tuple[int, int], tuple[Share, list[Row]]]:
    """Return by batch and year the share of the district's plan, of what waits at the city and of the batch."""
    plans, asked, waits = (
        defaultdict[str, list[Row]](list),
        defaultdict[int, list[Row]](list),
        defaultdict[str, list[tuple[int, Row]]](list),
    )
    for entry in planned:
        plans[district_of(entry.project.area_path)].append(row_of(entry))
    for item in waiting:
        asked[item.batch_id].append(row_of(item))
        if item.batch.stage in HANDED_IN:
            waits[district_of(item.area_path)].append((item.batch_id, row_of(item)))
    found = {}
    for batch, district in {item.batch_id: district_of(item.area_path) for item in items.values()}.items():
        others = [row for at, row in waits[district] if at != batch]
        for year, share in shares([*plans[district], *others, *asked[batch]]).items():
            found[batch, year] = share, [row for row in others if row[1] == year and is_basic(row[2])]
    return found


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
