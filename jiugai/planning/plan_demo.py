"""A made-up pool for the planner in real communities, with generated costs; every row carries `provenance=demo`.

Names, places, households and years are the register's. Each project has what a real one has behind it: a check-up, mass
work, demand, the planner's opinion, a menu with costs. What the gates ask beyond that is passed over by exceptions that
say they are for the demonstration. Running it again adds nothing.
"""

import random
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from jiugai.accounts.models import Area
from jiugai.domain.intake.names import NAMELESS
from jiugai.planning.actions.framing import Limit, enter_frame, save_input
from jiugai.planning.actions.moving import enter_pool
from jiugai.planning.actions.proposing import Proposal, lead_of, propose_project
from jiugai.planning.actions.solving import make_scenario
from jiugai.planning.demo import BY
from jiugai.planning.menu_demo import fill_menu, make_prices, rank_all
from jiugai.planning.models import PlanFrame, PlanScenario, Project, ProjectInput
from jiugai.planning.models.frames import FrameKind
from jiugai.planning.pool_demo import check_up, have_opinion, include, mobilise, pass_over
from jiugai.planning.queries.proposing import checkup_of
from jiugai.registry.choices import Provenance
from jiugai.registry.models import Community

DEMO = Provenance.DEMO
# Kind, yuan per m², months, weight of the draw.
KINDS = (
    ("seismic_energy", 3200, 14, 3), ("energy", 1700, 10, 4), ("comprehensive", 1200, 9, 6), ("riser", 260, 4, 3),
    ("environment", 380, 5, 3), ("utilities", 420, 6, 1),
)  # fmt: skip
M2_PER_HOUSEHOLD = 65
SHARES = {"district_fen": 50, "city_fen": 35, "other_fen": 15}
FIT_PERCENT = 24  # of all money, per year: about two thirds of the pool fit into three years


class Made(NamedTuple):
    """How much there is now."""

    projects: int
    frames: int
    scenarios: int


def make_demo_plan(*, districts: Sequence[str], most: int, now: datetime, on: date) -> Made:
    """Fill the pool of some districts, with limits and a scenario each."""
    make_prices(on=on)
    made = [code for code in districts if _one_district(code, most, now=now, on=on)]
    if made:
        rank_all(now=now, on=on)
    rows = ProjectInput.objects.filter(provenance=DEMO).count()
    return Made(
        rows, PlanFrame.objects.filter(provenance=DEMO).count(), PlanScenario.objects.filter(provenance=DEMO).count()
    )


def _one_district(code: str, most: int, *, now: datetime, on: date) -> bool:
    """Fill a district that has no limits yet; tell whether it did."""
    area = Area.objects.filter(code=code, level="district").first()
    if area is None or PlanFrame.objects.filter(area=area).exists():
        return False
    _district(area, most, now=now, on=on)
    return True


@transaction.atomic
def _district(area: Area, most: int, *, now: datetime, on: date) -> None:
    homes = Community.objects.current().filter(area_path__startswith=area.path, households__gte=80, point__isnull=False)
    homes = homes.exclude(project_links__waiting=True).exclude(name__startswith=NAMELESS).order_by("-need", "code")
    chosen = [home for home in homes[: most * 2] if lead_of(home) is not None][:most]
    made = [_project(home, now=now, on=on) for home in chosen]
    _limits(area, made, now=now, on=on)
    make_scenario(
        area=area, title=f"{on.year + 1}—{on.year + 3}年演示方案", first_month=date(on.year + 1, 1, 1), months=36,
        actor=BY, now=now, note="资金、工期为演示生成", provenance=DEMO,
    )  # fmt: skip


def _project(home: Community, *, now: datetime, on: date) -> ProjectInput:
    chance = random.Random(home.code)  # noqa: S311 - the same pool each time, no secret
    kind, yuan, months, _ = chance.choices(KINDS, weights=[k[3] for k in KINDS])[0]
    project = _proposed(home, kind, now=now, on=on)
    pass_over(home, "enter_pool", now=now, on=on)
    enter_pool(project=project, actor=BY, now=now, on=on)
    area = (home.households or 0) * M2_PER_HOUSEHOLD
    fen = area * yuan * chance.randint(85, 120)
    values: dict[str, int | None] = {name: fen * share // 100 for name, share in SHARES.items()}
    values |= {"area_m2": area, "households": home.households, "months": months + chance.randint(-2, 2)}
    if kind in ("riser", "utilities"):
        values["months"] = min(values["months"] or 1, 8)
    row = save_input(
        project=project,
        values={**values, "source": "演示生成：户数乘 65 ㎡，按类型单价"},
        actor=BY,
        now=now,
        provenance=DEMO,
    )
    fill_menu(project, now=now, on=on)
    include(project, now=now)
    pass_over(home, "enter_plan", now=now, on=on)
    return row


def _proposed(home: Community, kind: str, *, now: datetime, on: date) -> Project:
    """Propose, check the community up, work with its residents, and have the planner's opinion.

    A check-up that ends where nothing is proposed would propose a project of its own kind.
    """
    proposal = Proposal(communities=[home], kind=kind, content="演示项目", provenance=DEMO)
    project = propose_project(proposal=proposal, actor=BY, now=now, on=on)
    check_up(home, now=now)
    known = checkup_of(home, on=on)
    project.checkup_ref, project.checkup_on = known.get("checkup_ref", ""), known.get("checkup_on")
    project.save(update_fields=["checkup_ref", "checkup_on"])
    mobilise(home, now=now, on=on)
    have_opinion(project, now=now, on=on)
    return project


def _limits(area: Area, made: Sequence[ProjectInput], *, now: datetime, on: date) -> None:
    district = sum(row.district_fen or 0 for row in made) * FIT_PERCENT // 100
    city = sum(row.city_fen or 0 for row in made) * FIT_PERCENT // 100
    whole = sum(row.area_m2 or 0 for row in made)
    limits = [Limit(area, FrameKind.CAPACITY, max(whole * 30 // 100, 1), document="演示"),
              Limit(area, FrameKind.SITES, 3, document="演示")]  # fmt: skip
    for year in range(on.year + 1, on.year + 4):
        limits += [Limit(area, FrameKind.DISTRICT_MONEY, district, year, "演示"),
                   Limit(area, FrameKind.CITY_MONEY, city, year, "演示")]  # fmt: skip
    for limit in limits:
        enter_frame(limit=limit, actor=BY, now=now, provenance=DEMO)


def pool_of(area: Area) -> list[Project]:
    """Return the demonstration's projects of an area."""
    return list(Project.objects.filter(area_path__startswith=area.path, plan_input__provenance=DEMO))
