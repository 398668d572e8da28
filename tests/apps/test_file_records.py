"""Registering communities, buildings, flats, units and people by hand; the made-up data."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiugai.accounts.models import AuditEvent, SharingRule
from jiugai.accounts.roles import Role
from jiugai.registry.actions.community import StillInUse, withdraw_community
from jiugai.registry.actions.contacts import Person, WrongPhone, masked, save_contact
from jiugai.registry.demo import make_demo_register
from jiugai.registry.models import Building, BuildingHolding, Community, CommunityContact, Dwelling, Entrance, OwnerUnit
from tests.apps.file_rows import TODAY, building, community, dwelling
from tests.cast import OTHER_STREET, SINCE, STREET, XICHENG, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
PHONE = "13812345678"


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast.areas[STREET], "枣营南里", point=[116.46, 39.94])


def register(client: Client, **typed: str):
    data = {"name": "枣营西里", "area": STREET, "reason": "街道摸底表"} | typed
    return client.post(reverse("community-new"), data)


@pytest.mark.obligation("T01-1")
def test_community_is_registered_by_hand_with_its_source(client_as: ClientAs, home: Community):
    assert register(client_as("data_officer"), built_year="1984", point="116.50，39.90").status_code == 302
    made = Community.objects.get(name="枣营西里")
    assert (made.built_year, made.area.code, made.position_state) == (1984, STREET, "good")
    assert set(made.values.values_list("source__key", flat=True)) == {"manual"}
    assert AuditEvent.objects.filter(action="community.create", subject_id=str(made.pk)).exists()


@pytest.mark.obligation("T01-7")
def test_number_of_another_body_opens_by_rule_only_and_is_logged_as_shared(cast: Cast, client_as: ClientAs, home):
    street, district = cast.bodies["street"], cast.bodies["district"]
    who = Person("街道联络人", "马丽娜", organisation=street, phone=PHONE)
    contact = save_contact(community=home, person=who, actor=cast.actor("street_clerk"))
    url, why = reverse("contact-reveal", args=[contact.pk]), {"reason": "约体检时间"}
    refused = client_as("district_lead").post(url, why)
    assert refused.status_code == 403
    assert "没有共享给您的单位" in refused.content.decode()
    SharingRule.objects.create(
        owner=street, recipient=district, dataset="contacts", purpose="约时间", starts=date(2026, 1, 1)
    )
    assert PHONE in client_as("district_lead").post(url, why).content.decode()
    assert PHONE in client_as("street_clerk").post(url, why).content.decode()
    logged = AuditEvent.objects.filter(subject_id=str(contact.pk)).exclude(action="contact.save").order_by("pk")
    assert list(logged.values_list("action", flat=True)) == ["sharing.access", "people.reveal"]


@pytest.mark.obligation("T01-7")
def test_body_above_needs_no_rule_for_the_bodies_below(cast: Cast, client_as: ClientAs, home: Community):
    committee = cast.bodies["committee"]
    committee.parent = cast.bodies["street"]
    committee.save()
    who = Person("社区书记", "孙桂英", organisation=committee, phone=PHONE)
    contact = save_contact(community=home, person=who, actor=cast.actor("street_clerk"))
    answer = client_as("street_clerk").post(reverse("contact-reveal", args=[contact.pk]), {"reason": "约时间"})
    assert PHONE in answer.content.decode()


@pytest.mark.parametrize("typed", [{"name": "枣营南里小区"}, {"name": "别的名字", "point": "116.4605，39.9402"}])
def test_likely_twin_is_shown_before_a_second_one_is_made(client_as: ClientAs, home: Community, typed: dict[str, str]):
    client = client_as("data_officer")
    response = register(client, **typed)
    assert response.status_code == 422
    assert reverse("community-file", args=[home.pk]) in response.content.decode()
    assert register(client, **typed, not_a_twin="on").status_code == 302


def test_wrong_facts_come_back_at_their_fields(client_as: ClientAs):
    response = register(client_as("data_officer"), built_year="84", households="很多")
    assert response.status_code == 422
    assert "1850" in response.content.decode()
    assert "不是数字" in response.content.decode()


def test_nobody_registers_outside_his_area(client_as: ClientAs, cast: Cast):
    assert register(client_as("data_officer"), area=XICHENG).status_code == 422
    assert register(client_as("street_clerk")).status_code == 403


def test_wrong_registration_is_withdrawn_but_not_while_something_hangs_on_it(cast: Cast, home: Community):
    block = building(home)
    actor = cast.actor("data_officer")
    with pytest.raises(StillInUse, match="1 条楼栋"):
        withdraw_community(community=home, actor=actor, reason="登重了")
    Building.objects.filter(pk=block.pk).update(withdrawn_at="2026-11-23T00:00Z")
    withdraw_community(community=home, actor=actor, reason="登重了")
    assert not Community.objects.current().filter(pk=home.pk).exists()


def test_entrances_are_added_behind_the_last_one(client_as: ClientAs, home: Community):
    block = building(home, "3号楼")
    Entrance.objects.create(building=block, number=2)
    url = reverse("entrances-add", args=[block.pk])
    data = {"count": "2", "has_lift": "no", "reason": "现场核对"}
    assert client_as("district_lead").post(url, data).status_code == 302
    assert list(block.entrances.values_list("number", "has_lift")) == [(2, None), (3, False), (4, False)]
    assert AuditEvent.objects.filter(action="building.edit", reason="现场核对").exists()
    assert client_as("planner").post(url, data).status_code == 403
    assert client_as("outsider").post(url, data).status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [({"count": "60"}, "最多 60 个单元"), ({"count": "0"}, "大于"), ({"count": "1", "reason": ""}, "写明依据")],
)
def test_impossible_entrances_are_refused_in_words(client_as: ClientAs, home: Community, data: Any, words: str):
    block = building(home, "3号楼")
    Entrance.objects.create(building=block, number=1)
    url = reverse("entrances-add", args=[block.pk])
    answer = client_as("district_lead").post(url, {"reason": "现场核对"} | data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert block.entrances.count() == 1


def test_no_two_controls_of_a_buildings_page_have_one_id(client_as: ClientAs, home: Community):
    block = building(home, "3号楼")
    html = client_as("data_officer").get(reverse("building-file", args=[block.pk])).content.decode()
    ids = re.findall(r' id="([^"]+)"', html)
    assert sorted(set(ids)) == sorted(ids)


def test_group_of_sales_has_no_entrances(client_as: ClientAs, home: Community):
    group = building(home, "6层板楼")
    Building.objects.filter(pk=group.pk).update(record="sales_group")
    url = reverse("entrances-add", args=[group.pk])
    answer = client_as("district_lead").post(url, {"count": "1", "reason": "现场核对"})
    assert "不对应某一栋楼" in answer.content.decode()
    assert not group.entrances.exists()


def test_building_is_registered_with_entrances(client_as: ClientAs, home: Community):
    data = {"label": "3号楼", "built_year": "1986", "storeys": "6", "entrances": "4", "reason": "街道摸底表"}
    url = reverse("building-new", args=[home.pk])
    assert client_as("data_officer").post(url, data).status_code == 302
    made = Building.objects.get(label="3号楼")
    assert (made.entrances.count(), made.fire_standard) == (4, "TJ 16-74")
    again = client_as("data_officer").post(url, data)
    assert "已有3号楼" in again.content.decode()


@pytest.mark.obligation("T32-4")
def test_class_of_a_flat_is_corrected_with_reason(client_as: ClientAs, home: Community):
    flat = dwelling(building(home), "101")
    data = {"ownership": "central_institution", "area": "63.5", "reason": "产权单位来函"}
    assert client_as("street_clerk").post(reverse("dwelling-edit", args=[flat.pk]), data).status_code == 302
    flat.refresh_from_db()
    assert (flat.ownership, flat.area_cm2) == ("central_institution", 635_000)


@pytest.mark.obligation("T32-4")
def test_building_of_several_classes_is_marked(client_as: ClientAs, home: Community):
    block = building(home)
    for number, ownership in (("101", "central_state"), ("102", "central_enterprise"), ("103", "municipal")):
        dwelling(block, number, ownership)
    shown = client_as("street_clerk").get(reverse("building-file", args=[block.pk])).content.decode()
    assert "多类产权混合" in shown
    assert "四类产权：中央和国家机关本级、央企、本市" in shown


def test_unit_and_holding_are_entered(client_as: ClientAs, home: Community):
    client, block = client_as("district_lead"), building(home)
    client.post(reverse("unit-new"), {"name": "某部机关服务局", "ownership": "central_state", "reason": "来函"})
    unit = OwnerUnit.objects.get()
    data = {"unit": unit.pk, "area": "1200.50", "dwellings": "20", "reason": "来函"}
    assert client.post(reverse("holding-save", args=[block.pk]), data).status_code == 302
    assert BuildingHolding.objects.get().area_cm2 == 12_005_000


def unit_form(name: str = "某部机关服务局") -> dict[str, str]:
    return {"name": name, "ownership": "central_state", "reason": "来函"}


def test_unit_twin_outside_of_the_scope_is_refused_with_words(client_as: ClientAs, cast: Cast):
    client_as("outsider").post(reverse("unit-new"), unit_form())
    refused = client_as("district_lead").post(reverse("unit-new"), unit_form())
    assert refused.status_code == 422
    assert "已由您辖区外的单位登记" in refused.content.decode()
    assert client_as("district_lead").post(reverse("unit-new"), unit_form("某部老干部局")).status_code == 302
    assert len(set(OwnerUnit.objects.values_list("code", "area_path"))) == 2


def test_unit_met_at_a_building_is_registered_where_the_building_lies(client_as: ClientAs, cast: Cast, home: Community):
    both = cast.hire("both", Role.STREET, "outside", OTHER_STREET)
    both.memberships.create(organisation=cast.bodies["street"], role=Role.STREET, area=cast.areas[STREET], starts=SINCE)
    cast.people["both"] = both
    block = building(home)
    client_as("both").post(f"{reverse('unit-new')}?building={block.pk}", unit_form())
    assert OwnerUnit.objects.get().area_path == cast.areas[STREET].path
    assert "登记辖区" in client_as("both").get(reverse("unit-new")).content.decode()
    elsewhere = unit_form("另一家") | {"area_path": cast.areas[XICHENG].path}
    assert client_as("both").post(reverse("unit-new"), elsewhere).status_code == 422


def test_holding_without_amount_is_refused_with_words(client_as: ClientAs, home: Community):
    block = building(home)
    unit = OwnerUnit.objects.create(code="U1", name="单位", ownership="municipal", area_path="/110000/")
    response = client_as("street_clerk").post(
        reverse("holding-save", args=[block.pk]), {"unit": unit.pk, "reason": "来函"}
    )
    assert response.status_code == 422
    assert "没有写持有多少" in response.content.decode()


def person(cast: Cast, home: Community) -> CommunityContact:
    who = Person("社区书记", "孙桂英", organisation=cast.bodies["street"], phone=PHONE)
    return save_contact(community=home, person=who, actor=cast.actor("street_clerk"))


@pytest.mark.obligation("T01-7")
def test_number_needs_a_body_and_without_one_opens_to_nobody(cast: Cast, client_as: ClientAs, home: Community):
    typed = {"duty": "社区书记", "name": "孙桂英", "phone": PHONE}
    refused = client_as("street_clerk").post(reverse("contact-new", args=[home.pk]), typed)
    assert refused.status_code == 422
    assert "有电话的联系人要写明单位" in refused.content.decode()
    contact = person(cast, home)
    CommunityContact.objects.filter(pk=contact.pk).update(organisation=None)
    answer = client_as("street_clerk").post(reverse("contact-reveal", args=[contact.pk]), {"reason": "约时间"})
    assert answer.status_code == 403
    assert "没有登记他的单位" in answer.content.decode()


def test_phone_is_sealed_in_the_database_and_masked_on_the_page(cast: Cast, client_as: ClientAs, home: Community):
    contact = person(cast, home)
    assert PHONE.encode() not in bytes(contact.phone)
    assert masked(contact) == "138****5678"
    shown = client_as("street_clerk").get(reverse("community-people", args=[home.pk])).content.decode()
    assert PHONE not in shown
    assert "138****5678" in shown


def test_reveal_needs_a_purpose_and_is_logged(cast: Cast, client_as: ClientAs, home: Community):
    contact, client = person(cast, home), client_as("street_clerk")
    url = reverse("contact-reveal", args=[contact.pk])
    assert PHONE not in client.post(url, {"reason": ""}).content.decode()
    response = client.post(url, {"reason": "约体检时间"}, headers={"HX-Request": "true"})
    assert PHONE in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="people.reveal")
    assert (event.reason, event.subject_id) == ("约体检时间", str(contact.pk))
    assert PHONE not in str(event.after)


@pytest.mark.parametrize("who", ["city_department", "planner", "resident"])
def test_person_without_the_right_reveals_nothing(cast: Cast, client_as: ClientAs, home: Community, who: str):
    contact = person(cast, home)
    assert client_as(who).post(reverse("contact-reveal", args=[contact.pk]), {"reason": "x"}).status_code == 403


def test_wrong_phone_is_refused(cast: Cast, home: Community):
    with pytest.raises(WrongPhone):
        save_contact(community=home, person=Person("书记", "甲", phone="13"), actor=cast.actor("street_clerk"))


def test_person_leaves_office_but_stays_on_record(cast: Cast, client_as: ClientAs, home: Community):
    contact = person(cast, home)
    client_as("street_clerk").post(reverse("contact-end", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.ended_on is not None


def test_demo_rows_are_marked_repeatable_and_leave_real_facts_alone(cast: Cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    real = community(cast.areas[XICHENG], "白广路6号院", built_year=1981)
    before = (real.version, real.values.count())
    first = make_demo_register(on=TODAY)
    again = make_demo_register(on=TODAY)
    real.refresh_from_db()
    assert first == again
    assert first.communities == 1
    assert first.dwellings == 76
    assert (real.version, real.values.count()) == before
    assert set(Dwelling.objects.values_list("provenance", flat=True)) == {"demo"}
    assert set(Building.objects.values_list("provenance", flat=True)) == {"demo"}


def test_one_unreadable_number_does_not_close_the_page(cast: Cast, client_as: ClientAs, home: Community):
    CommunityContact.objects.filter(pk=person(cast, home).pk).update(phone=b"\x07" + b"0" * 40)
    shown = client_as("street_clerk").get(reverse("community-people", args=[home.pk]))
    assert shown.status_code == 200
    assert "读不出来" in shown.content.decode()
