"""The one place where planning asks a gate to let a project through."""

from datetime import date, datetime

from jiugai.accounts.actor import Actor
from jiugai.planning.models import GatePassage, Project
from jiugai.policy.actions.judging import pass_gate
from jiugai.registry.models import Community


def pass_gates(*, project: Project, gate: str, actor: Actor, now: datetime, on: date) -> None:
    """Pass a gate for every community that the project covers, and keep with which verdict.

    Raises NotAllowed, and GateShut of the first community that does not get through.
    """
    for community in Community.objects.filter(project_links__project=project).order_by("pk"):
        decision = pass_gate(gate=gate, community=community, actor=actor, now=now, on=on)
        GatePassage.objects.get_or_create(
            project=project, community=community, gate=gate, decision=decision,
            defaults={"at": now, "by_name": actor.name},
        )  # fmt: skip
