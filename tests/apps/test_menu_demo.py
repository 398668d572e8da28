"""The demonstration of menus and ranking: marked as such, whole, and the same when made again."""

import pytest
from django.db import connection
from django.utils import timezone

from jiugai.planning.menu_demo import make_demo_menus
from jiugai.planning.models import ItemDemand, MenuLine, PoolRank, ProjectMenu, ScheduleLine, UnitRate, VacantSpace
from tests.apps.menu_rows import checked
from tests.apps.planning_rows import a_community, a_project, stored

pytestmark = pytest.mark.django_db


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
