"""Work that events open in planning (T01-9): a finished check-up proposes a project, a proposal asks the planner."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.domain.projects import suggested
from jiugai.planning.actions.asking import ask_opinion
from jiugai.planning.actions.proposing import Proposal, lead_of, propose_project
from jiugai.planning.models import PlannerOpinion, Project, ProjectCommunity
from jiugai.policy.models import Occurrence
from jiugai.policy.providers import loaders
from jiugai.registry.choices import PlanMark


def propose_after_checkup(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Propose what the check-up suggests, unless the community is in a project or is marked as not needing any."""
    community, on = occurrence.community, timezone.localdate(now)
    load = loaders().get("checkup")
    found: Any = load([community.pk], on).get(community.pk) if load else None
    if found is None or not found.needs or community.plan_mark == PlanMark.NOT_NEEDED:
        return
    if ProjectCommunity.objects.filter(community=community, waiting=True).exists() or lead_of(community) is None:
        return
    kind, items = suggested(found.needs)
    proposal = Proposal(
        communities=[community], kind=kind, items=items, checkup_ref=found.ref, checkup_on=found.finished_on,
        content="按体检结果自动提出，街道核对类型和内容", provenance=occurrence.provenance,
    )  # fmt: skip
    propose_project(proposal=proposal, actor=actor, now=now, on=on, cause=occurrence)


def ask_planner(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Ask the planner at project generation, once per project."""
    if not occurrence.detail.get("first"):
        return
    project = Project.objects.get(pk=occurrence.detail["project"])
    ask_opinion(
        project=project, at=PlannerOpinion.At.GENERATION, actor=actor, now=now, on=timezone.localdate(now),
        detail="项目生成，自动送请", cause=occurrence,
    )  # fmt: skip
