"""Small instances of our own: drawn at random, small enough to try every plan."""

import random
from fractions import Fraction
from itertools import product
from typing import Any

from jiugai.domain.planning import Problem, check, parse, total

KINDS = ("comprehensive_seismic_energy", "comprehensive_energy", "single_item", "environment", "rebuild")


def document(**changed: Any) -> dict[str, Any]:
    """Return a well-formed instance with one district, one street and nothing to do."""
    base: dict[str, Any] = {
        "format": "renovation-plan-1", "name": "small", "first_month": "2026-09", "months": 8,
        "wait_rate": 0.01, "season_rate": 0.15, "season_fraction": [1, 1, 0.5, 0, 0, 1, 1, 1, 0.5, 0, 0.5, 1],
        "seismic_energy_min_percent": 20, "city_budget": {"2026": 100, "2027": 100},
        "districts": [{"code": "D", "name": "区", "budget": {"2026": 100, "2027": 100}, "capacity_m2": 1000}],
        "streets": [{"code": "D1", "district": "D", "max_active": 3}],
        "projects": [], "works": [], "pairs": [],
    }  # fmt: skip
    return {**base, **changed}


def project(ident: str, **changed: Any) -> dict[str, Any]:
    """Return an easy project."""
    base: dict[str, Any] = {
        "id": ident, "district": "D", "street": "D1", "kind": "environment", "basic_class": False,
        "seismic_energy": False, "floor_area_m2": 100, "households": 10, "value": 10, "district_cost": 10,
        "city_cost": 10, "duration_months": 2, "earliest": 0, "outdoor": False, "same_year": False, "must": False,
    }  # fmt: skip
    return {**base, **changed}


def work(ident: str, **changed: Any) -> dict[str, Any]:
    """Return a work of another department."""
    base: dict[str, Any] = {
        "id": ident, "district": "D", "street": "D1", "kind": "road", "duration_months": 2, "earliest": 0,
        "latest_start": 3, "must": True,
    }  # fmt: skip
    return {**base, **changed}


def read(doc: dict[str, Any]) -> Problem:
    """Return the problem of a well-formed document."""
    problem, faults = parse(doc)
    assert problem is not None, faults
    return problem


def drawn(seed: int, projects: int = 4, works: int = 1, months: int = 5) -> Problem:
    """Draw an instance: tight or wide limits, bundles, pairs, musts, odd durations, free and worthless projects."""
    r = random.Random(seed)  # noqa: S311 - made-up rows
    streets = [("A", "A1"), ("A", "A2"), ("B", "B1")][: r.choice([1, 2, 3])]
    rows = [_project(r, f"P{i}", r.choice(streets), months) for i in range(projects)]
    if r.random() < 0.5 and projects > 1:
        for row in r.sample(rows, r.randint(2, min(3, projects))):
            row["bundle"] = "B1"
    jobs = [_work(r, f"W{i}", r.choice(streets), months) for i in range(works)]
    ids = [x["id"] for x in rows + jobs]
    every = [(a, b) for i, a in enumerate(ids) for b in ids[i + 1 :]]
    chosen = r.sample(every, r.randint(0, min(4, len(every))))
    money = {year: r.choice([0, 10, 25, 60, 200]) for year in ("2026", "2027")}
    districts = sorted({d for d, _ in streets})
    return read(document(
        name=f"drawn-{seed}", first_month=r.choice(["2026-10", "2026-11", "2026-01"]), months=months,
        wait_rate=r.choice([0, 0.01, 0.3]), seismic_energy_min_percent=r.choice([0, 20, 33.5, 100]),
        city_budget=money, projects=rows, works=jobs,
        districts=[{"code": d, "name": d, "capacity_m2": r.choice([100, 250, 1000]),
                    "budget": {y: r.choice([0, 10, 25, 100]) for y in ("2026", "2027")}} for d in districts],
        streets=[{"code": s, "district": d, "max_active": r.choice([1, 2, 3])} for d, s in streets],
        pairs=[{"a": a, "b": b, "saving": r.choice([0.5, 3, 40])} for a, b in chosen],
    ))  # fmt: skip


def _project(r: random.Random, ident: str, place: tuple[str, str], months: int) -> dict[str, Any]:
    kind = r.choice(KINDS)
    seismic = kind.startswith("comprehensive")
    row = project(
        ident, district=place[0], street=place[1], kind=kind, seismic_energy=seismic,
        basic_class=seismic or r.random() < 0.6, floor_area_m2=r.choice([50, 100, 101, 120]),
        value=r.choice([0.001, 5, 7.25, 10, 33.333]), district_cost=r.choice([0, 7, 10, 20]),
        city_cost=r.choice([0, 5, 10, 13]), duration_months=r.choice([1, 2, 3, 3, 7]), earliest=r.randint(0, 2),
        outdoor=r.random() < 0.5, same_year=r.random() < 0.3, must=r.random() < 0.15,
    )  # fmt: skip
    if r.random() < 0.2:
        row["latest_finish"] = r.randint(1, months)
    return row


def _work(r: random.Random, ident: str, place: tuple[str, str], months: int) -> dict[str, Any]:
    earliest = r.randint(0, 1)
    return work(ident, district=place[0], street=place[1], duration_months=r.choice([1, 2]),
                earliest=earliest, latest_start=earliest + r.randint(0, months - 3))  # fmt: skip


def best(problem: Problem) -> tuple[Fraction | None, dict[str, int]]:
    """Try every plan; return the best objective (nothing when there is no plan) and the plan."""
    found: tuple[Fraction | None, dict[str, int]] = (None, {})
    items = list(problem.items.values())
    choices = [[*problem.start_months(x), *([] if x.must else [None])] for x in items]
    for picked in product(*choices):
        starts = {x.id: s for x, s in zip(items, picked, strict=True) if s is not None}
        points = total(problem, starts)
        if (found[0] is None or points > found[0]) and not check(problem, starts):
            found = (points, starts)
    return found
