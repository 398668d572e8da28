"""The file of a community: what it shows, to whom, in how many queries."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiugai.domain.stages import STAGES
from jiugai.registry.actions.values import enter_value, refresh
from jiugai.registry.choices import MixedPilot
from jiugai.registry.filters import community_filters
from jiugai.registry.models import BuildingHolding, Community, CommunityContact, OwnerUnit
from tests.apps.file_rows import TODAY, building, community, dwelling, say
from tests.cast import CHAOYANG, STREET, XICHENG, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


@pytest.fixture
def home(cast: Cast) -> Community:
    made = community(cast.areas[STREET], built_year=1981, floors_max=6, point=[116.46, 39.94])
    say(made, "built_year", 1985, "lianjia-communities")
    refresh(community_ids=[made.pk])
    made.refresh_from_db()
    return made


def text_of(client: Client, home: Community, tab: str = "community-file") -> str:
    response = client.get(reverse(tab, args=[home.pk]))
    assert response.status_code == 200
    return response.content.decode()


TABS = [
    "community-file",
    "community-buildings",
    "community-units",
    "community-people",
    "community-documents",
    "community-history",
]


@pytest.mark.parametrize("tab", TABS)
def test_outsider_gets_404_on_every_tab(client_as: ClientAs, home: Community, tab: str):
    assert client_as("outsider").get(reverse(tab, args=[home.pk])).status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_the_street(client_as: ClientAs, home: Community, tab: str):
    assert home.name in text_of(client_as("street_clerk"), home, tab)


@pytest.mark.obligation("T01-1")
def test_every_source_of_a_fact_stands_on_the_page(client_as: ClientAs, home: Community):
    shown = text_of(client_as("street_clerk"), home)
    assert "2 个来源说法不一" in shown
    assert "赶集小区" in shown
    assert "链家小区" in shown


def test_missing_facts_are_named_and_never_zero(client_as: ClientAs, home: Community):
    shown = text_of(client_as("street_clerk"), home)
    row = re.search(r'id="fact-households">.*?</dd>', shown, re.DOTALL)
    assert row is not None
    assert "资料不足" in row[0]
    assert "资料不足" in shown


@pytest.mark.obligation("T01-2")
@pytest.mark.parametrize(("mark", "words"), [("needed", "“十四五”需改造"), ("not_needed", "“十四五”不需改造")])
def test_five_year_mark_is_entered_and_shown(cast: Cast, client_as: ClientAs, home: Community, mark: str, words: str):
    assert "“十四五”标记待核实" in text_of(client_as("street_clerk"), home)
    enter_value(
        subject=home,
        field="plan_mark",
        value=mark,
        observed_on=TODAY,
        actor=cast.actor("street_clerk"),
        reason="区计划表",
        on=TODAY,
    )
    shown = text_of(client_as("street_clerk"), home)
    assert words in shown
    assert "标记待核实" not in shown


@pytest.mark.obligation("T01-10")
def test_one_file_spans_governance_renovation_and_management(client_as: ClientAs, home: Community):
    shown = text_of(client_as("street_clerk"), home)
    assert all(stage.label in shown for stage in STAGES)
    history = text_of(client_as("street_clerk"), home, "community-history")
    assert all(f'href="?line={line}"' in history for line in ("governance", "renovation", "management", "record"))


@pytest.mark.obligation("T01-10")
def test_timeline_tells_registration_sources_and_corrections(cast: Cast, client_as: ClientAs, home: Community):
    correct(cast, home)
    shown = text_of(client_as("street_clerk"), home, "community-history")
    assert "登记入册" in shown
    assert "装入公开抓取：赶集小区" in shown
    assert "更正建成年份：1985年改为1983年" in shown or "更正建成年份：1981年改为1983年" in shown


def correct(cast: Cast, home: Community) -> None:
    enter_value(
        subject=home,
        field="built_year",
        value=1983,
        observed_on=TODAY,
        actor=cast.actor("street_clerk"),
        reason="竣工牌",
        on=TODAY,
    )


def test_gate_stays_shut_for_want_of_facts_with_the_reason_beside_it(client_as: ClientAs, home: Community):
    shown = text_of(client_as("street_clerk"), home)
    assert "还不能办：" in shown
    assert "待核实" in shown
    assert 'aria-disabled="true" aria-describedby="why-gate"' in shown


def test_history_names_who_and_why(cast: Cast, client_as: ClientAs, home: Community):
    client = client_as("street_clerk")
    client.post(
        reverse("fact-edit", args=["communities", home.pk, "built_year"]),
        {"value": "1983", "observed_on": "2026-11-23", "reason": "竣工牌", "version": home.version},
    )
    shown = text_of(client, home, "community-history")
    assert "竣工牌" in shown
    assert cast.user("street_clerk").display_name in shown
    assert "恢复改前" in shown


def test_page_costs_the_same_queries_whatever_is_in_the_file(cast: Cast, client_as: ClientAs, home: Community):
    client = client_as("street_clerk")
    url = reverse("community-file", args=[home.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(6):
        block = building(home, f"{number}号楼", built_year=1980, storeys=6)
        dwelling(block, "101", "commodity", area_cm2=600_000)
        CommunityContact.objects.create(community=home, duty="书记", name=f"甲{number}")
        say(home, "address", f"{number}号", "official-list")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few) <= 90


@pytest.mark.obligation("T32-4")
def test_classes_of_flats_make_the_composition_and_the_mixed_mark(client_as: ClientAs, home: Community):
    block = building(home, built_year=1981, storeys=6)
    dwelling(block, "101", "central_state", area_cm2=750_000)
    dwelling(block, "102", "municipal", area_cm2=250_000)
    shown = text_of(client_as("street_clerk"), home, "community-units")
    assert "中央和国家机关本级 75.0%" in shown
    assert "是否混合</dt><dd>多类产权混合" in shown


@pytest.mark.obligation("T32-4")
def test_pilot_state_is_entered_shown_and_found(cast: Cast, client_as: ClientAs, home: Community):
    actor = cast.actor("street_clerk")
    enter_value(
        subject=home, field="mixed_pilot", value="pilot", observed_on=TODAY, actor=actor, reason="试点批复", on=TODAY
    )
    assert MixedPilot("pilot").label in text_of(client_as("street_clerk"), home)
    found = community_filters.apply(Community.objects.current(), {"mixed": ["pilot"]}, actor)
    assert list(found) == [home]
    assert not community_filters.apply(Community.objects.current(), {"mixed": ["done"]}, actor)


@pytest.mark.obligation("T32-4")
def test_holdings_make_the_composition_when_no_flat_is_known(client_as: ClientAs, home: Community):
    block = building(home)
    for code, ownership, area in (("U1", "central_enterprise", 600_000), ("U2", "municipal", 400_000)):
        unit = OwnerUnit.objects.create(code=code, name=f"单位{code}", ownership=ownership, area_path="/110000/")
        BuildingHolding.objects.create(building=block, unit=unit, area_cm2=area)
    shown = text_of(client_as("street_clerk"), home, "community-units")
    assert "央企 60.0%" in shown
    assert "按产权单位持有面积" in shown


@pytest.mark.obligation("T22-5")
def test_building_page_shows_year_and_the_standard_of_that_time(client_as: ClientAs, home: Community):
    block = building(home, built_year=1990, storeys=6)
    shown = client_as("street_clerk").get(reverse("building-file", args=[block.pk])).content.decode()
    assert "1990年" in shown
    assert "《建筑设计防火规范》GBJ 16-87" in shown
    assert "待核定" in shown


def test_sales_groups_are_never_called_buildings(client_as: ClientAs, home: Community):
    block = building(home, "6层 1981年", storeys=6)
    type(block).objects.filter(pk=block.pk).update(record="sales_group")
    assert "成交归并，非实测楼栋" in text_of(client_as("street_clerk"), home, "community-buildings")


def test_made_up_rows_carry_their_mark(client_as: ClientAs, home: Community):
    CommunityContact.objects.create(community=home, duty="书记", name="甲", provenance="demo")
    assert 'class="j-demo"' in text_of(client_as("street_clerk"), home, "community-people")


def test_planner_may_look_but_sees_no_people_and_no_pencils(client_as: ClientAs, home: Community):
    shown = text_of(client_as("planner"), home)
    assert "/edit/" not in shown
    assert "您的角色看不到联系人" in shown


def test_community_of_another_district_shows_nothing_of_ours(cast: Cast, client_as: ClientAs):
    other = community(cast.areas[XICHENG], "三里河路5号院")
    assert client_as("district_lead").get(reverse("community-file", args=[other.pk])).status_code == 404


def test_merged_file_points_to_the_one_that_stays(cast: Cast, client_as: ClientAs, home: Community):
    kept = community(cast.areas[CHAOYANG], "枣营北里")
    Community.objects.filter(pk=home.pk).update(merged_into=kept)
    shown = text_of(client_as("district_lead"), home)
    assert reverse("community-file", args=[kept.pk]) in shown
    assert "/edit/" not in shown


def test_map_link_and_little_map_need_a_point(cast: Cast, client_as: ClientAs):
    nowhere = community(cast.areas[STREET], "没有点的小区")
    assert "没有坐标" in text_of(client_as("street_clerk"), nowhere)
