"""Days in the rainy season and in winter works, default and observed; how to have fewer; winter from temperatures."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.figures import shipped
from jiugai.domain.planning.seasons import seasons
from jiugai.domain.schedules import NotInOrder, Span, advise, count, spans_of, winters

D = date
SEASONS = seasons(shipped(), D(2026, 11, 23))


def days(start, finish, observed=()):
    return count(start, finish, spans_of(start, finish, SEASONS, observed))


@pytest.mark.obligation("T03-14")
def test_days_are_counted_with_both_ends_and_over_new_year():
    found = days(D(2026, 6, 10), D(2026, 11, 30))
    assert (found.total, found.rain, found.winter) == (174, 98, 16)
    assert days(D(2026, 6, 1), D(2026, 9, 15)).rain == 107
    assert days(D(2026, 5, 31), D(2026, 5, 31)).season == 0
    assert days(D(2027, 1, 1), D(2027, 3, 31)).winter == 74
    assert found.words == "共 174 天，雨季 98 天，冬期 16 天"


@pytest.mark.obligation("T03-14")
def test_a_season_on_record_stands_in_for_the_default_of_its_year_only():
    late = Span("rain", D(2026, 7, 1), D(2026, 8, 31), observed=True)
    assert days(D(2026, 6, 1), D(2026, 9, 30), [late]).rain == 62
    assert days(D(2027, 6, 1), D(2027, 9, 30), [late]).rain == 107
    short = Span("winter", D(2026, 12, 1), D(2027, 2, 10), observed=True)
    assert days(D(2026, 11, 1), D(2027, 3, 31), [short]).winter == 72


@pytest.mark.obligation("T03-14")
def test_the_nearest_better_start_is_advised():
    advice = advise(D(2026, 6, 10), D(2026, 8, 8), SEASONS)
    assert (advice.days.season, advice.start) == (0, D(2026, 4, 2))
    assert "提前 69 天到2026年4月2日开工" in advice.words
    assert advise(D(2026, 4, 1), D(2026, 4, 30), SEASONS) is None


@pytest.mark.obligation("T03-14")
def test_a_day_of_both_seasons_on_record_counts_once():
    wet = Span("rain", D(2026, 11, 10), D(2026, 11, 20), observed=True)
    found = days(D(2026, 11, 10), D(2026, 11, 30), [wet])
    assert (found.rain, found.winter, found.season) == (11, 10, 21)


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)), st.integers(0, 400))
def test_counts_agree_with_looking_at_every_day(start, length):
    finish = start + timedelta(days=length)
    every = [start + timedelta(days=n) for n in range(length + 1)]
    found = days(start, finish)
    assert found.rain == sum(SEASONS.rain.holds(d.month, d.day) for d in every)
    assert found.winter == sum(SEASONS.winter.holds(d.month, d.day) for d in every)


def readings(first, *means):
    return [(first + timedelta(days=n), Decimal(str(mean))) for n, mean in enumerate(means)]


@pytest.mark.obligation("T03-14")
def test_winter_begins_with_five_days_below_and_ends_before_five_days_above():
    cold, warm = [4.9] * 5, [5.1] * 5
    rows = readings(D(2026, 11, 1), 6, *[4] * 4, 6, *cold, 7, 3, 5, 5, 5, 5, 5, *warm, 1)
    assert winters(rows, Decimal(5), 5) == [Span("winter", D(2026, 11, 7), D(2026, 11, 18), observed=True)]


def test_open_spells_and_missing_days_make_no_winter():
    assert winters(readings(D(2026, 11, 1), *[1] * 20), Decimal(5), 5) == []
    gap = [*readings(D(2026, 11, 1), 1, 1, 1), *readings(D(2026, 11, 5), 1, 1, *[9] * 5)]
    assert winters(gap, Decimal(5), 5) == []
    with pytest.raises(NotInOrder):
        winters([(D(2026, 1, 2), Decimal(1)), (D(2026, 1, 2), Decimal(1))], Decimal(5), 5)
