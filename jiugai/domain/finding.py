"""A finding: what one rule says of one set of facts, with its reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule can answer. Only PASS and NOT_APPLICABLE let through; UNKNOWN never does."""

    PASS = "pass"  # noqa: S105 - an outcome, not a secret
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """Words on screen."""
        return {"pass": "通过", "fail": "未通过", "unknown": "待核实", "not_applicable": "不适用"}[self.value]

    @property
    def opens(self) -> bool:
        """Tell whether a gate may open over this outcome."""
        return self in (Outcome.PASS, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Used:
    """A number that the verdict rests on: `value` as text, its unit, and the dated parameter it came from, if any."""

    label: str
    value: str
    unit: str = ""
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict of one rule.

    `says` is one Chinese sentence with the reason, `remedy` what to do next and by whom (empty when it passes),
    `clauses` the obligations (T02-5) it answers for, `version` the version of the rule that spoke.
    """

    rule: str
    version: int
    clauses: tuple[str, ...]
    outcome: Outcome
    says: str
    remedy: str = ""
    used: tuple[Used, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings of one gate, in its order. `unruled` are its obligations that no rule in force answers for."""

    gate: str
    findings: tuple[Finding, ...]
    unruled: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether every rule lets through; a gate without rules, or short of one, stays shut."""
        return bool(self.findings) and not self.unruled and all(f.outcome.opens for f in self.findings)

    @property
    def awaits(self) -> str:
        """Words for a gate that is short of rules, empty when it is not."""
        return f"规则随后续环节提供：{'、'.join(self.unruled)}" if self.unruled else ""

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep the gate shut, in order."""
        return tuple(f for f in self.findings if not f.outcome.opens)


def rules_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the names of the rules, in order."""
    return tuple(f.rule for f in findings)
