"""Rows for the tests of menus: a finished check-up with defects, demand, rates."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from jiugai.checkup.editions import edition_on
from jiugai.checkup.models import Checkup, CheckupDefect, CheckupPart
from jiugai.planning.actions.cataloguing import NewRate, save_rate
from jiugai.planning.actions.demanding import Asked, record_demand
from jiugai.planning.actions.menu_compiling import compile_menu
from jiugai.planning.models import MenuLine, Project, ProjectMenu
from jiugai.registry.models import Community
from tests.apps.planning_rows import DAY, a_community, a_project, now
from tests.cast import Cast

GROUND = {
    "site_before_cm2": 200_000_000, "green_before_cm2": 60_000_000, "site_after_cm2": 200_000_000,
    "green_after_cm2": 60_000_000, "sheds_fire_ok": 1, "sheds_ready": 1,
}  # fmt: skip


def checked(home: Community, *codes: str, needs: tuple[str, ...] = ()) -> Checkup:
    """A check-up finished some days ago that found these problems."""
    made = Checkup.objects.create(
        community=home, year=2026, edition=edition_on(date(2026, 1, 1)), opened_at=timezone.now(), opened_by_name="某",
        state="finished", finished_at=timezone.make_aware(timezone.datetime(2026, 11, 1)), needs=list(needs), score=55,
    )  # fmt: skip
    CheckupPart.objects.create(checkup=made, key="", label="小区", open_count=0)
    found_again(made, *codes)
    return made


def found_again(checkup: Checkup, *codes: str) -> None:
    """More problems of a check-up."""
    for code in codes:
        CheckupDefect.objects.create(
            part=checkup.parts.get(), ref=f"d-{code}", indicator="x", code=code, severity="severe", author_name="某",
            at=timezone.now(),
        )  # fmt: skip


def wants(cast: Cast, home: Community, item: str, asking: int, asked: int = 100, **more: Any) -> None:
    said = Asked(item, asked, asking, "visit", DAY, **more)
    record_demand(community=home, said=said, actor=cast.actor("community_worker"), now=now(), on=DAY)


def rate(cast: Cast, item: str, yuan: str, *, group: str = "central", year: int = 2026, **more: Any) -> None:
    facts = {"reference": "京建函〔2026〕1号", "approved_on": date(2026, 1, 2), **more}
    new = NewRate(item, group, year, Decimal(yuan), **facts)
    save_rate(new=new, actor=cast.actor("city_lead"), now=now(), on=DAY)


def a_home(cast: Cast, name: str = "枣营南里") -> Community:
    return a_community(cast, name, households=96, floor_area=Decimal("6000"), building_count=2)


def a_menu(cast: Cast, home: Community, *codes: str, **project: Any) -> tuple[Project, ProjectMenu]:
    """A menu compiled from a check-up with these problems."""
    checked(home, *codes)
    made = a_project(cast, home, **project)
    return made, compile_menu(project=made, actor=cast.actor("district_lead"), now=now(), on=DAY)


def line(menu: ProjectMenu, item: str) -> MenuLine:
    return MenuLine.objects.select_related("menu__project", "community").get(menu=menu, item=item)
