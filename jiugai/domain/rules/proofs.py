"""Read evidence: documents made outside the product and recorded with number, issuer and day."""

from datetime import date

from jiugai.domain.evidence import kind_of
from jiugai.domain.facts import Evidence, Facts
from jiugai.domain.rules.rule import Said, exempt, fails, passes, unknown
from jiugai.domain.rules.words import day_words


def latest(facts: Facts, about: str) -> Evidence | None:
    """Return the newest document on a matter that was issued by the day of the facts; None without any.

    Of two of one day the one that keeps the gate shut counts, then the one that claims no exemption.
    """
    found = [one for one in facts.evidence if one.about == about and one.on <= facts.on]
    return max(found, key=_weight, default=None)


def _weight(one: Evidence) -> tuple[date, bool, bool, str]:
    return one.on, one.state not in ("met", "exempt"), one.state == "met", one.reference


def expired(facts: Facts, proof: Evidence) -> bool:
    """Tell whether a document has run out; its last day still counts."""
    return proof.until is not None and proof.until < facts.on


def cited(proof: Evidence) -> str:
    """Name a document: issuer, number, day."""
    return f"{proof.issued_by}{proof.reference}（{day_words(proof.on)}）"


def proved(facts: Facts, about: str, remedy: str) -> Said:
    """Answer by the newest document alone: met passes, exempt does not apply, not met or run out fails."""
    kind, proof = kind_of(about), latest(facts, about)
    if proof is None:
        return unknown(f"没有登记{kind.label}的凭证", remedy)
    if expired(facts, proof):
        return fails(f"{kind.label}已过有效期：{cited(proof)}", remedy)
    if proof.state == "met":
        return passes(f"{kind.label}已具备：{cited(proof)}")
    if proof.state == "exempt" and kind.exempts:
        return exempt(f"{kind.label}不需要：{cited(proof)}")
    return fails(f"{kind.label}未通过：{cited(proof)}", remedy)
