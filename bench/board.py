"""How long a dragged bar takes on the plan board of a city: 4,000 projects, 36 months, 2,000 works of others.

    python -m bench.board

Measured in the time of the processor, because other programs run on the machine: the score by the planner's own
constraint functions, the score with every figure of the head and the curves, and the whole board with its rows.
"""

import os
import random
import statistics
import time
from datetime import date
from typing import Any

PROJECTS, WORKS, DISTRICTS, STREETS, MONTHS, MOVES = 4000, 2000, 16, 250, 36, 60
KINDS = (("comprehensive_seismic_energy", True, True), ("comprehensive_energy", True, True),
         ("environment", True, False), ("single_item", False, False), ("environment", False, False))  # fmt: skip


def instance(chance: random.Random) -> dict[str, Any]:
    """Draw a city."""
    streets = [{"code": f"S{n}", "district": f"D{n % DISTRICTS}", "max_active": 6} for n in range(STREETS)]
    money = {"2027": 600_000, "2028": 600_000, "2029": 600_000}
    return {
        "format": "renovation-plan-1", "name": "bench", "first_month": "2027-01", "months": MONTHS, "wait_rate": 0.01,
        "season_rate": 0.15, "season_fraction": [1, 1, 0.5, 0, 0, 1, 1, 1, 0.5, 0, 0.5, 1],
        "seismic_energy_min_percent": 20, "city_budget": {y: 10 * m for y, m in money.items()},
        "districts": [
            {"code": f"D{n}", "name": f"D{n}", "budget": money, "capacity_m2": 600_000} for n in range(DISTRICTS)
        ],
        "streets": streets, "projects": [_project(n, streets, chance) for n in range(PROJECTS)],
        "works": [_work(n, streets, chance) for n in range(WORKS)],
        "pairs": [{"a": f"P{n}", "b": f"W{n}", "saving": 5} for n in range(0, WORKS, 2)],
    }  # fmt: skip


def _project(n: int, streets: list[Any], chance: random.Random) -> dict[str, Any]:
    kind, basic, saving = chance.choice(KINDS)
    street = chance.choice(streets)
    area = chance.randint(3_000, 40_000)
    return {
        "id": f"P{n}", "district": street["district"], "street": street["code"], "kind": kind, "basic_class": basic,
        "seismic_energy": saving, "floor_area_m2": area, "households": area // 65, "value": chance.randint(10, 300),
        "district_cost": area // 2, "city_cost": area // 3, "duration_months": chance.randint(3, 14),
        "earliest": chance.randint(0, 6), "outdoor": True, "same_year": False, "must": False,
    }  # fmt: skip


def _work(n: int, streets: list[Any], chance: random.Random) -> dict[str, Any]:
    street, start = chance.choice(streets), chance.randint(0, 24)
    return {"id": f"W{n}", "district": street["district"], "street": street["code"], "kind": "pipeline",
            "duration_months": 3, "earliest": start, "latest_start": start + 6, "must": True}  # fmt: skip


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
    import django

    django.setup()
    from jiugai.domain.figures import shipped
    from jiugai.domain.planning.sums import sums
    from jiugai.planning import scoring
    from jiugai.planning.queries.board import show_board

    chance, day = random.Random(1), date(2026, 11, 30)  # noqa: S311 - the same city each time, no secret
    drawn = instance(chance)
    told = {
        "projects": {p["id"]: {"pk": 1, "title": p["id"], "kind": "energy", "label": ""} for p in drawn["projects"]}
    }
    least = shipped().value("seismic_energy_min_share", day)
    ready = scoring.Loaded(scoring.problem_of(drawn), _calendar(drawn, day), drawn, told)
    starts = {w["id"]: w["earliest"] for w in drawn["works"]}
    starts |= {p["id"]: p["earliest"] + chance.randint(0, 12) for p in drawn["projects"] if chance.random() < 0.6}
    version = _Version(starts)
    scoring._kept[version.pk] = ready  # noqa: SLF001 - a version that stands in no database
    ready.score(1, starts)
    lines: dict[str, list[float]] = {"score": [], "score and figures": [], "whole board": []}
    for code in chance.choices([c for c in starts if c.startswith("P")], k=MOVES):
        starts[code] = max(0, starts[code] - 1)
        began = time.process_time()
        ready.score(1, starts)
        lines["score"].append(time.process_time() - began)
        sums(drawn, told["projects"], starts, ready.calendar)
        lines["score and figures"].append(time.process_time() - began)
        show_board(version, _Draft(starts), user=1, least=least)  # type: ignore[arg-type]
        lines["whole board"].append(time.process_time() - began)
    for name, spent in lines.items():
        print(f"{name:20} p50 {1000 * statistics.median(spent):6.1f} ms   max {1000 * max(spent):6.1f} ms")


def _calendar(drawn: dict[str, Any], day: date) -> Any:
    from jiugai.domain.figures import shipped
    from jiugai.domain.planning.seasons import seasons
    from jiugai.domain.planning.sums import calendar_of

    found = seasons(shipped(), day)
    if found is None:
        raise RuntimeError("no seasons")
    return calendar_of(drawn, found)


class _Version:
    """Looks like a version that stands in no database."""

    pk = -1
    objective = 0.0
    gap = None

    def __init__(self, starts: dict[str, int]) -> None:
        self.starts = starts


class _Draft:
    """Looks like what somebody moved."""

    moves: dict[str, int] = {}
    locks: dict[str, int] = {}

    def __init__(self, starts: dict[str, int]) -> None:
        self._starts = starts

    def starts(self) -> dict[str, int]:
        """Return the plan."""
        return self._starts


if __name__ == "__main__":
    main()
