"""The line-up that looks at a community's gates again after something changed."""

from datetime import datetime

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.domain.stages import gate_after
from jiugai.policy.actions.judging import judge
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Decision, Occurrence
from jiugai.registry.models import Community


def reassess_gates(occurrence: Occurrence, *, actor: Actor, now: datetime) -> None:
    """Judge again the gates that were judged before, and the next one ahead."""
    reassess(community=occurrence.community, actor=actor, now=now, cause=occurrence)


def reassess(*, community: Community, actor: Actor, now: datetime, cause: Occurrence | None = None) -> list[Decision]:
    """Judge a community at every gate it was judged at before, and at the next one. Facts are loaded once."""
    on = timezone.localdate(now)
    facts = load_facts([community.pk], on=on)[community.pk]
    return [
        judge(gate=gate, community=community, actor=actor, now=now, on=on, cause=cause, facts=facts)
        for gate in _gates(community)
    ]


def _gates(community: Community) -> list[str]:
    judged = Decision.objects.filter(community=community).order_by("gate").values_list("gate", flat=True).distinct()
    ahead = gate_after(community.stage)
    return list(dict.fromkeys([*judged, *([ahead.code] if ahead else [])]))
