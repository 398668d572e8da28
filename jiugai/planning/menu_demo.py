"""Made-up rates, demand, menus, schedules and satisfaction for the demonstration's projects; then the ranking.

Everything made here carries `provenance=demo`. Running it again changes nothing.
"""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import transaction

from jiugai.accounts.models import Area
from jiugai.domain.district_groups import groups_on
from jiugai.matters.actions import open_matter
from jiugai.planning.actions.menu_compiling import MENU_CLOSED, compile_menu
from jiugai.planning.actions.menu_editing import confirm_kept, save_site
from jiugai.planning.actions.menu_pricing import reprice
from jiugai.planning.actions.ranking import count_ranking, record_satisfaction
from jiugai.planning.actions.scheduling import NewDays, save_days
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.demo import BY
from jiugai.planning.models import (
    DistrictSatisfaction,
    ItemDemand,
    MenuLine,
    PoolRank,
    Project,
    ProjectMenu,
    ScheduleLine,
    UnitRate,
    VacantSpace,
)
from jiugai.registry.models import Community

FILE = Path(__file__).parent / "data" / "demo_menus.yaml"
DEMO = "demo"
M2 = 10_000


class Made(NamedTuple):
    """How much there is now, for the command to print."""

    rates: int
    menus: int
    demands: int
    ranked: int


@transaction.atomic
def make_demo_menus(*, now: datetime, on: date) -> Made:
    """Add what is missing; running it again changes nothing but the ranking, which is counted anew."""
    make_prices(on=on)
    for project in Project.objects.filter(provenance=DEMO, menu__isnull=True).exclude(state__in=MENU_CLOSED):
        fill_menu(project, now=now, on=on)
        _days(project, on=on, now=now)
        _space(project.community, read()["spaces"], now=now)
    rank_all(now=now, on=on)
    return Made(
        UnitRate.objects.live().filter(provenance=DEMO).count(),
        ProjectMenu.objects.filter(provenance=DEMO).count(),
        ItemDemand.objects.filter(provenance=DEMO).count(),
        PoolRank.objects.count(),
    )


@cache
def read() -> dict[str, Any]:
    """Return what is invented, as the file has it."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def make_prices(*, on: date) -> None:
    """Make unit rates and districts' satisfaction where there are none."""
    _rates(read()["rates"], on=on)
    _satisfaction(read()["satisfaction"], on=on)


def rank_all(*, now: datetime, on: date) -> None:
    """Count the ranking anew."""
    count_ranking(actor=BY, now=now, on=on)


def _rates(plan: dict[str, Any], *, on: date) -> None:
    """Set a rate for every item, group and the years around today, where there is none; in bulk."""
    known = set(UnitRate.objects.live().values_list("item", "group", "year"))
    catalogue, rows = catalogue_on(on), list[UnitRate]()
    for item, yuan in plan["items"].items():
        found = catalogue.find(item)
        for group in groups_on(on) if found else ():
            fen = int(Decimal(yuan) * Decimal(str(plan["factors"][group]))) * 100
            rows += [
                UnitRate(item=item, group=group, year=year, fen=fen, unit=found.measure.unit if found else "项",
                         reference="演示单价，未经批准", provisional=True, entered_by_name=BY.name, provenance=DEMO)
                for year in (on.year, on.year + 1) if (item, group, year) not in known
            ]  # fmt: skip
    UnitRate.objects.bulk_create(rows)


def _satisfaction(rows: dict[str, list[int]], *, on: date) -> None:
    for code, (answered, satisfied) in rows.items():
        area = Area.objects.filter(code=code).first()
        if area and not DistrictSatisfaction.objects.filter(area=area).exists():
            record_satisfaction(
                area=area, answered=answered, satisfied=satisfied, source="演示：年度满意度调查",
                on_day=on - timedelta(days=30), actor=BY, on=on, provenance=DEMO,
            )  # fmt: skip


def fill_menu(project: Project, *, now: datetime, on: date) -> None:
    """Give a project demand, a menu with quantities, and ground figures."""
    plan = read()
    homes = list(Community.objects.filter(project_links__project=project))
    for home in homes:
        _demands(home, plan, on=on)
    menu = compile_menu(project=project, actor=BY, now=now, on=on)
    _quantities(menu, plan, on=on)
    for home in homes:
        _ground(project, home, now=now)
    confirm_kept(menu=menu, checked_on=on - timedelta(days=12), actor=BY, now=now, on=on)


def _demands(home: Community, plan: dict[str, Any], *, on: date) -> None:
    chance, labels = random.Random(home.code), {item.code for item in catalogue_on(on).items}  # noqa: S311 - no secret
    if ItemDemand.objects.filter(community=home).exists():
        return
    asked = 60 + chance.randrange(80)
    shares = {item: percent + chance.randrange(-12, 13) for item, percent in plan["demands"].items() if item in labels}
    ItemDemand.objects.bulk_create(
        ItemDemand(community=home, area_path=home.area_path, item=item, asked=asked, asking=asked * share // 100,
                   source="visit", reference="演示走访", on=on - timedelta(days=45), recorded_by_name=BY.name,
                   provenance=DEMO)
        for item, share in shares.items()
    )  # fmt: skip


def _quantities(menu: ProjectMenu, plan: dict[str, Any], *, on: date) -> None:
    """Fill in quantities that the register does not know; an area or number of the demonstration, marked so."""
    area = menu.project.works_area_m2 or plan["floor_area"]
    guess = {"㎡": area, "户": plan["households"], "单元": plan["entrances"], "栋": 6, "项": 1}
    lines = list(MenuLine.objects.filter(menu=menu, quantity__isnull=True))
    for line in lines:
        line.quantity, line.note = Decimal(guess[line.unit]), "演示数量，待核实"
    MenuLine.objects.bulk_update(lines, ["quantity", "note"])
    reprice(menu, on=on)


def _ground(project: Project, home: Community, *, now: datetime) -> None:
    chance = random.Random(f"{home.code}-ground")  # noqa: S311 - the same figures each time, no secret
    site = (18_000 + chance.randrange(30_000)) * M2
    green = site * (24 + chance.randrange(10)) // 100
    values: dict[str, int | None] = {
        "site_before_cm2": site, "green_before_cm2": green, "site_after_cm2": site,
        "green_after_cm2": green + 150 * M2, "sheds_fire_ok": 2, "sheds_ready": 2,
    }  # fmt: skip
    save_site(project=project, community=home, values=values, source="演示数据", actor=BY, now=now)


def _days(project: Project, *, on: date, now: datetime) -> None:
    if ScheduleLine.objects.filter(project=project).exists() or project.state == "in_plan":
        return
    start = date(on.year + 1, 4, 1)
    new = NewDays(start, start + timedelta(days=30 * (project.menu.months or 6)))
    save_days(project=project, item="", new=new, actor=BY, now=now, on=on)


def _space(home: Community, spaces: list[dict[str, Any]], *, now: datetime) -> None:
    if VacantSpace.objects.filter(community=home).exists() or home.point is None:
        return
    for number, one in enumerate(spaces):
        point = home.point.clone()
        point.x, point.y = point.x + 0.0006 * (number + 1), point.y + 0.0004
        open_matter(
            model=VacantSpace, values={**one, "area_m2": Decimal(one["area_m2"]), "point": point}, community=home,
            actor=BY, now=now, provenance=DEMO,
        )  # fmt: skip
