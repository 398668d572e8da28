"""Requests that no page of ours makes: answered in words, never by a failure."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiugai.accounts.actor import Actor
from jiugai.registry.models import ImportBatch
from tests.apps.import_rows import checked, csv_of, draw_ground, uploaded
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ODD_NUMBERS = ["²", "９" * 30, "9" * 30]


@pytest.fixture
def officer(cast: Cast, tmp_path, settings) -> Actor:
    settings.MEDIA_ROOT = tmp_path
    draw_ground(cast)
    return cast.actor("data_officer")


@pytest.fixture
def browser(officer, client_as: Callable[[str], Client]) -> Client:
    return client_as("data_officer")


@pytest.mark.parametrize("address", ["/communities/", "/map/", "/search/", "/units/", "/imports/"])
def test_nul_characters_in_a_search_are_dropped_or_refused_in_words(browser, address):
    answer = browser.get(address, {"q": "a\x00b"})
    assert answer.status_code == 200 or "空字符" in answer.content.decode()


@pytest.mark.parametrize("address", ["/views/", "/map/saved/"])
def test_nul_characters_in_a_name_are_refused_in_words(browser, address):
    answer = browser.post(address, {"register": "communities", "name": "a\x00b", "query": ""})
    assert answer.status_code == 400
    assert "空字符" in answer.content.decode()


@pytest.mark.parametrize("number", ODD_NUMBERS)
def test_digits_that_are_no_numbers_change_nothing(browser, officer, number):
    batch = checked(officer, csv_of())
    for page, name in (("import-adopt", "problem"), ("import-leave-out", "row"), ("import-take-in", "row")):
        assert browser.post(reverse(page, args=[batch.pk]), {name: number}).status_code in {302, 400}
    columns = reverse("import-columns", args=[batch.pk])
    assert browser.get(columns, {"profile": f"own:{number}"}).status_code == 200


@pytest.mark.parametrize("redo", [*ODD_NUMBERS, "x"])
def test_odd_batch_to_replace_is_none(browser, redo):
    file = SimpleUploadedFile("台账.csv", csv_of())
    assert browser.post(reverse("import-new"), {"file": file, "redo": redo}).status_code == 302
    assert ImportBatch.objects.get().mapping.get("profile") is None


def test_batch_out_of_sight_cannot_be_replaced(officer, client_as):
    first = uploaded(officer, csv_of())
    for redo in (first.pk, 10**17):
        posted = {"file": SimpleUploadedFile("台账.csv", csv_of()), "redo": redo}
        assert client_as("outsider").post(reverse("import-new"), posted).status_code == 404
    assert ImportBatch.objects.count() == 1


@pytest.mark.parametrize("columns", ["名称", "name,\r\nSet-Cookie: a=b", "\x00", "²"])
def test_columns_that_do_not_exist_are_not_remembered(browser, columns):
    answer = browser.get(reverse("community-list"), {"cols": f"name,{columns}"})
    assert answer.status_code == 200
    assert answer.cookies["cols-communities"].value == "name"
