"""Which source counts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.precedence import Claim, NoOrder, agree, order_on, resolve, resolve_all

ORDER = order_on(date(2026, 11, 23))
OFFICIAL, CRAWL = ("official-named-projects", "off"), ("ganji-communities", "crawl")


def year(value: int, source: tuple[str, str], **rest: Any) -> Claim:
    return Claim("built_year", value, *source, **rest)


claims = st.lists(
    st.builds(
        Claim,
        field=st.just("built_year"),
        value=st.integers(1950, 1999),
        source=st.sampled_from(["manual", "org-1", "lianjia-transactions", "ganji-communities", "unheard-of"]),
        mark=st.sampled_from(["off", "rec", "crawl", "demo", "?"]),
        observed_on=st.none() | st.dates(date(2015, 1, 1), date(2026, 1, 1)),
        entered_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        ident=st.sampled_from(["", "1", "2"]),
    ),
    max_size=7,
)


@given(claims, st.randoms())
def test_the_order_of_claims_does_not_matter(given_claims: list[Claim], random: Any) -> None:
    shuffled = random.sample(given_claims, len(given_claims))
    assert resolve(given_claims, order=ORDER) == resolve(shuffled, order=ORDER)


@given(claims)
def test_no_source_is_lost(given_claims: list[Claim]) -> None:
    found = resolve(given_claims, order=ORDER)
    kept = {c.source for c in (found.current, *found.agreeing, *found.conflicts)} if found else set()
    assert kept == {c.source for c in given_claims}


def test_a_correction_beats_the_official_list_which_beats_the_crawl() -> None:
    corrected = year(1982, ("manual", "rec"))
    official = year(1981, OFFICIAL, observed_on=date(2018, 10, 1))
    crawled = year(1990, CRAWL, observed_on=date(2019, 11, 27))
    assert resolve([crawled, official], order=ORDER).current == official  # type: ignore[union-attr]
    found = resolve([crawled, official, corrected], order=ORDER)
    assert found is not None
    assert found.current == corrected
    assert found.conflicts == (official, crawled)


def test_among_crawls_the_sales_are_believed_first_for_the_year() -> None:
    sales = year(1980, ("lianjia-transactions", "crawl"))
    found = resolve([year(2000, CRAWL), sales], order=ORDER)
    assert found is not None
    assert found.current == sales


def test_a_source_speaks_by_its_latest_word() -> None:
    old = year(1980, CRAWL, entered_at=datetime(2026, 1, 1, tzinfo=UTC))
    new = year(1985, CRAWL, entered_at=datetime(2026, 2, 1, tzinfo=UTC))
    found = resolve([new, old], order=ORDER)
    assert found is not None
    assert (found.current, found.conflicts) == (new, ())


def test_demonstration_never_beats_a_real_source() -> None:
    real = year(1980, ("unheard-of", "crawl"))
    found = resolve([year(1970, ("anything", "demo")), real], order=ORDER)
    assert found is not None
    assert found.current == real


@pytest.mark.parametrize(
    ("field", "one", "other", "same"),
    [
        ("point", [116.4, 39.9], [116.4005, 39.9], True),
        ("point", [116.4, 39.9], [116.41, 39.9], False),
        ("name", "白广路六号院", "白广路6号院", True),
        ("share_no_lift", 0.84, 0.88, True),
        ("ownership", ["commodity", "unit_built"], ["unit_built", "commodity"], True),
        ("built_year", 1980, 1981, False),
        ("has_lift", True, 1, True),
    ],
)
def test_what_counts_as_the_same(field: str, one: Any, other: Any, same: bool) -> None:
    assert agree(Claim(field, one, *CRAWL), Claim(field, other, *OFFICIAL), order=ORDER) is same


def test_fields_resolve_on_their_own() -> None:
    found = resolve_all([year(1980, CRAWL), Claim("households", 500, *CRAWL)], order=ORDER)
    assert {field: r.current.value for field, r in found.items()} == {"built_year": 1980, "households": 500}


def test_no_order_before_the_first_version() -> None:
    with pytest.raises(NoOrder):
        order_on(date(2000, 1, 1))
    assert resolve([], order=ORDER) is None


def area(code: str, mark: str) -> Claim:
    return Claim("area", code, "manual" if mark == "rec" else mark, mark)


def test_a_street_within_the_believed_district_says_more_and_counts() -> None:
    found = resolve([area("110105", "off"), area("110105035", "crawl")], order=ORDER)
    assert found is not None
    assert (found.current.value, found.conflicts) == ("110105035", ())


def test_a_street_of_another_district_does_not_count() -> None:
    found = resolve([area("110105", "off"), area("110102007", "crawl")], order=ORDER)
    assert found is not None
    assert (found.current.value, len(found.conflicts)) == ("110105", 1)


def test_what_a_person_entered_is_not_narrowed_by_anybody() -> None:
    found = resolve([area("110105035", "rec"), area("110105035002", "demo")], order=ORDER)
    assert found is not None
    assert found.current.value == "110105035"
