"""One row of each kind that plans have addresses for, for the matrix of rights."""

from datetime import date
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import SYSTEM
from jiugai.matters.actions import open_matter
from jiugai.planning.models import (
    BatchItem,
    PlanBatch,
    PlanBundle,
    PlanScenario,
    PlanVersion,
    Project,
    SolveRun,
)

PLAN_KINDS = ("scenarios", "versions", "runs", "batches", "items", "bundles")
INSTANCE = {
    "format": "renovation-plan-1", "name": "", "first_month": "2027-01", "months": 12, "wait_rate": 0.01,
    "season_rate": 0.15, "season_fraction": [0] * 12, "seismic_energy_min_percent": 20, "city_budget": {"2027": 1},
    "districts": [], "streets": [], "projects": [], "works": [], "pairs": [],
}  # fmt: skip
SUMS = {
    "projects": 0, "of": 0, "households": 0, "area_m2": 0, "quota": {}, "season": {"rain": 0, "winter": 0},
    "money": {"district": {}, "city": {}, "other": {}}, "limits": {"district": {}, "city": {}},
    "digs": {"together": 0, "of": 0},
}  # fmt: skip


def plan_objects(project: Project) -> dict[str, Any]:
    """Make a scenario with a version and a run, a bundle, and a batch with the project, where the project lies."""
    now, area = timezone.now(), project.community.area
    scenario = PlanScenario.objects.create(
        area=area, title="方案", first_month=date(2027, 1, 1), months=12, made_at=now, made_by_name="某"
    )
    version = PlanVersion.objects.create(
        scenario=scenario, number=0, origin="solved", instance=INSTANCE, starts={}, sums=SUMS, objective=0,
        feasible=True, made_at=now, made_by_name="某",
    )  # fmt: skip
    batch = open_matter(model=PlanBatch, values={"year": 2027, "title": "申报"}, area=area, actor=SYSTEM, now=now)
    PlanBatch.objects.filter(pk=batch.pk).update(owner=None)
    return {
        "scenarios": scenario,
        "versions": version,
        "runs": SolveRun.objects.create(scenario=scenario, asked_at=now, asked_by_name="某", state="done"),
        "batches": batch,
        "items": BatchItem.objects.create(batch=batch, project=project, start=date(2027, 5, 1), months=6),
        "bundles": PlanBundle.objects.create(area=area, name="片区", made_on=date(2027, 1, 1), made_by_name="某"),
    }
