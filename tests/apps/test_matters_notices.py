"""Holiday notices entered after dates were set, nightly escalation, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from io import BytesIO
from threading import Barrier

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.calendar import YearNotice
from jiugai.domain.errors import Conflict
from jiugai.matters import actions, clocks
from jiugai.matters.actions.noticing import YearOutOfTurn, enter_notice
from jiugai.matters.actions.redating import redate
from jiugai.matters.models import Handling, HolidayNotice, Matter, MatterLog
from jiugai.matters.tasks import escalate_all
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, Cast

NEW_YEAR = {date(2027, 1, 1): "元旦"}


def at(day: int, month: int = 12) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, 10))  # noqa: DTZ001 - made aware here


def opened(cast: Cast, **values) -> Handling:
    home, _new = Community.objects.get_or_create(
        code="N-1", defaults={"name": "示例小区", "name_norm": "示例", "area": cast.areas[COMMITTEE]}
    )
    home.refresh_from_db()
    return actions.open_matter(
        model=Handling,
        values={"title": "核对", "owner": cast.bodies["street"]} | values,
        community=home,
        actor=cast.actor("district_lead"),
        now=at(28),
    )


@pytest.fixture(autouse=True)
def _own_calendar() -> None:
    """Forget the notice that a request of another test saw."""
    clocks.forget()


def running(cast: Cast, days: int, unit: str = "working") -> Handling:
    """A matter whose clock runs since Monday 2026-12-28, as a stage with a limit would set it."""
    matter = opened(cast)
    matter.clock_start, matter.clock_days, matter.clock_unit = date(2026, 12, 28), days, unit
    clocks.set_due(matter, [], clocks.calendar())
    names = ("clock_start", "clock_days", "clock_unit", "due_on", "due_provisional")
    Matter.objects.filter(pk=matter.pk).update(**{name: getattr(matter, name) for name in names})
    matter.refresh_from_db()
    return matter


def entered(cast: Cast, holidays=None, year: int = 2027) -> HolidayNotice:
    notice = YearNotice(year, NEW_YEAR if holidays is None else holidays, {}, f"{year}年安排")
    return enter_notice(notice=notice, actor=cast.actor("city_lead"), now=at(30), queue=lambda _: 0)


@pytest.mark.django_db
def test_a_notice_moves_open_dates_and_leaves_a_record_of_each(cast: Cast):
    moved, kept, far = running(cast, 4), running(cast, 2), opened(cast, due_on=date(2027, 1, 1))
    assert (moved.due_on, moved.due_provisional) == (date(2027, 1, 1), True)
    notice = entered(cast)
    assert redate(notice=notice, now=at(30)) == (2, 1)
    for matter in (moved, kept, far):
        matter.refresh_from_db()
    assert (moved.due_on, moved.due_provisional) == (date(2027, 1, 4), False)
    assert kept.due_on == date(2026, 12, 30)
    assert far.due_on == date(2027, 1, 1)  # a date given by hand is a promise and stays
    line = MatterLog.objects.get(notice=notice)
    assert line.before == {"due_on": "2027-01-01", "due_provisional": True}
    assert line.after == {"due_on": "2027-01-04", "due_provisional": False}


@pytest.mark.django_db
def test_running_the_job_again_moves_nothing(cast: Cast):
    running(cast, 4)
    notice = entered(cast)
    redate(notice=notice, now=at(30))
    redate(notice=notice, now=at(30))
    assert MatterLog.objects.filter(notice=notice).count() == 1


@pytest.mark.django_db
def test_a_later_notice_of_the_year_replaces_the_earlier(cast: Cast):
    matter = running(cast, 4)
    redate(notice=entered(cast), now=at(30))
    redate(notice=entered(cast, {date(2027, 1, 1): "元旦", date(2027, 1, 4): "元旦"}), now=at(30))
    matter.refresh_from_db()
    assert matter.due_on == date(2027, 1, 5)


@pytest.mark.django_db
def test_years_come_in_turn_and_the_same_notice_twice_is_refused(cast: Cast):
    with pytest.raises(YearOutOfTurn):
        entered(cast, {date(2028, 1, 1): "元旦"}, year=2028)
    entered(cast)
    with pytest.raises(Conflict):
        entered(cast)


@pytest.mark.django_db
def test_the_form_takes_lines_yaml_and_workbooks(cast: Cast):
    client = cast.client("city_lead")
    typed = {"year": 2027, "holidays": "2027-01-01 至 2027-01-03 元旦", "workdays": "2027-02-14 春节"}
    assert client.post("/calendar/notices/new/", typed).status_code == 302
    assert clocks.calendar().is_workday(date(2027, 2, 14))
    yaml = "year: 2028\nholidays:\n  元旦: [2028-01-03]\n"
    assert (
        client.post("/calendar/notices/new/", {"upload": SimpleUploadedFile("a.yaml", yaml.encode())}).status_code
        == 302
    )
    book, target = Workbook(), BytesIO()
    for row in (["日期", "安排", "节日"], [datetime(2029, 1, 1), "放假", "元旦"]):  # noqa: DTZ001 - a cell
        book.active.append(row)
    book.save(target)
    file = SimpleUploadedFile("a.xlsx", target.getvalue())
    assert client.post("/calendar/notices/new/", {"upload": file}).status_code == 302
    assert clocks.calendar().last_year == 2029
    page = client.get(f"/calendar/notices/{HolidayNotice.objects.first().pk}/")
    assert "正在重算" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"year": 2027, "holidays": "元旦"},
        {"year": 2027, "holidays": "2027-01-05 至 2027-01-01 元旦"},
        {"year": 2027, "holidays": "2027-13-01 元旦"},
        {"year": 2027, "holidays": "2027-01-01 元旦", "workdays": "2027-01-04 元旦"},
        {"year": 2026, "holidays": "2027-01-01 元旦"},
    ],
)
def test_a_notice_with_a_slip_comes_back_in_words(cast: Cast, typed):
    answer = cast.client("city_lead").post("/calendar/notices/new/", typed)
    assert answer.status_code == 422
    assert not HolidayNotice.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe", b"[]", b"year: 2027", b"year: 2027\nholidays: {a: [b]}"])
def test_a_file_that_is_no_notice_comes_back_in_words(cast: Cast, content):
    upload = SimpleUploadedFile("a.yaml", content)
    assert cast.client("city_lead").post("/calendar/notices/new/", {"upload": upload}).status_code == 422


@pytest.mark.django_db
def test_late_matters_go_up_one_level_and_the_next_one_a_week_later(cast: Cast):
    street, district, city = (cast.bodies[name] for name in ("street", "district", "city"))
    for body, parent in ((street, district), (district, city)):
        body.parent = parent
        body.save()
    matter = opened(cast, due_on=date(2026, 12, 28))
    waits = opened(cast, due_on=date(2026, 12, 28))
    actions.suspend(matter=waits, actor=SYSTEM, now=at(28), reason="等图")
    assert escalate_all(now=at(28)) == 0
    assert escalate_all(now=at(29)) == 1
    assert escalate_all(now=at(30)) == 0
    matter.refresh_from_db()
    assert (matter.escalated_to, matter.owner) == (district, street)
    assert escalate_all(now=timezone.make_aware(datetime(2027, 1, 6, 9))) == 1  # noqa: DTZ001
    matter.refresh_from_db()
    assert matter.escalated_to == city
    assert list(matter.log.values_list("what", flat=True)) == ["opened", "escalated", "escalated"]


@pytest.mark.django_db(transaction=True)
def test_of_two_people_moving_at_once_one_moves_and_one_is_told(cast: Cast):
    matter, actor = opened(cast), cast.actor("street_clerk")
    start = Barrier(2)

    def take() -> str:
        try:
            with scoped(SYSTEM):
                start.wait(10)
                actions.move(matter=matter, move="take", actor=actor, now=at(29), version=matter.version)
            return "moved"
        except Conflict as conflict:
            return conflict.message
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(future.result() for future in [pool.submit(take) for _ in range(2)])
    assert answers.count("moved") == 1
    assert any(actor.name in answer for answer in answers)
    assert matter.log.filter(what="moved").count() == 1
