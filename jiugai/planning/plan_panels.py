"""What the plan adds to the page of a project: its place in the plan, its batches, what it brings into the plan."""

from typing import Any

from jiugai.accounts.permissions import Permission, may
from jiugai.planning.actions.adjusting import entry_of
from jiugai.planning.models import ProjectInput
from jiugai.planning.project_panels import ProjectLook, project_panel
from jiugai.policy.doors import mend, offer
from jiugai.registry.models import Community


def add_to_projects() -> None:
    """Say once, at the start, what the page of a project shows of the plan, and where the plan's gate is passed."""
    project_panel("plan", 15, "planning/plan/panel.html", _plan, column="middle", permission=Permission.POOL_VIEW)
    offer("enter_plan", "看申报批次", _plan_url, permission=Permission.POOL_VIEW)
    mend(("t03_6", "t03_10"), "打开实施计划", _plan_url)


def _plan_url(home: Community) -> str:
    return "/plan/"


def _plan(look: ProjectLook) -> dict[str, Any]:
    project = look.project
    return {
        "entry": entry_of(project), "input": ProjectInput.objects.filter(project=project).first(),
        "items": list(project.batch_items.select_related("batch").order_by("-pk")[:3]),
        "adjustments": list(project.adjustments.filter(closed_at__isnull=True)),
        "may_edit": may(look.actor, Permission.PLAN_EDIT, project),
    }  # fmt: skip
