"""How many findings a second the rules of the pool give, beside zen-engine evaluating equivalent decision tables.

    make bench ARGS="rules"
    python -m bench.rules --rounds 5 --zen-rows 20000

Both judge the same made communities in one run, and must agree on each outcome. zen-engine answers with four outcomes
only, from inputs already flattened for it and with the end of a check-up's validity already worked out; ours also
gives sentences, remedies, the numbers used and their figures. Times are of the processor, so that other work on the
machine does not count.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from jiugai.domain.facts import CheckupFacts, Facts, Opinion, PledgeFacts, ProjectFacts
from jiugai.domain.figures import ParameterSet, shipped
from jiugai.domain.finding import Verdict
from jiugai.domain.gates import GATE_RULES, evaluate_many
from jiugai.domain.rules.words import months_after

TODAY = date(2026, 11, 23)
GATE = "enter_pool"
SIZES = (2_885, 220_000)
CHUNK = 2_000


def made(count: int, seed: int = 1) -> list[Facts]:
    """Return communities in every state of preparation, the same ones for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - repeatable, not secret
    return [_community(number, dice) for number in range(count)]


def _community(number: int, dice: random.Random) -> Facts:
    buildings = dice.randint(1, 20)
    checkup = CheckupFacts(
        ref=f"TJ-{number}",
        finished_on=TODAY - timedelta(days=dice.randint(0, 1_100)) if dice.random() > 0.1 else None,
        buildings_done=buildings if dice.random() > 0.2 else dice.randint(0, buildings),
        buildings_all=buildings,
    )
    households = dice.randint(40, 2_000)
    project = ProjectFacts(
        ref=f"P-{number}",
        kind="energy",
        lead="区住房城乡建设委",
        lead_is_housing=dice.choice((True, True, True, None)),
        opinions=_opinions(dice),
        pledge=PledgeFacts(dice.randint(0, households), households, dice.randint(0, 6_000), 6_000),
    )
    return Facts(
        community=number,
        on=TODAY,
        checkup=checkup if dice.random() > 0.2 else None,
        project=project if dice.random() > 0.3 else replace(project, ref="", opinions=(), lead_is_housing=None),
    )


def _opinions(dice: random.Random) -> tuple[Opinion, ...]:
    state = dice.choice(("agreed", "agreed", "objected", "asked", ""))
    given = TODAY - timedelta(days=dice.randint(0, 300)) if state in ("agreed", "objected") else None
    return (Opinion("generation", state, "王工", given, "Y1", 4),) if state else ()


def flat(facts: Facts, params: ParameterSet) -> dict[str, Any]:
    """Return what zen-engine is given: numbers and codes, the check-up's last good day worked out."""
    months = params.value("checkup_max_age_months", facts.on)
    assert months
    checkup, project = facts.checkup, facts.project
    assert project
    assert project.pledge
    finished = checkup.finished_on if checkup else None
    opinion = project.opinions[0].state if project.opinions else "none"
    return {
        "on": facts.on.toordinal(),
        "checkup": None if checkup is None else {
            "finished": finished.toordinal() if finished else None,
            "until": months_after(finished, months.whole).toordinal() if finished else 0,
            "done": checkup.buildings_done,
            "all": checkup.buildings_all,
        },
        "project": project.ref,
        "housing": project.lead_is_housing,
        "opinion": opinion,
        "heads": project.pledge.households_pledged,
        "heads_all": project.pledge.households_all,
        "area": project.pledge.area_pledged_cm2,
        "area_all": project.pledge.area_all_cm2,
    }  # fmt: skip


