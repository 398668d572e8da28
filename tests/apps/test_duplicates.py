"""Two communities that may be one: merge, undo, keep apart, and two people deciding at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import AuditEvent
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Conflict
from jiugai.registry.actions import duplicates, values
from jiugai.registry.models import Building, Community, CommunityAlias, CommunityValue, DuplicatePair, Source
from jiugai.registry.queries.duplicates import lines
from tests.cast import CHAOYANG, XICHENG, Cast


def community(cast: Cast, code: str, name: str, area: str = CHAOYANG, **facts: object) -> Community:
    source, _ = Source.objects.get_or_create(key="crawl-a", defaults={"name": "抓取甲", "mark": "crawl"})
    made = Community.objects.create(code=code, name=name, name_norm=name, area=cast.areas[area])
    for field, value in {"name": name, "area": area, **facts}.items():
        CommunityValue.objects.create(community=made, field=field, value=value, source=source)
    values.refresh(community_ids=[made.pk])
    made.refresh_from_db()
    return made


@pytest.fixture
def pair(cast: Cast) -> DuplicatePair:
    one = community(cast, "A1", "管庄东里", built_year=1985)
    two = community(cast, "A2", "管庄东里社区", households=1200)
    Building.objects.create(community=two, code="A2-1", label="1号楼")
    made = DuplicatePair.objects.create(first=one, second=two, score="0.9", distance_m=20, reasons=["名称相近"])
    made.refresh_from_db()
    return made


def merge(pair: DuplicatePair, actor: Actor) -> DuplicatePair:
    return duplicates.merge(
        pair_id=pair.pk, keep_id=pair.first_id, actor=actor, reason="现场核对门牌", at=timezone.now()
    )


@pytest.mark.obligation("T01-1")
def test_a_merge_brings_both_sources_together(cast: Cast, pair: DuplicatePair):
    merge(pair, cast.actor("data_officer"))
    kept = Community.objects.get(pk=pair.first_id)
    assert (kept.built_year, kept.households) == (1985, 1200)
    assert kept.buildings.count() == 1
    assert "管庄东里社区" in kept.search_text
    assert Community.objects.get(pk=pair.second_id).merged_into_id == kept.pk
    assert AuditEvent.objects.filter(action="community.merge").count() == 1


def test_a_merge_taken_back_leaves_everything_as_it_was(cast: Cast, pair: DuplicatePair):
    actor = cast.actor("data_officer")
    merge(pair, actor)
    duplicates.split(pair_id=pair.pk, actor=actor, reason="两个院", at=timezone.now())
    one, two = Community.objects.get(pk=pair.first_id), Community.objects.get(pk=pair.second_id)
    assert (one.name, one.households, two.households, two.merged_into_id) == ("管庄东里", None, 1200, None)
    assert two.buildings.count() == 1
    assert not CommunityAlias.objects.exists()


def test_a_decided_pair_is_not_decided_again(cast: Cast, pair: DuplicatePair):
    actor = cast.actor("data_officer")
    duplicates.keep_apart(pair_id=pair.pk, actor=actor, reason="不同院", at=timezone.now())
    with pytest.raises(Conflict):
        merge(pair, actor)


def test_demo_and_real_are_never_merged(cast: Cast, pair: DuplicatePair):
    Community.objects.filter(pk=pair.second_id).update(provenance="demo")
    with pytest.raises(duplicates.NotMergeable):
        merge(pair, cast.actor("data_officer"))
    assert DuplicatePair.objects.get().state == "proposed"


@pytest.mark.django_db(transaction=True)
def test_two_people_merging_the_same_pair_give_one_merge(transactional_db: None, cast: Cast, pair: DuplicatePair):
    actors = [cast.actor("data_officer"), cast.actor("district_lead")]
    start = Barrier(2)

    def decide(actor: Actor) -> str:
        try:
            with scoped(actor):
                start.wait(timeout=10)
                merge(pair, actor)
            return "merged"
        except Conflict as refusal:
            return refusal.message
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(decide, actors))
    assert said.count("merged") == 1
    assert any("刚刚已经处理" in words for words in said)
    assert CommunityValue.objects.filter(community_id=pair.second_id).count() == 0


def test_the_pages_show_merge_and_undo(client_as: Callable[[str], Client], pair: DuplicatePair):
    client = client_as("data_officer")
    assert "管庄东里社区" in client.get(reverse("duplicate-list")).content.decode()
    url = reverse("duplicate-decide", args=[pair.pk, "merge"])
    assert client.post(url, {"keep": pair.first_id}).status_code == 422
    assert client.post(url, {"keep": pair.first_id, "reason": "同一个院"}).status_code == 302
    page = client.get(reverse("duplicate-pair", args=[pair.pk])).content.decode()
    assert "撤销合并" in page


def test_a_pair_of_another_district_is_not_found(client_as: Callable[[str], Client], pair: DuplicatePair):
    assert client_as("outsider").get(reverse("duplicate-pair", args=[pair.pk])).status_code == 404


def test_a_pair_across_districts_belongs_to_the_city(cast: Cast, client_as: Callable[[str], Client]):
    one, two = community(cast, "B1", "南里"), community(cast, "B2", "南里", area=XICHENG)
    pair = DuplicatePair.objects.create(first=one, second=two, score="0.9", reasons=[])
    url = reverse("duplicate-pair", args=[pair.pk])
    assert client_as("data_officer").get(url).status_code == 404
    assert client_as("city_lead").get(url).status_code == 200


def test_what_one_side_does_not_know_is_no_difference(cast: Cast):
    one = community(cast, "C1", "甲里", ownership_group="commodity", households=1200, share_no_lift=0.504)
    two = community(cast, "C2", "甲里", ownership_group="unknown", households=900)
    found = {line.label: line for line in lines(one, two)}
    assert not found["产权"].differs
    assert found["户数"].differs
    assert [found["户数"].first, found["无电梯占比"].first] == ["1,200", "50%"]
