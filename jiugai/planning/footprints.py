"""The ground of projects, kept for the part that looks for works of others on it (T16-4)."""

from datetime import datetime

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.domain.projects import LIFE
from jiugai.planning.models import Project
from jiugai.policy.models import Occurrence
from jiugai.streetworks.actions.footprints import place_project


def place_footprint(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Put a project that was just proposed on the map, once for all its communities."""
    if occurrence.detail.get("first"):
        place(Project.objects.get(pk=occurrence.detail["project"]), now=now)


def place(project: Project, *, now: datetime) -> None:
    """Put a project's ground on the map, or put it right."""
    if project.state not in LIFE:
        return
    place_project(
        project_ref=project.code, title=project.title, on=timezone.localdate(now),
        communities=[link.community for link in project.covers.select_related("community")],
        buildings=list(project.building_links.values_list("building", flat=True)), provenance=project.provenance,
    )  # fmt: skip
