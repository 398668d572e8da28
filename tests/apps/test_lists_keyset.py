"""Paging: every row exactly once, in order, forward and back, with missing values and ties."""

from contextlib import suppress

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from jiugai.accounts.actor import SYSTEM, Actor, Grant
from jiugai.registry.models import Community
from jiugai.web.tables import keyset, totals
from jiugai.web.tables.keyset import Order
from jiugai.web.tables.params import BadFilter
from tests.apps.lists_data import areas, community

pytestmark = pytest.mark.django_db
YEARS = [1980, None, 1985, 1980, None, 1990, 1980, None, 1985, 1970, None]


@pytest.fixture
def _rows() -> None:
    street = areas()["110105001"]
    for number, year in enumerate(YEARS):
        community(f"小区{number:02d}", street, built_year=year)


def expected(order: Order) -> list[int]:
    rows = list(Community.objects.values_list("built_year", "pk"))
    known = sorted((r for r in rows if r[0] is not None), reverse=order.descending)
    missing = sorted((r for r in rows if r[0] is None), key=lambda r: r[1], reverse=order.descending)
    return [pk for _, pk in known + missing]


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 10, 11, 50])
def test_pages_forward_and_back_give_each_row_once(size: int, descending: bool) -> None:
    order = Order("built_year", descending)
    pages = [keyset.page(Community.objects.all(), order, size=size)]
    while pages[-1].next:
        pages.append(keyset.page(Community.objects.all(), order, size=size, after=pages[-1].next))
    assert [row.pk for page in pages for row in page.rows] == expected(order)
    assert [page.first for page in pages] == [1 + size * n for n in range(len(pages))]
    back = [pages[-1]]
    while back[-1].previous:
        back.append(keyset.page(Community.objects.all(), order, size=size, before=back[-1].previous))
    assert [row.pk for page in reversed(back) for row in page.rows] == expected(order)
    assert [page.first for page in reversed(back)] == [page.first for page in pages]


@pytest.mark.usefixtures("_rows")
def test_a_row_that_vanishes_does_not_shift_the_next_page() -> None:
    order = Order("built_year")
    first = keyset.page(Community.objects.all(), order, size=3)
    following = expected(order)[3:6]
    first.rows[0].delete()
    second = keyset.page(Community.objects.all(), order, size=3, after=first.next)
    assert [row.pk for row in second.rows] == following


@pytest.mark.parametrize("order", [Order("pk"), Order("name", True), Order("area__name")])
@pytest.mark.usefixtures("_rows")
def test_other_orders_page_too(order: Order) -> None:
    first = keyset.page(Community.objects.select_related("area"), order, size=5)
    second = keyset.page(Community.objects.select_related("area"), order, size=20, after=first.next)
    assert len({row.pk for row in (*first.rows, *second.rows)}) == len(YEARS)


@given(st.text(max_size=40))
def test_broken_place_is_refused_in_words(text: str) -> None:
    with suppress(BadFilter):
        keyset.decode(text, Community, Order("built_year"))


def test_small_tables_are_counted_exactly() -> None:
    assert totals.total(Community.objects.all()) == totals.Total(0)


@pytest.mark.usefixtures("_rows")
def test_huge_tables_are_estimated_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "table_size", lambda _: 60_000)
    monkeypatch.setattr(totals, "sample", lambda *_: 123_456)
    found = totals.total(Community.objects.all())
    assert (found.words, found.exact) == ("约 120,000", False)


@pytest.mark.usefixtures("_rows")
def test_rare_rows_of_huge_tables_are_counted_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "table_size", lambda _: 60_000)
    found = totals.total(Community.objects.filter(built_year=1980))
    assert (found.words, found.exact) == ("3", True)


def test_an_estimate_holds_for_a_minute_and_for_its_own_scope_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(totals, "sample", lambda rows, size: asked.append(str(rows.query)) or len(asked))
    lately = totals.Lately()
    of_district = Actor(name="某", grants=(Grant("street", "/110000/110105/"),))
    everything, mine = (Community.objects.visible_to(who) for who in (SYSTEM, of_district))
    assert [lately.get(rows, 60_000) for rows in (everything, mine, everything, mine)] == [1, 2, 1, 2]
    monkeypatch.setattr(totals, "monotonic", lambda: float("inf"))
    assert lately.get(everything, 60_000) == 3


@pytest.mark.usefixtures("_rows")
def test_sample_of_a_whole_table_is_the_count() -> None:
    assert totals.sample(Community.objects.filter(built_year__isnull=True), 10) == 4


@pytest.mark.usefixtures("_rows")
def test_options_of_huge_tables_are_sampled_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    conditions = [Q(built_year=1980), Q(built_year__isnull=True), Q()]
    with django_assert_num_queries(1):
        assert totals.sample_each(Community.objects.select_related("area"), conditions, 10) == [3, 4, 11]
    assert totals.sample_each(Community.objects.none(), conditions, 10) == [0, 0, 0]
