"""Filters of communities: what they keep, how they are told, what they refuse."""

from dataclasses import replace

import pytest

from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.registry.filters import community_filters
from jiugai.registry.models import Community, Source
from jiugai.registry.tables import COMMUNITIES
from jiugai.web.tables.filters import FilterSet, Unscoped
from jiugai.web.tables.params import BadFilter, without
from tests.apps.lists_data import actor, areas, community

pytestmark = pytest.mark.django_db
CITY = actor()


def names(params: dict[str, object], who: object = CITY) -> set[str]:
    rows = community_filters.apply(Community.objects.current(), params, who)
    return set(rows.values_list("name", flat=True))


@pytest.fixture(autouse=True)
def _rows() -> None:
    tree = areas()
    west, east = tree["110102001"], tree["110105001"]
    community("劲松北社区", east, built_year=1979, ownership_group="unit", initials="jsbsq", point=(116.46, 39.88))
    community("白广路6号院", west, built_year=1989, ownership_group="central", share_no_lift=1, point=(116.36, 39.89))
    community("牛街西里", west, built_year=1990, ownership_group="mixed",
              ownership_classes=["central_state", "municipal"], need="high")  # fmt: skip
    community("望京花园", east, built_year=2000, ownership_group="commodity", address="望京西路", share_no_lift=0)
    community("没有年份", east, ownership_classes=["military", "municipal"])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"q": "劲松"}, {"劲松北社区"}),
        ({"q": "JSB"}, {"劲松北社区"}),
        ({"q": "js"}, {"劲松北社区"}),
        ({"q": "松北"}, {"劲松北社区"}),
        ({"q": "松社"}, set()),
        ({"q": "京西"}, {"望京花园"}),
        ({"q": "6号 白"}, {"白广路6号院"}),
        ({"q": "望京西路"}, {"望京花园"}),
        ({"q": "６号院 白广"}, {"白广路6号院"}),
        ({"q": "100%"}, set()),
        ({"district": "110102"}, {"白广路6号院", "牛街西里"}),
        ({"area": "110105001", "built": "pre1980"}, {"劲松北社区"}),
        ({"built": ["pre1980", "unknown"]}, {"劲松北社区", "没有年份"}),
        ({"built": "pre1980,unknown"}, {"劲松北社区", "没有年份"}),
        ({"built_min": "1989", "built_max": "1990"}, {"白广路6号院", "牛街西里"}),
        ({"ownership": "central"}, {"白广路6号院"}),
        ({"mixed": "several"}, {"牛街西里"}),
        ({"need": "high"}, {"牛街西里"}),
        ({"has_lift": "none"}, {"白广路6号院"}),
        ({"position": "missing", "district": "110105"}, {"望京花园", "没有年份"}),
        ({"bbox": "116.45,39.8,116.5,39.9"}, {"劲松北社区"}),
        ({"polygon": "116.3,39.8;116.4,39.8;116.4,39.99"}, {"白广路6号院"}),
        ({"polygon": "POLYGON((116.3 39.8,116.5 39.8,116.5 40,116.3 40,116.3 39.8))"}, {"劲松北社区", "白广路6号院"}),
    ],
)
def test_filter_keeps_the_matching(params: dict[str, object], expected: set[str]) -> None:
    assert names(params) == expected


@pytest.mark.obligation("T22-5")
def test_both_cut_offs_stay_apart() -> None:
    assert names({"built": "pre1990"}) == {"劲松北社区", "白广路6号院"}
    assert names({"built": "pre2001"}) == {"劲松北社区", "白广路6号院", "牛街西里", "望京花园"}


def test_scope_comes_with_the_filter() -> None:
    assert names({}, actor("/110000/110102/")) == {"白广路6号院", "牛街西里"}
    assert names({}, actor("/110000/11010/")) == set()


def test_conditions_are_told_one_by_one_and_removed_one_by_one() -> None:
    params = community_filters.canonical(
        {"built": "pre1990,unknown", "district": "110102", "built_min": "1950", "x": "1"}
    )
    told = community_filters.describe(params, CITY)
    assert [c.label for c in told] == ["西城区", "建成：1990年以前", "建成：资料不足", "建成年份：1950年及以上"]
    assert without(params, told[1]) == {"district": ["110102"], "built": ["unknown"], "built_min": ["1950"]}


@pytest.mark.parametrize(
    "params",
    [
        {"built": "1983"}, {"built_min": "abc"}, {"built_min": "NaN"}, {"district": "999999"}, {"ids": "1,x"},
        {"bbox": "1,2,3"}, {"bbox": "nan,1,2,3"}, {"polygon": "POINT(1 2)"}, {"polygon": "0,0;1,1"},
        {"polygon": "POLYGON(("},
    ],
)  # fmt: skip
def test_unreadable_condition_is_refused_in_words(params: dict[str, str]) -> None:
    with pytest.raises(BadFilter, match="看不懂条件"):
        names(params)


def test_counts_of_options_leave_their_own_filter_out() -> None:
    choice = community_filters.get("ownership")
    params = {"district": "110102", "ownership": "central"}
    counts = community_filters.counts(Community.objects.current(), params, CITY, choice)  # type: ignore[arg-type]
    assert (counts["central"], counts["mixed"], counts["commodity"]) == (1, 1, 0)


def test_alias_is_found_as_soon_as_it_is_known() -> None:
    source = Source.objects.create(key="t", name="台账", mark="rec")
    row = Community.objects.get(name="望京花园")
    row.aliases.create(name="花家地西里", name_norm="花家地西里", source=source)
    assert names({"q": "花家"}) == {"望京花园"}


def test_register_that_does_not_say_who_sees_it_fails_at_the_start():
    """Sources have no scope: a list of them must be declared public, and one with a scope must not be."""
    unscoped = replace(COMMUNITIES, rows=Source.objects.all, exportable=False, bulk=())
    with pytest.raises(Unscoped):
        list_urls(unscoped, "sources/", Permission.REGISTER_VIEW)
    list_urls(replace(unscoped, filters=FilterSet((), public=True)), "sources/", Permission.REGISTER_VIEW)
    open_to_all = replace(COMMUNITIES, filters=FilterSet((), public=True), exportable=False, bulk=())
    with pytest.raises(Unscoped):
        list_urls(open_to_all, "x/", Permission.REGISTER_VIEW)


def test_unscoped_rows_are_never_shown_by_accident():
    with pytest.raises(AttributeError):
        FilterSet(()).apply(Source.objects.all(), {}, CITY)
