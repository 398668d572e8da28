"""Values beside the record: correcting, taking back, settling in bulk."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiugai.accounts.models import AuditEvent
from jiugai.domain.errors import Conflict, NotAllowed
from jiugai.domain.observed import WrongDay
from jiugai.registry.actions.values import GoneRecord, NoReason, enter_value, refresh, withdraw_values
from jiugai.registry.models import Community, CommunityValue
from jiugai.registry.typing_in import WrongValue
from tests.apps.file_rows import TODAY, building, community, say
from tests.cast import CHAOYANG, STREET, XICHENG, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast.areas[STREET], built_year=1981, households=600, floors_max=6, point=[116.46, 39.94])


def correct(cast: Cast, subject, field="built_year", value=1983, *, who="street_clerk", **rest):
    given = {"observed_on": TODAY, "reason": "竣工牌", "on": TODAY} | rest
    return enter_value(subject=subject, field=field, value=value, actor=cast.actor(who), **given)


@pytest.mark.obligation("T01-1")
def test_correction_counts_at_once_and_the_crawl_stays_beside_it(cast: Cast, home: Community):
    saved = correct(cast, home)
    home.refresh_from_db()
    assert (home.built_year, saved.counts, saved.version) == (1983, True, home.version)
    assert sorted(home.values.filter(field="built_year").values_list("value", flat=True)) == [1981, 1983]


def test_correction_is_audited_with_before_after_and_reason(cast: Cast, home: Community):
    correct(cast, home)
    event = AuditEvent.objects.get(action="community.edit")
    assert (event.before, event.after) == ({"built_year": 1981}, {"built_year": 1983})
    assert (event.reason, event.subject_id) == ("竣工牌", str(home.pk))


def test_row_history_carries_the_reason(cast: Cast, home: Community):
    correct(cast, home)
    last = home.history.order_by("-pgh_id").select_related("pgh_context").first()
    assert last.built_year == 1983
    assert last.pgh_context.metadata["reason"] == "竣工牌"


@pytest.mark.obligation("T01-1")
def test_withdrawn_correction_lets_the_value_before_count_again(cast: Cast, home: Community):
    saved = correct(cast, home)
    withdraw_values(
        subject=home, value_ids=[saved.value_id], actor=cast.actor("street_clerk"), reason="看错了楼", on=TODAY
    )
    home.refresh_from_db()
    assert home.built_year == 1981
    assert CommunityValue.objects.get(pk=saved.value_id).withdrawn_at is not None


def test_second_correction_counts_even_for_an_earlier_day(cast: Cast, home: Community):
    correct(cast, home, value=1983)
    correct(cast, home, value=1982, observed_on=date(2020, 1, 1))
    home.refresh_from_db()
    assert home.built_year == 1982


def test_stale_version_of_the_same_fact_names_who_changed_what(cast: Cast, home: Community):
    seen = home.version
    correct(cast, home, value=1983, who="district_lead", expected_version=seen)
    with pytest.raises(Conflict) as refused:
        correct(cast, home, value=1985, expected_version=seen)
    assert "1983年" in refused.value.details[0]
    home.refresh_from_db()
    assert home.built_year == 1983


def test_two_people_may_correct_two_facts_at_once(cast: Cast, home: Community):
    seen = home.version
    correct(cast, home, value=1983, who="district_lead", expected_version=seen)
    correct(cast, home, field="households", value=612, expected_version=seen)
    home.refresh_from_db()
    assert (home.built_year, home.households) == (1983, 612)


def test_reason_is_required(cast: Cast, home: Community):
    with pytest.raises(NoReason):
        correct(cast, home, reason="  ")


def test_person_without_the_right_is_told_why(cast: Cast, home: Community):
    with pytest.raises(NotAllowed, match="更正基础信息"):
        correct(cast, home, who="planner")


def test_person_of_another_street_may_not_correct(cast: Cast):
    elsewhere = community(cast.areas[XICHENG], "三里河路5号院")
    with pytest.raises(NotAllowed, match="辖区"):
        correct(cast, elsewhere)


def test_impossible_value_is_refused_and_nothing_is_written(cast: Cast, home: Community):
    with pytest.raises(WrongValue, match="1850"):
        correct(cast, home, value=2031)
    assert not home.values.filter(source__key="manual").exists()


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2999, 1, 1)])
def test_day_on_which_nothing_can_have_been_seen_is_refused(cast: Cast, home: Community, day: date):
    with pytest.raises(WrongDay) as refused:
        correct(cast, home, observed_on=day)
    assert (refused.value.status, refused.value.where) == (422, "数据日期")


def test_merged_community_takes_no_corrections(cast: Cast, home: Community):
    Community.objects.filter(pk=home.pk).update(merged_into=community(cast.areas[CHAOYANG], "枣营北里"))
    with pytest.raises(GoneRecord):
        correct(cast, home)


def test_moving_a_community_needs_the_right_at_the_new_place(cast: Cast, home: Community):
    with pytest.raises(NotAllowed):
        correct(cast, home, field="area", value=XICHENG)


@pytest.mark.obligation("T01-3")
def test_classes_give_the_map_group(cast: Cast, home: Community):
    correct(cast, home, field="ownership", value=["unit_built", "commodity"])
    home.refresh_from_db()
    assert (home.ownership, home.ownership_group) == ("unit_built", "mixed")
    assert home.ownership_classes == ["unit_built", "commodity"]


def test_derived_columns_follow(home: Community):
    assert (home.height_class, home.position_state) == ("multi", "good")
    assert (home.pinyin, home.initials) == ("zaoyingnanli", "zynl")


def test_flagged_point_is_suspect_until_a_person_corrects_it(cast: Cast, home: Community):
    say(home, "position_flags", ["shared_point"])
    refresh(community_ids=[home.pk])
    home.refresh_from_db()
    assert home.position_state == "suspect"
    correct(cast, home, field="point", value=[116.47, 39.95])
    home.refresh_from_db()
    assert (home.position_state, home.position_flags, home.point.x) == ("good", [], 116.47)


def test_nothing_known_leaves_columns_empty_but_never_the_name(home: Community):
    home.values.all().delete()
    refresh(community_ids=[home.pk])
    home.refresh_from_db()
    assert (home.name, home.built_year, home.point, home.position_state) == ("枣营南里", None, None, "missing")


def test_demo_word_never_beats_a_real_one(home: Community):
    say(home, "households", 9999, "demo", provenance="demo")
    refresh(community_ids=[home.pk])
    home.refresh_from_db()
    assert home.households == 600


@pytest.mark.obligation("T22-5")
def test_building_keeps_year_and_the_fire_standard_of_that_time(cast: Cast, home: Community):
    block = building(home, built_year=1990, storeys=6)
    assert (block.built_year, block.fire_standard) == (1990, "GBJ 16-87")
    correct(cast, block, field="fire_standard", value="TJ 16-74")
    block.refresh_from_db()
    assert block.fire_standard == "TJ 16-74"


def test_refresh_without_change_writes_no_history(home: Community):
    before = (home.version, home.history.count())
    assert refresh(community_ids=[home.pk]) == 0
    home.refresh_from_db()
    assert (home.version, home.history.count()) == before


def test_many_records_cost_as_many_queries_as_one(cast: Cast, home: Community):
    with CaptureQueriesContext(
        connection,
    ) as one:
        refresh(community_ids=[home.pk])
    more = [community(cast.areas[STREET], f"示例{n}", built_year=1980).pk for n in range(20)]
    with CaptureQueriesContext(connection) as many:
        refresh(community_ids=more)
    assert len(many) == len(one)
