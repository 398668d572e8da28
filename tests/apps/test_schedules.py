"""Planned and actual days by project and item, season days in words, seasons on record and from temperatures."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from jiugai.domain.errors import NotAllowed
from jiugai.planning.actions.scheduling import NewDays, WrongSchedule, record_season, save_days
from jiugai.planning.models import ObservedSeason, ScheduleLine
from jiugai.planning.queries.schedules import schedule_of
from tests.apps.menu_rows import a_home, a_menu
from tests.apps.planning_rows import DAY, a_project, now

pytestmark = pytest.mark.django_db
D = date


@pytest.fixture
def home(cast):
    return a_home(cast)


def save(cast, project, item="", who="district_lead", **days):
    return save_days(project=project, item=item, new=NewDays(**days), actor=cast.actor(who), now=now(), on=DAY)


@pytest.mark.obligation("T03-13")
def test_planned_and_actual_days_are_kept_by_project_and_by_item_with_history(cast, home):
    project, _ = a_menu(cast, home, "N1")
    save(cast, project, planned_start=D(2026, 4, 1), planned_finish=D(2026, 10, 31))
    save(cast, project, "energy", planned_start=D(2026, 4, 1), planned_finish=D(2026, 8, 31),
         actual_start=D(2026, 4, 10), actual_finish=D(2026, 9, 10))  # fmt: skip
    whole, energy = schedule_of(project, DAY)
    assert (whole.label, whole.start, energy.actual_finish, energy.late) == (
        "整个项目", D(2026, 4, 1), D(2026, 9, 10), 10,
    )  # fmt: skip
    save(cast, project, planned_start=D(2026, 5, 1), planned_finish=D(2026, 10, 31), reason="管线图未齐")
    row = ScheduleLine.objects.get(item="")
    assert [event.planned_start for event in row.history.order_by("pgh_id")] == [D(2026, 4, 1), D(2026, 5, 1)]


@pytest.mark.obligation("T03-13")
@pytest.mark.parametrize(
    "days",
    [
        {"planned_start": D(2026, 5, 1)},
        {"planned_finish": D(2026, 5, 1)},
        {"planned_start": D(2026, 5, 2), "planned_finish": D(2026, 5, 1)},
        {"planned_start": D(2000, 5, 2), "planned_finish": D(2026, 5, 1)},
        {"actual_finish": D(2026, 5, 1)},
        {"actual_start": D(2026, 12, 1)},
    ],
    ids=str,
)
def test_days_that_contradict_themselves_are_refused(cast, home, days):
    with pytest.raises(WrongSchedule):
        save(cast, a_project(cast, home), **days)
    assert not ScheduleLine.objects.exists()


@pytest.mark.obligation("T03-13")
def test_a_planned_change_needs_a_reason_and_an_item_must_be_chosen(cast, home):
    project = a_project(cast, home)
    save(cast, project, planned_start=D(2026, 4, 1), planned_finish=D(2026, 10, 31))
    with pytest.raises(WrongSchedule) as refused:
        save(cast, project, planned_start=D(2026, 5, 1), planned_finish=D(2026, 10, 31))
    assert refused.value.clause == "T03-7"
    with pytest.raises(WrongSchedule):
        save(cast, project, "energy", planned_start=D(2026, 4, 1), planned_finish=D(2026, 10, 31))
    with pytest.raises(NotAllowed):
        save(cast, project, who="community_worker")


@pytest.mark.obligation("T03-14")
def test_season_days_are_counted_and_warned_of_in_words(cast, home):
    project, _ = a_menu(cast, home, "N1")
    save(cast, project, planned_start=D(2027, 6, 10), planned_finish=D(2027, 11, 30))
    client = cast.client("district_lead")
    page = client.get(f"/projects/{project.pk}/schedule/").content.decode()
    assert "计划工期有 114 天在雨季和冬期" in page
    assert "共 174 天，雨季 98 天，冬期 16 天" in page
    assert "尽量避开" in page
    assert "开工，雨季减到" in page
    assert "雨季 98 天" in client.get(f"/projects/{project.pk}/").content.decode()


@pytest.mark.obligation("T03-14")
def test_a_recorded_season_changes_the_count(cast, home):
    project = a_project(cast, home)
    save(cast, project, planned_start=D(2027, 6, 1), planned_finish=D(2027, 9, 30))
    city = cast.actor("city_lead")
    record_season(kind="rain", first=D(2027, 7, 1), last=D(2027, 7, 31), source="防汛通知", actor=city)
    assert schedule_of(project, DAY)[0].planned.rain == 31
    for wrong in (
        {"first": D(2027, 7, 31), "last": D(2027, 8, 2)}, {"first": D(2028, 2, 1), "last": D(2028, 1, 1)},
        {"kind": "fog", "first": D(2028, 1, 1), "last": D(2028, 2, 1)},
        {"first": D(2028, 6, 1), "last": D(2028, 7, 1), "source": " "},
    ):  # fmt: skip
        with pytest.raises(WrongSchedule):
            record_season(**{"kind": "rain", "source": "x", "actor": city, **wrong})
    with pytest.raises(NotAllowed):
        record_season(kind="rain", first=DAY, last=DAY, source="x", actor=cast.actor("street_clerk"))


@pytest.mark.obligation("T03-14")
def test_winter_works_are_imported_from_daily_temperatures(cast):
    city = cast.client("city_lead")
    means = [8] * 5 + [1] * 30 + [9] * 6
    assert city.post("/seasons/import/", {"upload": sheet(means), "source": "气象台"}).status_code == 302
    season = ObservedSeason.objects.get()
    assert (season.kind, season.first, season.last) == ("winter", D(2026, 11, 6), D(2026, 12, 5))
    assert "没有从开始到结束完整的冬期" in city.post("/seasons/import/", {"upload": sheet([9] * 9)}).content.decode()
    assert "认不出来" in city.post("/seasons/import/", {"upload": sheet([1, "冷"])}).content.decode()
    city.post(f"/seasons/{season.pk}/remove/")
    assert not ObservedSeason.objects.exists()


def sheet(means):
    book, out = Workbook(), BytesIO()
    book.active.append(["日期", "日平均气温（℃）"])
    for number, mean in enumerate(means):
        book.active.append([D(2026, 11, 1) + timedelta(days=number), mean])
    book.save(out)
    out.name = "气温.xlsx"
    out.seek(0)
    return out


def test_pages_take_days_refuse_in_the_form_and_go_out_as_a_workbook(cast, home):
    project, _ = a_menu(cast, home, "N1")
    client, url = cast.client("district_lead"), f"/projects/{project.pk}/schedule/"
    good = {"item": "energy", "planned_start": "2027-04-01", "planned_finish": "2027-08-31"}
    assert client.post(f"{url}edit/", {**good, "planned_finish": ""}).status_code == 422
    assert client.post(f"{url}edit/", good).status_code == 302
    book = load_workbook(BytesIO(client.get(f"{url}sheet/").content))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["整个项目", "楼本体节能改造"]
    assert client.post("/seasons/", {"kind": "rain", "first": "2027-07-01", "last": "2027-08-01"}).status_code == 422
    season = {"kind": "rain", "first": "2027-07-01", "last": "2027-08-01", "source": "通知"}
    assert client.post("/seasons/", season).status_code == 302
    assert cast.client("outsider").get(url).status_code == 404
