"""Recomputing a verdict that was given: under the rules and figures of then, under today's, and under a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jiugai.domain import replay
from jiugai.domain.figures import ParameterSet, restore
from jiugai.domain.finding import Finding
from jiugai.domain.replay import Replayed
from jiugai.policy import figures
from jiugai.policy.models import Decision, DraftSet
from jiugai.policy.showing import Shown, shown_of


@dataclass(frozen=True)
class Line:
    """One rule then and again; `again` is None when the code no longer holds that version."""

    then: Shown
    again: Shown | None
    differs: bool


@dataclass(frozen=True)
class Changed:
    """A figure whose value on the day of the verdict is another now."""

    name: str
    label: str
    then: str
    now: str


@dataclass(frozen=True)
class Replay:
    """A decision recomputed. `same_code` tells whether the code of the rules is byte for byte that of then."""

    decision: Decision
    replayed: Replayed
    lines: Sequence[Line]
    same_code: bool
    changed: Sequence[Changed]
    figures: str

    @property
    def same(self) -> bool:
        """Tell whether every bit agrees."""
        return self.replayed.same


def replay_decision(decision: Decision) -> Replay:
    """Recompute a decision from its snapshot under the rule versions and figures of then."""
    return _replay(decision, restore(decision.figures.figures), "当时的参数")


def replay_under(decision: Decision, draft: DraftSet | None) -> Replay:
    """Recompute a decision under today's figures, or under a draft of them. Raises BadFigure, UnknownFigure."""
    params = figures.current() if draft is None else figures.with_draft(figures.current(), draft)
    return _replay(decision, params, f"草案“{draft}”" if draft else "现行参数")


def _replay(decision: Decision, params: ParameterSet, words: str) -> Replay:
    replayed = replay.again(decision.facts, decision.verdict, params)
    now: Mapping[str, Finding] = {finding.rule: finding for finding in replayed.now.findings}
    lines = [_line(old, now.get(old.rule), decision) for old in replayed.then.findings]
    same_code = decision.rulebook == figures.rulebook()
    return Replay(decision, replayed, lines, same_code, changed_figures(decision, params), words)


def _line(then: Finding, again: Finding | None, decision: Decision) -> Line:
    community = decision.community
    shown = shown_of(again, community) if again else None
    return Line(shown_of(then, community), shown, differs=then != again)


def changed_figures(decision: Decision, params: ParameterSet) -> list[Changed]:
    """Return the figures that the findings cite and that have another value in `params`."""
    cited = {u.parameter: u for f in replay.load_verdict(decision.verdict).findings for u in f.used if u.parameter}
    found = []
    for name, used in cited.items():
        value = params.value(name, decision.on)
        words = value.text if value else "没有取值"
        if words != used.value:
            found.append(Changed(name, used.label, used.value, words))
    return found
