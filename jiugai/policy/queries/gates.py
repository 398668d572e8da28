"""Reading how gates stand for one community."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission, may
from jiugai.domain.stages import GATES, gate_after
from jiugai.policy.actions.judging import look
from jiugai.policy.facts import load_facts
from jiugai.policy.models import Decision, EvidenceRecord, Waiver
from jiugai.policy.showing import GateView, gate_url, view_of
from jiugai.registry.models import Community
from jiugai.registry.panels import Look

SHOWN_DECISIONS = 50


def panel(seen: Look) -> Mapping[str, Any] | None:
    """Load the panel of the next gate for the file of a community; none for one that is merged or withdrawn."""
    community = seen.community
    if community.merged_into_id or community.withdrawn_at:
        return None
    gate = gate_after(community.stage)
    if gate is None:
        return {"gate_view": None}
    return {
        "gate_view": gate_view(seen, gate.code),
        "url": gate_url(community, gate.code),
        "may_waive": bool(may(seen.actor, Permission.WAIVER_GRANT, community)),
    }


def gate_view(seen: Look, gate: str) -> GateView:
    """Judge a community at a gate now, for looking only."""
    return view_of(look(gate=gate, community=seen.community, on=seen.on), actor=seen.actor)


def page(seen: Look, gate: str) -> dict[str, Any]:
    """Load the page of a gate for a community: verdict now, decisions kept, exceptions, evidence."""
    community, facts = seen.community, load_facts([seen.community.pk], on=seen.on)[seen.community.pk]
    judged = look(gate=gate, community=community, on=seen.on, facts=facts)
    return {
        "g": view_of(judged, actor=seen.actor),
        "gates": [
            {"code": one.code, "label": one.label, "url": gate_url(community, one.code), "current": one.code == gate}
            for one in GATES
        ],
        "decisions": _decisions(seen, gate),
        "waivers": Waiver.objects.visible_to(seen.actor).filter(community=community).order_by("ended_at", "-pk"),
        "may_waive": may(seen.actor, Permission.WAIVER_GRANT, community),
    }


def _decisions(seen: Look, gate: str) -> list[Decision]:
    rows = Decision.objects.visible_to(seen.actor).filter(community=seen.community, gate=gate)
    rows = rows.defer("facts", "verdict").select_related("cause", "community").prefetch_related("findings")
    return list(rows.order_by("-number")[:SHOWN_DECISIONS])


def evidence(community: Community, *, seen: Look) -> list[EvidenceRecord]:
    """Return all evidence of a community, what counts first, withdrawn last."""
    rows = EvidenceRecord.objects.visible_to(seen.actor).filter(community=community).select_related("document")
    return sorted(rows, key=lambda one: (one.withdrawn_at is not None, one.about, -one.on.toordinal(), -one.pk))


def next_gate(community: Community) -> str:
    """Return the gate ahead of a community; the last one when all are passed."""
    ahead = gate_after(community.stage)
    return ahead.code if ahead else GATES[-1].code
