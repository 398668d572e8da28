"""The demonstration of menus and ranking: marked as such, whole, and the same when made again."""

import pytest
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
