"""The section `plan` of `domain.facts.Facts`: the batch in which a community's project stands, and its year's quota."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from jiugai.accounts.scope import within
from jiugai.domain.facts import PlanFacts
from jiugai.domain.planning.quota import Share
from jiugai.planning.models import BatchItem, PlanEntry, ProjectCommunity
from jiugai.planning.queries.quota import LIVE, Row, area_of, district_of, shares

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


def _quotas(items: dict[int, BatchItem]) -> dict[tuple[int, int], Share]:
    """Return the share by batch and year: the district's plan with what the batch asks for."""
    if not items:
        return {}
    batches = {item.batch_id: district_of(item.area_path) for item in items.values()}
    plans: dict[str, list[Row]] = defaultdict(list)
    here = within(tuple(set(batches.values())), "project__area_path")
    for entry in PlanEntry.objects.filter(here).newest().select_related("project__plan_input"):
        if not entry.removed:
            p = entry.project
            plans[district_of(p.area_path)].append((p.pk, entry.start.year, p.kind, area_of(p)))
    asked: dict[int, list[Row]] = defaultdict(list)
    live = BatchItem.objects.filter(batch__in=batches, state__in=LIVE).select_related("project__plan_input")
    for item in live:
        p = item.project
        asked[item.batch_id].append((p.pk, item.start.year, p.kind, area_of(p)))
    found = {}
    for batch, district in batches.items():
        for year, share in shares([*plans[district], *asked[batch]]).items():
            found[batch, year] = share
    return found


def _facts(item: BatchItem | None, quotas: dict[tuple[int, int], Share]) -> PlanFacts:
    if item is None:
        return PlanFacts()
    share = quotas.get((item.batch_id, item.start.year), Share())
    return PlanFacts(
        batch=item.batch.number, batch_stage=item.batch.stage, item_state=item.state, year=item.start.year,
        basic_m2=share.basic_m2, saving_m2=share.saving_m2, basic=share.basic, saving=share.saving,
        unmeasured=share.unmeasured,
    )  # fmt: skip
