"""A community is assigned to a street or committee of its district, everything that hangs on it moves along."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from jiugai.accounts.models import AuditEvent
from jiugai.accounts.scope import scope_setting, set_scope
from jiugai.domain.errors import Conflict, NotAllowed
from jiugai.registry.actions.assigning import NotAPlace, OtherDistrict, assign_area
from jiugai.registry.actions.refreshing import refresh
from jiugai.registry.filters import community_filters
from jiugai.registry.models import Building, Community, Document, DuplicatePair, Dwelling
from jiugai.registry.streets import STREET_HINT, StreetHint
from tests.apps.file_rows import TODAY, building, community, dwelling, say
from tests.cast import CHAOYANG, COMMITTEE, OTHER_STREET, STREET, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
STREET_PATH = "/110000/110105/110105012/"
COMMITTEE_PATH = f"{STREET_PATH}110105012021/"


def placed(cast: Cast, name: str = "枣营南里") -> Community:
    """A community of which a crawl knows the district only."""
    made = community(cast.areas[CHAOYANG], name)
    say(made, "area", CHAOYANG)
    return made


@pytest.fixture
def home(cast: Cast) -> Community:
    return placed(cast)


def assign(home: Community, cast: Cast, code: str = STREET, who: str = "district_lead", **more: Any) -> int:
    return assign_area(
        communities=[home], area=cast.areas[code], reason="辖区图", actor=cast.actor(who), on=TODAY, **more
    )


def post(client: Client, home: Community, area: str, **more: Any) -> HttpResponse:
    data = {"area": area, "reason": "辖区图", "version": home.version} | more
    return client.post(reverse("community-area", args=[home.pk]), data)


def test_everything_moves_along(cast: Cast, home: Community):
    block = building(home)
    dwelling(block, "101")
    Document.objects.create(community=home, title="批复")
    twin = placed(cast, "枣营南里小区")
    DuplicatePair.objects.create(first=home, second=twin, score="0.9")
    assert assign(home, cast) == 1
    assert assign(twin, cast, COMMITTEE) == 1
    for model in (Building, Dwelling, Document, DuplicatePair):
        assert model.objects.get().area_path == STREET_PATH, model
    assert {value.area_path for value in home.values.all()} == {STREET_PATH}
    home.refresh_from_db()
    assert (home.area.code, home.area_path) == (STREET, STREET_PATH)


def test_reason_stands_in_audit_and_history(cast: Cast, home: Community):
    assign(home, cast)
    event = AuditEvent.objects.filter(subject_id=str(home.pk)).latest("pk")
    assert (event.actor_name, event.reason, event.before) == (
        cast.user("district_lead").display_name, "辖区图", {"area": cast.areas[CHAOYANG].pk},
    )  # fmt: skip
    value = home.values.get(source__key="manual", field="area")
    assert (value.value, value.reason) == (STREET, "辖区图")


def test_streets_clerk_sees_it_from_then_on(client_as: ClientAs, cast: Cast, home: Community):
    clerk, url = client_as("street_clerk"), reverse("community-file", args=[home.pk])
    assert clerk.get(url).status_code == 404
    assert post(client_as("district_lead"), home, COMMITTEE).status_code == 302
    assert clerk.get(url).status_code == 200
    assert client_as("community_worker").get(url).status_code == 200
    set_scope(scope_setting(cast.actor("community_worker")))
    assert Community.objects.filter(pk=home.pk).exists()


def test_other_districts_and_districts_are_refused(cast: Cast, home: Community):
    with pytest.raises(OtherDistrict):
        assign(home, cast, OTHER_STREET, "city_lead")
    with pytest.raises(NotAPlace):
        assign(home, cast, CHAOYANG)


def test_page_offers_the_district_only(client_as: ClientAs, home: Community):
    response = post(client_as("city_lead"), home, OTHER_STREET)
    assert response.status_code == 422
    assert "别的区不能选" in response.content.decode()
    shown = client_as("city_lead").get(reverse("community-area", args=[home.pk])).content.decode()
    assert "麦子店街道（不分社区）" in shown
    assert "月坛街道" not in shown


def test_nobody_assigns_beyond_his_own_place(cast: Cast, client_as: ClientAs, home: Community):
    assign(home, cast, STREET)
    home.refresh_from_db()
    with pytest.raises(NotAllowed):
        assign(home, cast, COMMITTEE, "planner")
    assert assign(home, cast, COMMITTEE, "street_clerk") == 1
    home.refresh_from_db()
    with pytest.raises(NotAllowed):
        assign(home, cast, STREET, "community_worker")
    assert post(client_as("outsider"), home, STREET).status_code == 404


def test_the_later_of_two_people_is_told(cast: Cast, client_as: ClientAs, home: Community):
    seen = home.version
    assert post(client_as("district_lead"), home, STREET).status_code == 302
    late = post(client_as("data_officer"), home, COMMITTEE, version=seen)
    assert late.status_code == 409
    assert "辖区已经被改过" in late.content.decode()
    with pytest.raises(Conflict):
        assign(home, cast, COMMITTEE, versions={home.pk: seen})
    home.refresh_from_db()
    assert home.area.code == STREET


def test_a_clerk_cannot_send_it_out_of_his_street_by_taking_the_word_back(
    cast: Cast, client_as: ClientAs, home: Community
):
    assign(home, cast)
    value = home.values.get(source__key="manual", field="area")
    url = reverse("value-withdraw", args=["communities", home.pk, value.pk])
    assert client_as("street_clerk").post(url, {"reason": "划错了"}).status_code == 403
    assert client_as("district_lead").post(url, {"reason": "划错了"}).status_code == 302
    home.refresh_from_db()
    assert home.area.code == CHAOYANG


def test_a_reason_is_needed(client_as: ClientAs, home: Community):
    assert post(client_as("district_lead"), home, STREET, reason="").status_code == 422


def suggest(home: Community, code: str = STREET, evidence: str = "商圈“麦子店”") -> None:
    say(home, STREET_HINT, StreetHint(code, "麦子店街道", evidence).stored())


def bulk(client: Client, key: str, homes: list[Community], **answers: Any) -> HttpResponse:
    seen = ",".join(f"{home.pk}:{home.version}" for home in homes)
    data = {"ids": ",".join(str(home.pk) for home in homes), "seen": seen} | answers
    return client.post(reverse(f"community-bulk-{key}"), data)


def codes() -> dict[str, str]:
    return dict(Community.objects.values_list("name", "area__code"))


def test_several_are_assigned_from_the_list(client_as: ClientAs, cast: Cast, home: Community):
    homes = [home, placed(cast, "农展南里")]
    asked = client_as("district_lead").get(reverse("community-bulk-street"), {"ids": [h.pk for h in homes]})
    assert "麦子店街道　枣营南里社区居委会" in asked.content.decode()
    assert bulk(client_as("district_lead"), "street", homes, area=STREET, reason="辖区图").status_code == 302
    assert set(codes().values()) == {STREET}


def test_communities_of_two_districts_are_not_assigned_together(client_as: ClientAs, cast: Cast, home: Community):
    other = community(cast.areas["110102"], "三里河")
    response = bulk(client_as("city_lead"), "street", [home, other], area=STREET, reason="辖区图")
    assert response.status_code == 400
    assert "不在同一个区" in response.content.decode()


def test_list_that_somebody_changed_meanwhile_is_refused(client_as: ClientAs, cast: Cast, home: Community):
    post(client_as("data_officer"), home, COMMITTEE)
    response = bulk(client_as("district_lead"), "street", [home], area=STREET, reason="辖区图")
    assert response.status_code == 409
    assert codes() == {"枣营南里": COMMITTEE}


def test_suggestions_are_accepted_in_bulk_and_nothing_else_moves(client_as: ClientAs, cast: Cast, home: Community):
    without, known = placed(cast, "无名里"), placed(cast, "农展南里")
    suggest(home)
    suggest(known)
    assign(known, cast, COMMITTEE)
    known.refresh_from_db()
    response = bulk(client_as("district_lead"), "accept-street", [home, without, known])
    assert response.status_code == 302
    assert codes() == {"枣营南里": STREET, "无名里": CHAOYANG, "农展南里": COMMITTEE}
    assert home.values.get(source__key="manual", field="area").reason == "采纳建议街道，依据：商圈“麦子店”"


@pytest.mark.parametrize(
    ("street", "names"),
    [
        ("open", {"枣营南里", "无名里"}),
        ("suggested", {"枣营南里"}),
        ("placed", {"农展南里", "演示里"}),
        ("demo", {"演示里"}),
    ],
)
def test_list_is_narrowed_by_what_is_known_of_the_street(cast: Cast, home: Community, street: str, names: set[str]):
    placed(cast, "无名里")
    for name, provenance in (("农展南里", "real"), ("演示里", "demo")):
        one = placed(cast, name)
        say(one, "area", STREET, "demo" if provenance == "demo" else "manual", provenance=provenance)
        refresh(community_ids=[one.pk])
    suggest(home)
    found = community_filters.apply(Community.objects.current(), {"street": street}, cast.actor("district_lead"))
    assert {one.name for one in found} == names


def test_suggestion_stands_in_the_list_and_in_the_file(client_as: ClientAs, home: Community):
    suggest(home)
    client = client_as("district_lead")
    assert "建议 麦子店街道（商圈“麦子店”）" in client.get(reverse("community-list")).content.decode()
    assert "建议划归麦子店街道" in client.get(reverse("community-file", args=[home.pk])).content.decode()
    form = client.get(reverse("community-area", args=[home.pk])).content.decode()
    assert f'value="{STREET}" selected' in form
