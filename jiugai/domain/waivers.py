"""Waivers: somebody with authority lets a gate open over a rule that does not let through, until a day.

A waiver changes no verdict. The finding stays what it is and is shown as an exception (例外), never as passed. It
cannot stand in for rules that the gate still lacks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jiugai.domain.errors import Refusal
from jiugai.domain.finding import Finding, Verdict


class BadWaiver(Refusal):
    """The waiver lacks what makes it one: authority, reason, days in order."""

    code = "bad_waiver"


@dataclass(frozen=True)
class Waiver:
    """Leave to pass over one rule. `authority` names who may grant it and by what document; both days are included."""

    rule: str
    authority: str
    reason: str
    since: date
    until: date

    def holds(self, rule: str, day: date) -> bool:
        """Tell whether it covers a rule on a day."""
        return self.rule == rule and self.since <= day <= self.until


@dataclass(frozen=True)
class Passage:
    """A verdict with the waivers that hold: `excepted` are findings passed over, `blocking` those still in the way."""

    verdict: Verdict
    excepted: tuple[tuple[Finding, Waiver], ...]
    blocking: tuple[Finding, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether one may pass, by rule or by exception."""
        return bool(self.verdict.findings) and not self.verdict.unruled and not self.blocking


def checked(waiver: Waiver) -> Waiver:
    """Return the waiver. Raises BadWaiver with words when it lacks a part."""
    if not waiver.authority.strip():
        raise BadWaiver("例外没有批准依据", where="批准依据", remedy="写明批准单位和文号")
    if not waiver.reason.strip():
        raise BadWaiver("例外没有理由", where="理由", remedy="写明为什么可以放行")
    if waiver.until < waiver.since:
        raise BadWaiver("例外的截止日早于起始日", where="截止日", remedy="改成起始日当天或以后")
    return waiver


def apply(verdict: Verdict, waivers: Iterable[Waiver], on: date) -> Passage:
    """Lay waivers over a verdict. Of several that cover a rule, the one that ends last counts."""
    holding = sorted(waivers, key=lambda one: (one.until, one.since, one.authority, one.reason), reverse=True)
    excepted, blocking = [], []
    for finding in verdict.blocking:
        cover = next((one for one in holding if one.holds(finding.rule, on)), None)
        if cover is None:
            blocking.append(finding)
        else:
            excepted.append((finding, cover))
    return Passage(verdict, tuple(excepted), tuple(blocking))
