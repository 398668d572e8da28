"""The section `plan` of `domain.facts.Facts`: the batch in which a community's project stands, and its year's quota."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from jiugai.accounts.scope import within
from jiugai.domain.facts import PlanFacts
from jiugai.domain.planning.quota import Share, is_basic
from jiugai.planning.models import BatchItem, PlanEntry, ProjectCommunity
from jiugai.planning.queries.quota import HANDED_IN, LIVE, Row, area_of, district_of, shares

LAPSED = ("rejected", "dropped")


def load_plan_facts(communities: Sequence[int], on: date) -> dict[int, PlanFacts]:
    """Return the facts of each community with a project, in a constant number of queries."""
    links = ProjectCommunity.objects.filter(community__in=communities, waiting=True)
    projects = dict(links.values_list("community", "project"))
    items = _items(list(projects.values()))
    quotas = _quotas(items)
    return {community: _facts(items.get(project), quotas) for community, project in projects.items()}


def _items(projects: Sequence[int]) -> dict[int, BatchItem]:
    """Return the newest item of each project that was not refused or taken back."""
    rows = BatchItem.objects.filter(project__in=projects).exclude(state__in=LAPSED)
    rows = rows.select_related("batch", "project__plan_input").order_by("project_id", "-pk").distinct("project_id")
    return {row.project_id: row for row in rows}


def _quotas(items: dict[int, BatchItem]) -> dict[tuple[int, int], tuple[Share, list[Row]]]:
    """Return by batch and year the share of the district's plan, of what waits at the city and of the batch."""
    if not items:
        return {}
    batches = {item.batch_id: district_of(item.area_path) for item in items.values()}
    districts = tuple(set(batches.values()))
    plans, asked, waits = (
        _plans(districts),
        defaultdict[int, list[Row]](list),
        defaultdict[str, list[tuple[int, Row]]](list),
    )
    live = BatchItem.objects.filter(within(districts), state__in=LIVE)
    live = live.filter(Q(batch__in=batches) | Q(batch__stage__in=HANDED_IN))
    for item in live.select_related("batch", "project__plan_input"):
        row = (item.project_id, item.start.year, item.project.kind, area_of(item.project))
        asked[item.batch_id].append(row)
        if item.batch.stage in HANDED_IN:
            waits[district_of(item.area_path)].append((item.batch_id, row))
    found = {}
    for batch, district in batches.items():
        others = [row for at, row in waits[district] if at != batch]
        for year, share in shares([*plans[district], *others, *asked[batch]]).items():
            found[batch, year] = share, [row for row in others if row[1] == year and is_basic(row[2])]
    return found


def _plans(districts: tuple[str, ...]) -> dict[str, list[Row]]:
    """Return what stands in the plan of each district."""
    plans: dict[str, list[Row]] = defaultdict(list)
    here = within(districts, "project__area_path")
    for entry in PlanEntry.objects.filter(here).newest().select_related("project__plan_input"):
        if not entry.removed:
            p = entry.project
            plans[district_of(p.area_path)].append((p.pk, entry.start.year, p.kind, area_of(p)))
    return plans


def _facts(item: BatchItem | None, quotas: dict[tuple[int, int], tuple[Share, list[Row]]]) -> PlanFacts:
    if item is None:
        return PlanFacts()
    share, waiting = quotas.get((item.batch_id, item.start.year), (Share(), []))
    return PlanFacts(
        batch=item.batch.number, batch_stage=item.batch.stage, item_state=item.state, year=item.start.year,
        basic_m2=share.basic_m2, saving_m2=share.saving_m2, basic=share.basic, saving=share.saving,
        unmeasured=share.unmeasured, waiting=len(waiting), waiting_m2=sum(row[3] or 0 for row in waiting),
    )  # fmt: skip
