"""Limits, planning figures and bundles as their pages show them."""

from typing import Any

from django.db.models import Q, QuerySet

from jiugai.accounts.actor import Actor
from jiugai.planning.models import PlanBundle, PlanFrame, Project, ProjectInput
from jiugai.planning.plan_forms import MONEY_KINDS, WAN

MOST = 300


def frames(actor: Actor) -> list[dict[str, Any]]:
    """Return the limits, newest first in each kind; all but the first are past ones."""
    rows = PlanFrame.objects.visible_to(actor).select_related("area").defer("area__boundary")
    groups: dict[tuple[Any, ...], list[PlanFrame]] = {}
    for row in rows.order_by("area__path", "kind", "year", "-pk")[:2000]:
        groups.setdefault((row.area_id, row.kind, row.year), []).append(row)
    return [{"now": found[0], "words": words_of(found[0]), "past": [(p, words_of(p)) for p in found[1:]]}
            for found in groups.values()]  # fmt: skip


def words_of(row: PlanFrame) -> str:
    """Return a limit with its unit."""
    if row.kind in MONEY_KINDS:
        return f"{row.value / WAN:,.2f} 万元"
    return f"{row.value:,} ㎡" if row.kind == "capacity" else f"{row.value:,} 个"


def inputs(actor: Actor, *, only: str = "") -> dict[str, Any]:
    """Return the projects of the pool with their figures; `only` lacking keeps those that cannot be planned."""
    rows = Project.objects.visible_to(actor).stored().select_related("plan_input__bundle", "community__area")
    rows = rows.defer("community__boundary", "community__search_text", "community__area__boundary")
    if only == "lacking":
        asked = ("area_m2", "households", "district_fen", "city_fen", "months")
        lacking = Q(plan_input__isnull=True)
        for name in asked:
            lacking |= Q(**{f"plan_input__{name}__isnull": True})
        rows = rows.filter(lacking)
    found = [(p, getattr(p, "plan_input", None)) for p in rows.order_by("code")[:MOST]]
    return {"rows": found, "total": rows.count(), "most": MOST}


def initial(project: Project) -> dict[str, Any]:
    """Return what the form begins with: what was entered, else what the register knows, to be checked."""
    row = ProjectInput.objects.filter(project=project).first()
    if row is None:
        return {"area_m2": project.works_area_m2, "households": project.community.households}
    money = {f"{n}_wan": getattr(row, f"{n}_wan") for n in ("district", "city", "other")}
    plain = {n: getattr(row, n) for n in ("area_m2", "households", "months", "earliest", "latest_finish", "source")}
    return plain | money | {"must": "yes" if row.must else "no"}


def free_projects(actor: Actor) -> QuerySet[Project]:
    """Return the pool projects with figures that are in no bundle."""
    rows = Project.objects.visible_to(actor).filter(state="in_pool", plan_input__isnull=False)
    return rows.filter(plan_input__bundle__isnull=True).order_by("code")


def bundles(actor: Actor) -> list[dict[str, Any]]:
    """Return bundles with every member's own figures, and their sum."""
    rows = PlanBundle.objects.visible_to(actor).select_related("unit", "area").defer("area__boundary")
    found = []
    for bundle in rows.prefetch_related("members__project"):
        members = list(bundle.members.all())
        found.append({
            "bundle": bundle, "members": members, "area": sum(m.area_m2 or 0 for m in members),
            "homes": sum(m.households or 0 for m in members),
            "wan": sum((m.district_fen or 0) + (m.city_fen or 0) + m.other_fen for m in members) / WAN,
        })  # fmt: skip
    return found
