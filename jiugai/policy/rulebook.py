"""The rules as a book to read: what each says, on which clause, with which figures, at which gates."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml
from django.conf import settings

from jiugai.domain.clauses import Obligation, UnknownClause, obligation
from jiugai.domain.gates import GATE_RULES, gate_of
from jiugai.domain.rules import RULES, Rule
from jiugai.domain.stages import Gate


@dataclass(frozen=True)
class Entry:
    """One version of a rule. `cases` is the number of written cases it is held to; None where they are not shipped."""

    rule: Rule
    clauses: tuple[Obligation, ...]
    gates: tuple[Gate, ...]
    cases: int | None

    @property
    def doc(self) -> str:
        """What the code says it does."""
        return (self.rule.body.__doc__ or "").strip()


def book() -> list[Entry]:
    """Return all rules in order."""
    return [_entry(rule) for rule in RULES]


def entries(name: str) -> list[Entry]:
    """Return the versions of a rule, the latest first; none for an unknown name."""
    return sorted((_entry(rule) for rule in RULES if rule.name == name), key=lambda e: -e.rule.version)


def rules_citing(clause: str) -> list[Rule]:
    """Return the rules that answer for an obligation."""
    return [rule for rule in RULES if clause in rule.clauses]


def _entry(rule: Rule) -> Entry:
    gates = tuple(gate_of(code) for code, names in GATE_RULES.items() if rule.name in names)
    counts = case_counts()
    return Entry(
        rule, tuple(filter(None, map(_clause, rule.clauses))), gates, counts.get(rule.name, 0) if counts else None
    )


def _clause(ident: str) -> Obligation | None:
    try:
        return obligation(ident)
    except UnknownClause:
        return None


@cache
def case_counts() -> Mapping[str, int]:
    """Count the written cases of each rule; empty where the product runs without its tests."""
    counts: dict[str, int] = {}
    for path in sorted((settings.BASE_DIR / "tests" / "cases" / "rules").glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")) or ():
            counts[row["rule"]] = counts.get(row["rule"], 0) + len(row.get("cases", ()))
    return counts
