"""The demonstration of menus and ranking: marked as such, whole, and the same when made again."""

import pytest
from django.db import connection
from django.utils import timezone

from jiugai.checkup.models import Checkup
from jiugai.planning.menu_demo import make_demo_menus
from jiugai.planning.models import (
    ItemDemand,
    MassWork,
    MenuLine,
    PlannerOpinion,
    PoolRank,
    ProjectInput,
    ProjectMenu,
    ScheduleLine,
    UnitRate,
    VacantSpace,
)
from jiugai.planning.plan_demo import make_demo_plan
from jiugai.policy.models import Waiver
from tests.apps.menu_rows import checked
from tests.apps.planning_rows import a_community, a_project, stored
from tests.cast import CHAOYANG

pytestmark = pytest.mark.django_db
OVERLAPS = "t16_4_overlaps_answered"  # nobody has compared the works of others yet


def test_demo_fills_rates_menus_and_ranking_once_and_marks_every_row(cast):
    home = a_community(cast, provenance="demo")
    checked(home, "N1", "G1", "L1")
    project = stored(cast, home, kind="energy", provenance="demo")
    other = a_project(cast, a_community(cast, "真实小区"))
    at, today = timezone.now(), timezone.localdate()
    first = make_demo_menus(now=at, on=today)
    again = make_demo_menus(now=at, on=today)
    assert first == again
    menu = ProjectMenu.objects.get()
    assert (menu.project, menu.missing, menu.provenance) == (project, 0, "demo")
    assert menu.months
    assert PoolRank.objects.get().project == project
    assert not ProjectMenu.objects.filter(project=other).exists()
    assert UnitRate.objects.live().filter(provisional=True).count() == UnitRate.objects.count() == 36 * 4 * 2
    for model in (MenuLine, ItemDemand, ScheduleLine, VacantSpace, UnitRate):
        assert model.objects.exists()
        assert not model.objects.exclude(provenance="demo").exists()


def test_a_second_start_leaves_completed_projects_without_a_menu_alone(cast):
    project = stored(cast, a_community(cast, provenance="demo"), kind="energy", provenance="demo")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE planning_project DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE planning_project SET state = 'completed', works_started_on = %s WHERE id = %s",
            [timezone.localdate(), project.pk],
        )
    assert make_demo_menus(now=timezone.now(), on=timezone.localdate()).menus == 0


def test_demo_pool_stands_on_records_and_only_what_is_missing_is_excepted(cast):
    for number in range(3):
        a_community(cast, f"{number}号院", households=120, ownership_group="unit", need="high")
    at, today = timezone.now(), timezone.localdate()
    first = make_demo_plan(districts=[CHAOYANG], most=3, now=at, on=today)
    assert first == make_demo_plan(districts=[CHAOYANG], most=3, now=at, on=today)
    assert first.projects == 3
    ranks = PoolRank.objects.all()
    assert sorted(rank.place for rank in ranks) == [1, 2, 3]
    for name in ("checkup", "finance", "mass_work", "demand"):
        assert not ranks.filter(**{f"{name}__isnull": True}).exists(), name
    assert ProjectMenu.objects.filter(missing=0).count() == 3
    assert set(Waiver.objects.values_list("rule", flat=True)) <= {"t30_1_pledge", "t03_1_checkup_on_file", OVERLAPS}
    for model in (Checkup, MassWork, ProjectMenu, PlannerOpinion, ProjectInput):
        assert set(model.objects.values_list("provenance", flat=True)) == {"demo"}
