"""Compile the planner's loops before somebody waits for them: it takes half a minute, and is kept on disk."""

from jiugai.domain.planning.months import Months
from jiugai.domain.planning.problem import District, Pair, Problem, Project, Street
from jiugai.domain.planning.result import Status
from jiugai.domain.planning.solve import solve

PATIENCE = 600.0  # seconds that a slow machine may take to compile


def warm() -> Status:
    """Solve the smallest problem that uses every loop: two projects of one street in a pair."""
    return solve(_smallest(), seconds=PATIENCE, work=1).status


def _smallest() -> Problem:
    projects = tuple(
        Project(
            id=ident, district="d", street="s", kind="x", basic_class=True, seismic_energy=True, floor_area_m2=1,
            households=1, value=1, district_cost=1, city_cost=1, duration_months=1, earliest=0,
        )
        for ident in ("a", "b")
    )  # fmt: skip
    months = Months(2027, 1, 12)
    return Problem(
        name="warm", months=months, wait_rate=0, season_rate=0, season_fraction=(0,) * 12,
        seismic_energy_min_percent=20, city_budget={2027: 2},
        districts=(District("d", "d", {2027: 1}, 1),), streets=(Street("s", "d", 1),),
        projects=projects, works=(), pairs=(Pair("a", "b", 1),),
    )  # fmt: skip
