"""The rail: few folds, every place reachable for everybody, on a phone too, and the open fold remembered."""

from typing import Any

import pytest
from django.test import RequestFactory

from jiugai.accounts.roles import Role
from jiugai.config.navigation import BAR, shell
from tests.cast import Cast

MOST_PIXELS = 900


@pytest.fixture
def rail(cast: Cast):
    """The context of the page shell for a role on a page."""

    def draw(role: str, path: str = "/inbox/", **cookies: str) -> dict[str, Any]:
        request = RequestFactory().get(path)
        request.actor = cast.actor(role)  # type: ignore[attr-defined]
        request.COOKIES.update(cookies)
        return shell(request)

    return draw


def _places(folds: list[dict[str, Any]]) -> set[str]:
    return {one["label"] for fold in folds for one in fold.get("places", [fold])}


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_phone_reaches_what_the_desk_reaches(rail, role: str) -> None:
    drawn = rail(role)
    assert _places(drawn["nav_bar"] + drawn["nav_more"]) == _places(drawn["nav"])
    assert len(drawn["nav_bar"]) <= BAR + 1


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_the_rail_fits_with_its_longest_fold_open(rail, role: str) -> None:
    drawn = rail(role)["nav"]
    longest = max((len(fold["places"]) for fold in drawn if "places" in fold), default=0)
    assert 52 + 54 * len(drawn) + 32 * longest + 6 <= MOST_PIXELS


def test_the_fold_of_the_page_is_open_and_marked(rail) -> None:
    folds = {fold["code"]: fold for fold in rail("district_lead", "/pool/", rail="base")["nav"] if "code" in fold}
    assert folds["renovate"]["open"]
    assert folds["renovate"]["current"]
    assert not folds["base"]["open"]


def test_the_fold_last_opened_is_open_where_the_page_has_none(rail) -> None:
    drawn = rail("district_lead", "/inbox/", rail="base")["nav"]
    assert [fold["code"] for fold in drawn if fold.get("open")] == ["base"]
    assert not any(fold.get("open") for fold in rail("district_lead", "/inbox/", rail="<script>")["nav"])


def test_a_fold_of_one_is_that_one(rail) -> None:
    labels = [item["label"] for item in rail("resident", "/map/")["nav"]]
    assert labels == ["一张图", "小区", "换水管", "楼栋", "账号"]


def test_who_works_in_the_field_has_the_phone_page_under_the_thumb(rail) -> None:
    assert [item["label"] for item in rail("street_clerk")["nav_bar"]] == ["待办", "一张图", "小区", "手机填报"]
    assert "手机填报" not in _places(rail("auditor")["nav"])
