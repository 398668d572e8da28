"""Read the construction permit or its exemption: the record of approvals first, else a document made outside."""

from typing import NamedTuple

from jiugai.domain.facts import Facts
from jiugai.domain.rules import proofs
from jiugai.domain.rules.words import day_words


class Permit(NamedTuple):
    """`state` is met, exempt, asked or shut; `cited` names what it rests on."""

    state: str
    cited: str


def standing(facts: Facts) -> Permit | None:
    """Return how the permit stands; None where nothing is on record. A record here outweighs a document."""
    kept = facts.approvals
    if kept is not None and kept.permit:
        return Permit(_state(facts), _words(facts))
    proof = proofs.latest(facts, "permit")
    if proof is None:
        return None
    shut = proofs.expired(facts, proof) or proof.state not in ("met", "exempt")
    return Permit("shut" if shut else proof.state, proofs.cited(proof))


def _state(facts: Facts) -> str:
    kept = facts.approvals
    if kept is None or kept.permit not in ("met", "exempt", "asked"):
        return "shut"
    early = kept.permit_on is None or kept.permit_on > facts.on
    over = kept.permit_until is not None and kept.permit_until < facts.on
    return "shut" if kept.permit != "asked" and (early or over) else kept.permit


def _words(facts: Facts) -> str:
    kept = facts.approvals
    if kept is None:
        return ""
    return kept.permit_ref + (f"（{day_words(kept.permit_on)}）" if kept.permit_on else "")
