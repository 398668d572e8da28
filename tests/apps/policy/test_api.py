"""Verdicts and the district table for programs."""

from django.utils import timezone

from jiugai.policy.refreshing import refresh
from jiugai.registry.models import Community
from tests.apps.policy.conftest import TODAY, community
from tests.cast import OTHER_STREET


def test_verdicts_of_a_community_come_with_their_reasons(home, world, client_as):
    world.ready(home)
    found = {one["gate"]: one for one in client_as("planner").get(f"/api/v1/communities/{home.pk}/gates").json()}
    assert found["enter_pool"]["open"] is True
    assert found["start_works"]["open"] is False
    finding = found["enter_pool"]["findings"][-1]
    assert finding["quote"]
    assert {used["parameter"] for used in finding["used"]} >= {"pledge_min_share_heads"}


def test_verdicts_outside_the_area_do_not_exist_and_residents_hear_why(home, cast, world, client_as):
    away = community(cast, "西城示例", OTHER_STREET)
    assert client_as("planner").get(f"/api/v1/communities/{away.pk}/gates").status_code == 404
    assert client_as("resident").get(f"/api/v1/communities/{home.pk}/gates").status_code == 403


def test_district_table_counts(home, cast, world, client_as):
    world.ready(home)
    community(cast, "示例二里")
    refresh(rows=Community.objects.current(), on=TODAY, now=timezone.now())
    table = client_as("district_lead").get("/api/v1/gates/enter_pool").json()
    assert (table["total"], table["open"], table["shut"]) == (2, 1, 1)
    assert {row["rule"]: row["blocked"] for row in table["rules"]}["t30_1_pledge"] == 1
    assert client_as("district_lead").get("/api/v1/gates/none").status_code == 404
