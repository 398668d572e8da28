"""The rules: one file per task that has any, each rule one pure function `(facts, figures) -> Said`.

A rule names its clause, takes its numbers from dated figures, and says `unknown` where a fact or figure is missing.
A changed rule gets a new version beside the old one, which ends the day before; nothing is removed, so that old
verdicts can be replayed. `RULES` is the order of all of them; gates pick from it by name.
"""

from datetime import date
from functools import cache

from jiugai.domain.rules import (
    t02_governance,
    t03_plan,
    t04_rebuild,
    t05_menu,
    t06_coordination,
    t09_planners,
    t11_accessibility,
    t14_pipes,
    t15_risers,
    t16_works,
    t19_approvals,
    t20_safety,
    t22_acceptance,
    t30_fund,
    t32_central,
)
from jiugai.domain.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *t02_governance.RULES,
    *t03_plan.RULES,
    *t04_rebuild.RULES,
    *t05_menu.RULES,
    *t06_coordination.RULES,
    *t09_planners.RULES,
    *t11_accessibility.RULES,
    *t14_pipes.RULES,
    *t15_risers.RULES,
    *t16_works.RULES,
    *t19_approvals.RULES,
    *t20_safety.RULES,
    *t22_acceptance.RULES,
    *t30_fund.RULES,
    *t32_central.RULES,
)

__all__ = ["RULES", "Rule", "UnknownRule", "rule_in_force", "rule_named", "rule_of_version"]


class UnknownRule(LookupError):
    """No rule has this name, or none in this version."""


def rule_named(name: str) -> Rule:
    """Return a rule in its latest version. Raises UnknownRule."""
    return max(_versions(name), key=lambda one: one.version)


def rule_of_version(name: str, version: int) -> Rule:
    """Return a rule in one version, also a retired one. Raises UnknownRule."""
    for one in _versions(name):
        if one.version == version:
            return one
    raise UnknownRule(f"{name} v{version}")


def rule_in_force(name: str, day: date) -> Rule | None:
    """Return the version of a rule that stands on a day; None when none does. Raises UnknownRule for the name."""
    return next((one for one in _versions(name) if one.in_force(day)), None)


def _versions(name: str) -> tuple[Rule, ...]:
    found = _by_name().get(name)
    if not found:
        raise UnknownRule(name)
    return found


@cache
def _by_name() -> dict[str, tuple[Rule, ...]]:
    names = {one.name for one in RULES}
    return {name: tuple(one for one in RULES if one.name == name) for name in names}
