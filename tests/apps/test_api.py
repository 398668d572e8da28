"""The API: who gets in, what he sees, how errors look."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone

from jiugai.accounts.actions.tokens import issue_token
from jiugai.accounts.models import ApiToken
from jiugai.accounts.roles import Role
from jiugai.registry.models import (
    Building,
    Community,
    CommunityContact,
    CommunityValue,
    Dwelling,
    Entrance,
    Source,
)
from tests.cast import CHAOYANG, CITY, STREET, XICHENG, Cast

Get = Callable[..., Any]


@pytest.fixture
def homes(cast: Cast) -> dict[str, Community]:
    made = {}
    for key, area, lon in [("inside", STREET, 116.46), ("inside2", CHAOYANG, 116.5), ("outside", XICHENG, 116.36)]:
        made[key] = Community.objects.create(
            code=f"T-{key}", name=f"{key}小区", name_norm=key, area=cast.areas[area], point=Point(lon, 39.93),
            position_state="good", built_year=1985, provenance="demo", property_fee="1.25",
        )  # fmt: skip
    source = Source.objects.create(key="test-list", name="名单", mark="off")
    home = made["inside"]
    CommunityValue.objects.create(
        community=home, field="built_year", value=1985, source=source, entered_by_name="张某某", reason="据张某某"
    )
    CommunityContact.objects.create(community=home, duty="书记", name="李某某")
    building = Building.objects.create(community=home, code="T-b1", label="1号楼", storeys=6)
    entrance = Entrance.objects.create(building=building, number=1)
    Dwelling.objects.create(entrance=entrance, building=building, number="101", area_cm2=605_000, ownership="central")
    return made


@pytest.fixture
def token(cast: Cast) -> str:
    return new_token(cast, CHAOYANG)


def new_token(cast: Cast, area: str) -> str:
    role = Role.CITY_DEPARTMENT if area == CITY else Role.DISTRICT_DEPARTMENT
    return issue_token(
        actor=cast.actor("city_lead"), organisation=cast.bodies["district"], name="测试", role=role,
        area=cast.areas[area], expires=timezone.localdate() + timedelta(days=30),
    )[1]  # fmt: skip


@pytest.fixture
def get(token: str, homes: Any) -> Get:
    def ask(path: str, *, bearer: str = token, **params: Any) -> Any:
        return Client().get(f"/api/v1/{path}", params, headers={"Authorization": f"Bearer {bearer}"})

    return ask


def names(response: Any) -> set[str]:
    return {item["name"] for item in response.json()["items"]}


class TestDoor:
    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer jg_wrong"}, {"Authorization": "Basic eDp5"}])
    def test_nobody_without_a_valid_token(self, homes, headers):
        response = Client().get("/api/v1/communities", headers=headers)
        assert response.status_code == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize(
        "change", [{"revoked_at": timezone.now()}, {"expires": timezone.localdate() - timedelta(1)}]
    )
    def test_closed_or_expired_token_opens_nothing(self, get, change):
        ApiToken.objects.update(**change)
        assert get("communities").status_code == 401

    def test_session_of_a_person_works_too(self, homes, client_as):
        assert names(client_as("outsider").get("/api/v1/communities")) == {"outside小区"}

    def test_more_requests_than_a_minute_holds_wait(self, get, settings):
        settings.API_REQUESTS_PER_MINUTE = 2
        answers = [get("sources") for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert "Retry-After" in answers[2]

    def test_document_and_reference_page_are_public_and_load_nothing_from_elsewhere(self, db):
        document = Client().get("/api/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        page = Client().get("/api/v1/").content.decode()
        assert all(path in page for path in document["paths"])
        assert "https://" not in page


class TestScope:
    def test_lists_hold_the_tokens_area_only(self, get, cast):
        assert names(get("communities")) == {"inside小区", "inside2小区"}
        assert names(get("communities", bearer=new_token(cast, XICHENG))) == {"outside小区"}
        assert len(names(get("communities", bearer=new_token(cast, CITY)))) == 3

    def test_community_outside_is_not_to_be_found(self, get, homes):
        assert get(f"communities/{homes['inside'].pk}").status_code == 200
        outside = get(f"communities/{homes['outside'].pk}")
        assert outside.status_code == 404
        assert outside.json()["status"] == 404

    def test_features_hold_the_tokens_area_only(self, get):
        features = get("layers/communities/features").json()["features"]
        assert {f["properties"]["name"] for f in features} == {"inside小区", "inside2小区"}


class TestContent:
    def test_detail_says_what_each_source_says(self, get, homes):
        body = get(f"communities/{homes['inside'].pk}").json()
        assert body["values"][0] | {"entered_at": ""} == {
            "field": "built_year", "value": 1985, "source": "test-list", "mark": "off",
            "observed_on": None, "provenance": "real", "entered_at": "",
        }  # fmt: skip
        assert body["buildings"][0]["label"] == "1号楼"
        assert body["property_fee"] == 1.25

    def test_building_has_entrances_and_flats_with_their_own_class(self, get):
        building = Building.objects.get()
        door = get(f"buildings/{building.pk}").json()["entrances"][0]
        assert (door["number"], door["dwellings"][0]["ownership"], door["dwellings"][0]["area_m2"]) == (
            1,
            "central",
            60.5,
        )

    def test_personal_data_never_comes_out(self, get, homes):
        for path in [f"communities/{homes['inside'].pk}", "communities", "buildings", "organisations"]:
            text = get(path).content.decode()
            assert "张某某" not in text
            assert "李某某" not in text

    def test_conditions_narrow_the_list(self, get):
        assert names(get("communities", area=STREET)) == {"inside小区"}
        assert names(get("communities", area="NOWHERE")) == set()
        assert names(get("communities", bbox="116.45,39.9,116.47,40")) == {"inside小区"}
        assert names(get("communities", bbox="116.47,40,116.45,39.9")) == {"inside小区"}
        assert names(get("communities", q="inside2")) == {"inside2小区"}
        assert names(get("communities", built_to=1984)) == set()

    def test_pages_follow_each_other_without_gap_or_repeat(self, get):
        first = get("communities", limit=1).json()
        second = get("communities", limit=1, cursor=first["next"]).json()
        assert [p["items"][0]["name"] for p in (first, second)] == ["inside小区", "inside2小区"]
        assert second["next"] is None

    def test_bodies_are_found_by_any_name(self, get):
        assert names(get("organisations", name="T-street")) == {"麦子店街道办事处"}

    def test_layer_tells_where_its_features_and_tiles_are(self, get):
        layer = get("layers/communities").json()
        assert layer["tiles"] == "/tiles/communities/{z}/{x}/{y}.mvt"
        assert get("layers/nothing").status_code == 404


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("communities?limit=0", 422),
            ("communities?need=urgent", 422),
            ("communities?bbox=1,2,3", 422),
            ("communities/0", 422),
            ("communities/99999999999999999999", 422),
            ("communities?q=%00%ff", 200),
            ("nothing", 404),
        ],
    )
    def test_every_failure_is_a_problem_document(self, token, homes, path, status):
        response = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == status
        if status >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert response.json()["instance"] == response["X-Request-Id"]

    def test_wrong_method_says_which_is_right(self, token):
        response = Client().delete("/api/v1/communities", headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 405
        assert response["Allow"] == "GET"
        assert response["Content-Type"] == "application/problem+json"

    def test_unforeseen_failure_shows_nothing_of_the_inside(self, get, monkeypatch):
        def breaks(*args: object, **kwargs: object) -> None:
            raise RuntimeError("secret inside")

        monkeypatch.setattr("jiugai.registry.api.register.page", breaks)
        person = Client(raise_request_exception=False)
        person.force_login(ApiToken.objects.get().issued_by)
        response = person.get("/api/v1/communities")
        assert response.status_code == 500
        assert "secret inside" not in response.content.decode()
        assert response.json()["instance"] == response["X-Request-Id"]
