"""Working days and limits: every day against the library of record, and a count by hand against the arrays."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiugai.domain.calendar import BadYear, WorkCalendar, YearNotice, calendar_of, shipped, shipped_calendar, year_of
from jiugai.domain.clock import BadPause, Pause, Standing, due, explain, left, state
from jiugai.domain.process import BadProcess, Move, Process, Stage, Unit

CALENDAR = shipped_calendar()
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
days = st.dates(date(2004, 1, 10), date(2026, 6, 30))


def test_every_day_of_the_shipped_years_is_what_the_official_calendar_says():
    span = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    assert [day for day in span if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)] == []


def counted_by_hand(start: date, number: int, calendar: WorkCalendar, pauses: tuple[Pause, ...] = ()) -> date:
    day = start
    while number:
        day += timedelta(days=1)
        stopped = any(p.start <= day < (p.end or p.start) for p in pauses)
        number -= calendar.is_workday(day) and not stopped
    return day


@given(days, st.integers(1, 100))
def test_adding_working_days_is_counting_them_one_by_one(start, number):
    assert CALENDAR.add_workdays(start, number).day == counted_by_hand(start, number, CALENDAR)


@st.composite
def pauses(draw, start: date):
    found, at = [], start
    for _ in range(draw(st.integers(0, 3))):
        at += timedelta(days=draw(st.integers(0, 12)))
        end = at + timedelta(days=draw(st.integers(0, 15)))
        found.append(Pause(at, end))
        at = end
    return tuple(found)


@given(st.data(), days, st.integers(1, 30))
def test_a_limit_with_pauses_is_what_counting_day_by_day_gives(data, start, number):
    stops = data.draw(pauses(start))
    assert due(start, number, Unit.WORKING, CALENDAR, stops).day == counted_by_hand(start, number, CALENDAR, stops)


@given(st.data(), days, st.integers(1, 200))
def test_a_limit_in_days_ends_on_a_working_day_on_which_the_clock_ran(data, start, number):
    stops = data.draw(pauses(start))
    end = due(start, number, Unit.CALENDAR, CALENDAR, stops).day
    assert CALENDAR.is_workday(end)
    assert not any(p.start <= end < (p.end or p.start) for p in stops)
    assert end >= start + timedelta(days=number)


@given(st.data(), days, st.integers(1, 60))
def test_a_longer_limit_never_ends_earlier(data, start, number):
    stops = data.draw(pauses(start))
    for unit in Unit:
        assert due(start, number, unit, CALENDAR, stops).day <= due(start, number + 1, unit, CALENDAR, stops).day


@given(days, st.integers(1, 60))
def test_what_is_left_on_the_day_of_the_event_is_the_whole_limit(start, number):
    end = due(start, number, Unit.WORKING, CALENDAR).day
    assert left(start, end, Unit.WORKING, CALENDAR) == number
    assert left(end, end, Unit.WORKING, CALENDAR) == 0


def test_make_up_days_count_and_holidays_do_not():
    # 2026-09-30 is a Wednesday; the holidays last until 10-07; Saturday 10-10 is worked.
    assert due(date(2026, 9, 30), 3, Unit.WORKING, CALENDAR).day == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("start", "number", "end"), [((2026, 9, 21), 10, (2026, 10, 8)), ((2026, 11, 13), 1, (2026, 11, 16))]
)
def test_a_limit_that_ends_on_a_day_off_ends_on_the_next_working_day(start, number, end):
    assert due(date(*start), number, Unit.CALENDAR, CALENDAR).day == date(*end)


def test_suspending_stops_the_day_itself_and_resuming_counts_the_day_itself():
    stop = (Pause(date(2026, 11, 18), date(2026, 11, 20)),)
    assert due(date(2026, 11, 16), 5, Unit.WORKING, CALENDAR, stop).day == date(2026, 11, 25)
    marks = explain(date(2026, 11, 16), date(2026, 11, 25), Unit.WORKING, CALENDAR, stop)
    assert [m.day.day for m in marks if m.kind == "paused"] == [18, 19]
    assert [m.number for m in marks if m.kind == "due"] == [5]


def test_a_date_beyond_the_last_notice_is_provisional():
    assert due(date(2026, 12, 28), 3, Unit.WORKING, CALENDAR) == (date(2026, 12, 31), False)
    assert due(date(2026, 12, 28), 4, Unit.WORKING, CALENDAR) == (date(2027, 1, 1), True)


def test_a_new_notice_moves_what_was_provisional():
    new_year = YearNotice(2027, {date(2027, 1, 1): "元旦"}, {})
    found = due(date(2026, 12, 28), 4, Unit.WORKING, calendar_of([*shipped(), new_year]))
    assert found == (date(2027, 1, 4), False)


def test_a_notice_may_name_days_of_the_december_before():
    notice = YearNotice(2027, {date(2027, 1, 1): "元旦"}, {date(2026, 12, 26): "元旦"})
    calendar = calendar_of([*shipped(), notice])
    assert calendar.is_workday(date(2026, 12, 26))
    assert not CALENDAR.is_workday(date(2026, 12, 26))


@pytest.mark.parametrize(
    ("holidays", "workdays"),
    [
        ({date(2025, 1, 1): "元旦"}, {}),
        ({date(2027, 1, 2): "元旦"}, {date(2027, 1, 2): "元旦"}),
        ({}, {date(2027, 1, 4): "元旦"}),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(holidays, workdays):
    with pytest.raises(BadYear):
        YearNotice(2027, holidays, workdays)


@pytest.mark.parametrize(
    "content", [{}, [], {"year": "x", "holidays": {}}, {"year": 2027, "holidays": {"元旦": ["1月1日"]}}]
)
def test_a_file_that_is_no_year_is_refused_in_words(content):
    with pytest.raises(BadYear):
        year_of(content)


def test_pauses_may_not_overlap():
    stops = (Pause(date(2026, 3, 2), date(2026, 3, 9)), Pause(date(2026, 3, 5), date(2026, 3, 10)))
    with pytest.raises(BadPause):
        due(date(2026, 3, 1), 5, Unit.WORKING, CALENDAR, stops)


@pytest.mark.parametrize(
    ("due_on", "standing", "remaining"),
    [
        ((2026, 11, 20), Standing.OVERDUE, -1),
        ((2026, 11, 23), Standing.SOON, 0),
        ((2026, 11, 26), Standing.SOON, 3),
        ((2026, 11, 27), Standing.OK, 4),
    ],
)
def test_standing_by_working_days_left(due_on, standing, remaining):
    found = state(today=date(2026, 11, 23), due_on=date(*due_on), calendar=CALENDAR)
    assert (found.standing, found.left) == (standing, remaining)


def test_a_suspended_matter_is_never_overdue_and_keeps_what_was_left():
    found = state(
        today=date(2026, 12, 20), due_on=date(2026, 11, 23), calendar=CALENDAR, suspended_on=date(2026, 11, 18)
    )
    assert (found.standing, found.left) == (Standing.SUSPENDED, 4)


def test_a_process_that_contradicts_itself_is_refused_at_once():
    stages = (Stage("a", "甲"), Stage("b", "乙", end=True))
    for moves in ((), (Move("go", "走", ("a",), "c"),), (Move("stay", "记", ("a",), "a"),)):
        with pytest.raises(BadProcess):
            Process("k", "类", stages, moves)
    assert Process("k", "类", stages, (Move("go", "走", ("a",), "b"),)).steps()[1] == ("go", "a", "b", True)
