"""Gates: ordered lists of rules. One community, or a whole district, by the same rules."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from jiugai.domain.facts import Facts
from jiugai.domain.figures import ParameterSet
from jiugai.domain.finding import Verdict
from jiugai.domain.rules import Rule, rule_in_force
from jiugai.domain.stages import GATES, Gate

GATE_RULES: dict[str, tuple[str, ...]] = {
    "enter_pool": (
        "t03_1_checkup_on_file",
        "t06_2_housing_leads",
        "t09_3_opinion_at_generation",
        "t30_1_pledge",
    ),
    "enter_plan": (
        "t03_6_applied_in_batch",
        "t03_5_money_enough",
        "t03_10_quota",
        "t04_1_rebuild_situation",
        "t04_5_no_more_households",
        "t04_8_added_area",
        "t05_5_basic_first",
        "t05_8_improvement_first",
        "t05_6_old_kept",
        "t05_7_greening_kept",
        "t05_10_sheds_ready",
        "t16_4_overlaps_answered",
        "t32_9_dual_inclusion",
    ),
    "publish_tender": ("t19_9_scheme_fixed", "t19_7_plan_published", "t19_8_epc_default"),
    "start_works": (
        "t02_1_surveyed",
        "t02_5_illegal_structures",
        "t02_8_stakes",
        "t02_9_openings_basements",
        "t02_10_group_rental",
        "t03_6_in_plan",
        "t09_4_opinion_on_scheme",
        "t19_10_opinion_in_time",
        "t09_6_architect_signed",
        "t19_5_drawings_reviewed",
        "t19_5_permit",
        "t20_5_permit_free",
        "t20_6_local_supervision",
        "t15_4_temporary_water",
        "t11_1_special_design",
        "t11_2_drawing_review",
        "t11_3_opinion_on_special_design",
    ),
    "accept_facade": ("t02_7_no_guards_left",),
    "complete": (
        "t11_6_special_passed",
        "t09_6_architect_completion",
        "t22_3_current_fire_standard",
        "t22_4_floor_with_difficulty",
        "t14_5_pipes_together",
        "t14_13_overhead_tied",
    ),
    "pay": (),
    "unit_leaves": (),
}


class UnknownGate(LookupError):
    """No gate has this code."""


def gate_of(code: str) -> Gate:
    """Return a gate by its code. Raises UnknownGate."""
    for gate in GATES:
        if gate.code == code:
            return gate
    raise UnknownGate(code)


def evaluate(gate: str, facts: Facts, params: ParameterSet) -> Verdict:
    """Judge one community at a gate. Raises UnknownGate."""
    rules, unruled = _standing(gate, facts.on)
    return Verdict(gate, tuple(rule.check(facts, params) for rule in rules), unruled)


def evaluate_many(gate: str, many: Iterable[Facts], params: ParameterSet) -> list[Verdict]:
    """Judge many communities at a gate, in the order given. Raises UnknownGate."""
    return [evaluate(gate, facts, params) for facts in many]


@lru_cache(maxsize=4096)
def _standing(gate: str, day: date) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Return the rules that stand on a day, and the gate's obligations that none of them answers for."""
    asked = gate_of(gate).obligations
    rules = tuple(rule for name in GATE_RULES[gate] if (rule := rule_in_force(name, day)) is not None)
    answered = {clause for rule in rules for clause in rule.clauses}
    return rules, tuple(clause for clause in asked if clause not in answered)
