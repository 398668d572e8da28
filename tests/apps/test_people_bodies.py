"""The bodies of the policy, their names by date, and the demonstration's log-ins."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from jiugai.accounts.bodies import load_bodies, street_office
from jiugai.accounts.demo import DEMO_PASSWORD, make_demo_users
from jiugai.accounts.models import Area, Membership, Organisation, OrganisationName, User
from jiugai.accounts.roles import Role
from tests.cast import CHAOYANG, CITY, PASSWORD, Cast


@pytest.fixture
def _bodies(cast: Cast) -> None:
    Organisation.objects.all().delete()
    Area.objects.create(code="BDA", name="北京经济技术开发区", level="district", parent=cast.areas[CITY])
    street = Area.objects.create(code="110105035", name="管庄地区", level="street", parent=cast.areas[CHAOYANG])
    Area.objects.create(code="110105035002", name="管庄东里社区居委会", level="community", parent=street)
    load_bodies()


pytestmark = pytest.mark.usefixtures("_bodies")


def test_each_level_of_the_area_tree_has_its_body():
    kinds = dict(Organisation.objects.values_list("code", "kind"))
    assert kinds["G-110105"] == "district_government"
    assert kinds["H-110105"] == "district_department"
    assert kinds["S-110105012"] == "street"
    assert kinds["C-110105012021"] == "residents_committee"
    committee = Organisation.objects.get(code="C-110105012021")
    assert committee.parent.parent.name == "朝阳区政府"


def test_development_area_stands_under_its_own_key_and_is_no_district():
    body = Organisation.objects.get(code="G-BDA")
    assert body.name == "北京经济技术开发区管委会"
    assert body.area.path == "/110000/BDA/"


def test_reorganisation_not_yet_found_in_a_notice_is_flagged():
    later = OrganisationName.objects.get(name="北京市政务服务和数据管理局")
    assert later.organisation.name == "市政务服务局"
    assert later.note.startswith("待核实")


def test_loading_again_keeps_what_people_edited():
    Organisation.objects.filter(code="B-swj").update(name="市水务局（改）")
    before = Organisation.objects.count()
    assert load_bodies() == before
    assert Organisation.objects.get(code="B-swj").name == "市水务局（改）"


@pytest.mark.parametrize(
    ("area", "office"),
    [
        ("月坛街道", "月坛街道办事处"),
        ("管庄地区", "管庄地区办事处"),
        ("宋庄镇", "宋庄镇人民政府"),
        ("大兴国际机场",) * 2,
    ],
)
def test_street_office_by_kind_of_area(area, office):
    assert street_office(area) == office


def test_one_demo_login_per_role_and_running_twice_adds_none():
    make_demo_users()
    assert len(make_demo_users()) == len(Role)
    assert set(Membership.objects.filter(user__provenance="demo").values_list("role", flat=True)) == set(Role)
    assert Client().login(username="district_lead", password=DEMO_PASSWORD)


def test_production_makes_no_demo_logins(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="production"):
        call_command("demo_users")
    assert not User.objects.exists()


def test_demo_login_left_in_a_production_database_does_not_open(settings, cast):
    make_demo_users()
    settings.DEMO = False
    response = Client().post("/login/", {"username": "district_lead", "password": DEMO_PASSWORD})
    assert response.status_code == 400
    assert PASSWORD != DEMO_PASSWORD