TABLES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "t03_1_checkup_on_file": (
        ("checkup", "checkup.finished", "checkup.done >= checkup.all", "checkup.until >= on"),
        (
            ("null", "", "", "", "unknown"),
            ("", "null", "", "", "unknown"),
            ("", "", "false", "", "fail"),
            ("", "", "", "false", "fail"),
            ("", "", "", "", "pass"),
        ),
    ),
    "t06_2_housing_leads": (
        ("project", "housing"),
        (("''", "", "unknown"), ("", "null", "unknown"), ("", "false", "fail"), ("", "", "pass")),
    ),
    "t09_3_opinion_at_generation": (
        ("project", "opinion"),
        (("''", "", "fail"), ("", "'agreed'", "pass"), ("", "", "fail")),
    ),
    "t30_1_pledge": (
        ("heads * 3 >= heads_all * 2", "area * 3 >= area_all * 2"),
        (("false", "", "fail"), ("", "false", "fail"), ("", "", "pass")),
    ),
}


def tables() -> str:
    """Return the four rules as one decision of zen-engine: four tables side by side, the first row that fits counts."""
    nodes: list[dict[str, Any]] = [_node("in", "inputNode"), _node("out", "outputNode")]
    edges: list[dict[str, str]] = []
    for name, (inputs, rows) in TABLES.items():
        columns = [f"i{at}" for at in range(len(inputs))]
        content = {
            "hitPolicy": "first",
            "inputs": [{"id": c, "name": c, "field": field} for c, field in zip(columns, inputs, strict=True)],
            "outputs": [{"id": "o", "name": "o", "field": name}],
            "rules": [
                {"_id": f"{name}{at}", **dict(zip(columns, row, strict=False)), "o": f"'{row[-1]}'"}
                for at, row in enumerate(rows)
            ],
        }
        nodes.append({**_node(name, "decisionTableNode"), "content": content})
        edges += [_edge("in", name), _edge(name, "out")]
    return json.dumps({"nodes": nodes, "edges": edges})


def _node(name: str, kind: str) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}}


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


def in_chunks(many: Sequence[Facts], params: ParameterSet) -> Counter[str]:
    """Judge as the product does for a district table: some thousands at a time, keeping how many each rule blocks."""
    total: Counter[str] = Counter()
    for at in range(0, len(many), CHUNK):
        for verdict in evaluate_many(GATE, many[at : at + CHUNK], params):
            total.update(finding.rule for finding in verdict.blocking)
    return total


def best(work: Callable[[], Any], rounds: int) -> float:
    """Return the least processor time of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def zen_outcomes(rows: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Return zen-engine's outcomes, one evaluation for each community."""
    import zen  # only in the extras of the measurements

    decision = zen.ZenEngine().create_decision(tables())
    return [decision.evaluate(row)["result"] for row in rows]


def disagreements(verdicts: Sequence[Verdict], outcomes: Sequence[dict[str, str]]) -> int:
    """Count outcomes that differ."""
    pairs = zip(verdicts, outcomes, strict=True)
    return sum(one.outcome != theirs[one.rule] for verdict, theirs in pairs for one in verdict.findings)


def main() -> None:
    """Print findings a second of both, and whether they agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--zen-rows", type=int, default=20_000, help="zen-engine judges only the first of the many")
    options = parser.parse_args()
    params, rules = shipped(), len(GATE_RULES[GATE])
    for size in SIZES:
        many = made(size)
        seconds = best(lambda many=many: in_chunks(many, params), options.rounds)  # type: ignore[misc]
        _report("jiugai", size, size * rules, seconds)
    few = made(min(SIZES[-1], options.zen_rows))
    rows = [flat(one, params) for one in few]
    _report("zen-engine", len(few), len(few) * rules, best(lambda: zen_outcomes(rows), options.rounds))
    print("outcomes that differ:", disagreements(evaluate_many(GATE, few, params), zen_outcomes(rows)))


def _report(name: str, size: int, findings: int, seconds: float) -> None:
    each = seconds / size * 1e6
    print(f"{name:12}{size:>9,} communities{findings / seconds:>12,.0f} findings/s{each:>8.1f} µs each community")


if __name__ == "__main__":
    main()
