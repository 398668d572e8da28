"""Correcting a fact on the page: what was typed is never lost, nobody overwrites anybody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jiugai.registry.models import Community, CommunityValue, Document
from tests.apps.file_rows import building, community
from tests.cast import STREET, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast.areas[STREET], built_year=1981, households=600)


def post(
    client: Client, home: Community, field: str = "built_year", *, headers: Any = None, **typed: Any
) -> HttpResponse:
    data = {"value": "1983", "observed_on": "2026-11-20", "reason": "竣工牌", "version": home.version} | typed
    return client.post(reverse("fact-edit", args=["communities", home.pk, field]), data, headers=headers)


def test_form_opens_in_place_with_what_is_known(client_as: ClientAs, home: Community):
    url = reverse("fact-edit", args=["communities", home.pk, "built_year"])
    shown = client_as("street_clerk").get(url, headers=HTMX).content.decode()
    assert 'value="1981"' in shown
    assert "<html" not in shown
    assert "原因" in shown


def test_form_works_without_scripts(client_as: ClientAs, home: Community):
    url = reverse("fact-edit", args=["communities", home.pk, "built_year"])
    assert "<html" in client_as("street_clerk").get(url).content.decode()
    assert post(client_as("street_clerk"), home).status_code == 302


def test_saved_value_stands_on_the_page_and_is_told(client_as: ClientAs, home: Community):
    response = post(client_as("street_clerk"), home, headers=HTMX)
    assert response.headers["HX-Retarget"] == "#file"
    shown = response.content.decode()
    assert "1983年" in shown
    assert "建成年份已更正" in shown


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": "81"}, "1850"),
        ({"value": "一九八一"}, "不是数字"),
        ({"reason": ""}, "写明依据什么更正"),
        ({"observed_on": "9999-12-31"}, "之后"),
        ({"observed_on": "0001-01-01"}, "早于 1900 年"),
        ({"value": "1e5"}, "写出每一位数字"),
        ({"value": "1e999999999"}, "不是数字"),
        ({"value": "9" * 58}, "之间"),
    ],
)
def test_wrong_input_comes_back_as_typed_with_the_remedy(client_as: ClientAs, home: Community, typed: Any, words: str):
    response = post(client_as("street_clerk"), home, headers=HTMX, **typed)
    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert str(typed.get("value", "1983")) in shown
    assert response.headers["HX-Retarget"] == "#fact-built_year"
    assert not CommunityValue.objects.filter(community=home, source__key="manual").exists()


def test_later_of_two_people_gets_409_with_the_other_ones_change(client_as: ClientAs, home: Community):
    assert post(client_as("district_lead"), home, value="1979", reason="档案馆").status_code == 302
    response = post(client_as("street_clerk"), home, headers=HTMX)
    shown = response.content.decode()
    assert response.status_code == 409
    assert "1979年" in shown
    assert "档案馆" in shown
    assert 'value="1983"' in shown
    home.refresh_from_db()
    assert home.built_year == 1979


def test_a_refused_correction_does_not_keep_its_proof(client_as: ClientAs, home: Community):
    assert post(client_as("district_lead"), home, value="1979").status_code == 302
    proof = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    assert post(client_as("street_clerk"), home, upload=proof).status_code == 409
    assert not Document.objects.exists()


def test_after_being_told_the_second_try_counts(client_as: ClientAs, home: Community):
    post(client_as("district_lead"), home, value="1979")
    home.refresh_from_db()
    assert post(client_as("street_clerk"), home).status_code == 302
    home.refresh_from_db()
    assert home.built_year == 1983


def test_proof_is_filed_with_the_correction(client_as: ClientAs, home: Community):
    proof = SimpleUploadedFile("竣工牌.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    post(client_as("street_clerk"), home, upload=proof)
    value = CommunityValue.objects.get(community=home, source__key="manual")
    assert value.document is not None
    assert value.document.title == "竣工牌.png"


def test_lying_proof_is_refused_and_nothing_is_saved(client_as: ClientAs, home: Community):
    response = post(
        client_as("street_clerk"), home, headers=HTMX, upload=SimpleUploadedFile("a.pdf", b"MZ\x90 not pdf")
    )
    assert "不要只改文件名" in response.content.decode()
    assert not Document.objects.exists()
    assert not CommunityValue.objects.filter(community=home, source__key="manual").exists()


def test_correction_is_taken_back_with_a_reason(client_as: ClientAs, home: Community):
    client = client_as("street_clerk")
    post(client, home)
    value = CommunityValue.objects.get(community=home, source__key="manual")
    url = reverse("value-withdraw", args=["communities", home.pk, value.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "看错了楼"}).status_code == 302
    home.refresh_from_db()
    assert home.built_year == 1981


def test_word_of_another_source_can_be_taken_over(client_as: ClientAs, home: Community):
    client = client_as("street_clerk")
    post(client, home)
    crawled = CommunityValue.objects.get(community=home, field="built_year", source__mark="crawl")
    url = reverse("fact-edit", args=["communities", home.pk, "built_year"])
    assert 'value="1981"' in client.get(f"{url}?value={crawled.pk}", headers=HTMX).content.decode()


def test_several_classes_are_kept(client_as: ClientAs, home: Community):
    post(client_as("street_clerk"), home, "ownership", value=["commodity", "unit_built"])
    home.refresh_from_db()
    assert set(home.ownership_classes) == {"commodity", "unit_built"}


def test_share_is_typed_in_percent(client_as: ClientAs, home: Community):
    post(client_as("street_clerk"), home, "share_no_lift", value="84.9%")
    home.refresh_from_db()
    assert str(home.share_no_lift) == "0.849"


def test_form_of_a_share_names_its_unit(client_as: ClientAs, home: Community):
    url = reverse("fact-edit", args=["communities", home.pk, "share_no_lift"])
    assert "百分数，0 到 100" in client_as("street_clerk").get(url, headers=HTMX).content.decode()


@pytest.mark.parametrize(("typed", "words"), [("100.5", "0 到 100"), ("-1", "0 到 100"), ("0.85", "填 85")])
def test_share_that_is_no_percentage_is_refused(client_as: ClientAs, home: Community, typed: str, words: str):
    response = post(client_as("street_clerk"), home, "share_masonry", headers=HTMX, value=typed)
    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize("typed", ["-5", "9" * 30, "（１２）", "…"])
def test_name_without_a_letter_is_refused(client_as: ClientAs, home: Community, typed: str):
    response = post(client_as("street_clerk"), home, "name", headers=HTMX, value=typed)
    assert response.status_code == 422
    assert "没有一个字" in response.content.decode()


@pytest.mark.parametrize(("typed", "kept"), [("１，２００户", 1200), ("+600", 600), ("100000", 100_000)])
def test_numbers_are_read_as_people_write_them(client_as: ClientAs, home: Community, typed: str, kept: int):
    post(client_as("street_clerk"), home, "households", value=typed)
    home.refresh_from_db()
    assert home.households == kept


@pytest.mark.parametrize(
    ("typed", "words"), [("39.94，116.46", "填反了"), ("121.47, 31.23", "不在北京"), ("北京", "读不出")]
)
def test_point_that_cannot_be_is_explained(client_as: ClientAs, home: Community, typed: str, words: str):
    assert words in post(client_as("street_clerk"), home, "point", headers=HTMX, value=typed).content.decode()


def test_building_facts_are_corrected_the_same_way(client_as: ClientAs, home: Community):
    block = building(home, built_year=1981, storeys=6)
    data = {"value": "1986", "observed_on": "2026-11-20", "reason": "竣工牌", "version": block.version}
    url = reverse("fact-edit", args=["buildings", block.pk, "built_year"])
    assert client_as("street_clerk").post(url, data).status_code == 302
    block.refresh_from_db()
    assert (block.built_year, block.fire_standard) == (1986, "TJ 16-74")


def test_person_without_the_right_is_refused(client_as: ClientAs, home: Community):
    assert post(client_as("planner"), home).status_code == 403
    assert post(client_as("outsider"), home).status_code == 404


def test_unknown_fact_is_not_found(client_as: ClientAs, home: Community):
    assert post(client_as("street_clerk"), home, "stage").status_code == 404


def test_endless_reason_is_refused_and_not_a_crash(client_as: ClientAs, home: Community):
    block = building(home, built_year=1981)
    client = client_as("data_officer")
    for reason in ("", "长" * 400, "a\x00b"):
        response = client.post(reverse("building-withdraw", args=[block.pk]), {"reason": reason})
        assert response.status_code == 400
    assert client.post(reverse("building-withdraw", args=[block.pk]), {"reason": "登重了"}).status_code == 302


def test_odd_numbers_in_the_address_open_the_plain_form(client_as: ClientAs, home: Community):
    url = reverse("fact-edit", args=["communities", home.pk, "built_year"])
    assert client_as("street_clerk").get(f"{url}?value={'9' * 40}", headers=HTMX).status_code == 200


def test_community_moves_to_a_street_within_the_right(client_as: ClientAs, cast: Cast, home: Community):
    assert post(client_as("district_lead"), home, "area", value="110105012021").status_code == 302
    home.refresh_from_db()
    assert home.area_path == "/110000/110105/110105012/110105012021/"
