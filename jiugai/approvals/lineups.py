"""Work that events open in approvals: a submitted scheme goes to both planners (T19-10)."""

from datetime import datetime

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.planning.actions.asking import ask_opinion
from jiugai.planning.models import PlannerOpinion, Project
from jiugai.policy.models import Occurrence


def ask_about_scheme(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Ask the street's planner and the district's chief planner about the edition."""
    project = Project.objects.get(pk=occurrence.detail["project"])
    for role in PlannerOpinion.Role:
        ask_opinion(
            project=project, at=occurrence.detail["at"], role=role, edition=occurrence.detail["edition"], actor=actor,
            now=now, on=timezone.localdate(now), detail=occurrence.title, cause=occurrence,
        )  # fmt: skip
