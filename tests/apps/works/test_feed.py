"""The smart-site feed (T21-1), and what residents report from the public page."""

import json
import time
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from jiugai.domain.errors import Refusal
from jiugai.matters.actions import move
from jiugai.works.actions.feeding import (
    BadReading,
    Device,
    issue_token,
    remove_device,
    save_device,
    take_readings,
    token_of,
)
from jiugai.works.actions.reporting import PER_HOUR, TooOften, Words, report
from jiugai.works.models import DeviceReading, ReportReceipt, ResidentReport, SiteDevice, SiteFeedToken, SiteFinding
from tests.apps.planning_rows import a_community, now
from tests.apps.works_rows import ago, on_site, paper, today
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(cast: Cast, project):
    """Two devices stand on the site."""
    for device in (Device("D1", "扬尘", "pm10", "μg", "北门", None, Decimal(150)), Device("D2", "噪声", "noise", "dB")):
        save_device(project=project, device=device, actor=cast.actor("renewer"), now=now())
    return project


@pytest.fixture
def secret(cast: Cast, project) -> str:
    return issue_token(project=project, actor=cast.actor("renewer"), now=now())


def reading(minutes: int, value: object = 60, device: str = "D1") -> dict[str, object]:
    return {"device": device, "at": (now() - timedelta(minutes=minutes)).isoformat(), "value": value}


def send(secret: str, rows: object):
    return Client().post(
        "/site-feed/", json.dumps(rows), content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )


@pytest.mark.obligation("T21-1")
def test_readings_sent_twice_and_in_any_order_are_kept_once(project, secret):
    rows = [reading(minutes, minutes) for minutes in range(1, 41)]
    rows = rows[20:] + rows[:20][::-1]
    assert send(secret, rows[:30]).json() == {"received": 30, "new": 30, "alarms": 0, "findings": 0}
    assert send(secret, rows).json()["new"] == 10
    assert send(secret, rows).json()["new"] == 0
    values = list(DeviceReading.objects.order_by("-at").values_list("value", flat=True))
    assert values == [Decimal(n) for n in range(1, 41)]


@pytest.mark.obligation("T21-1")
def test_an_alarm_opens_one_finding_while_one_is_open_and_old_alarms_do_not_reopen_it(cast: Cast, project, secret):
    assert send(secret, [reading(5, 151), reading(4, 180), reading(3, 150)]).json()["findings"] == 1
    assert send(secret, [reading(2, 170)]).json() == {"received": 1, "new": 1, "alarms": 1, "findings": 0}
    finding = SiteFinding.objects.get()
    assert (finding.origin, finding.field, finding.owner) == ("device", "green", cast.bodies["builder"])
    paper(finding, "整改照片")
    paper(finding, "复查照片")
    finding = move(matter=finding, move="rectify", actor=cast.actor("builder"), now=now(),
                   values={"measures": "洒水", "rectified_on": today()})  # fmt: skip
    move(matter=finding, move="close", actor=cast.actor("watcher"), now=now(), values={"rechecked_on": today()})
    assert send(secret, [reading(60, 190)]).json()["findings"] == 0
    later = {"device": "D1", "at": (now() + timedelta(minutes=2)).isoformat(), "value": 190}
    assert send(secret, [later]).json()["findings"] == 1


@pytest.mark.obligation("T21-1")
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"device": "D9", "at": "2026-11-23T08:00:00+08:00", "value": 1}, "没有登记设备"),
        ({"device": "D1", "at": "2026-11-23T08:00:00", "value": 1}, "带时区"),
        ({"device": "D1", "at": "2020-01-01T08:00:00+08:00", "value": 1}, "太早"),
        ({"device": "D1", "at": "2126-11-23T08:00:00+08:00", "value": 1}, "晚于现在"),
        ("x", "没有登记设备"),
    ],
)
def test_one_wrong_line_refuses_the_batch_and_names_it(project, secret, row, words):
    answer = send(secret, [reading(1), row])
    assert answer.status_code == 422
    assert "第 2 条" in answer.json()["details"][0]
    assert words in answer.json()["details"][0]
    assert not DeviceReading.objects.exists()


@pytest.mark.parametrize("value", ["大", None, True, [], "NaN", "Infinity", 10**12])
def test_a_value_that_is_no_number_is_refused(project, secret, value):
    assert send(secret, [reading(1, value)]).status_code == 422


@pytest.mark.obligation("T21-1")
def test_a_token_opens_its_own_project_only_and_a_new_one_ends_the_old(cast: Cast, project, secret):
    assert send("jgsite_wrong", []).status_code == 401
    assert Client().post("/site-feed/", "[]", content_type="application/json").status_code == 401
    fresh = issue_token(project=project, actor=cast.actor("renewer"), now=now())
    assert send(secret, [reading(1)]).status_code == 401
    assert send(fresh, [reading(1)]).status_code == 200
    assert SiteFeedToken.objects.filter(ended_at__isnull=True).count() == 1
    assert secret not in SiteFeedToken.objects.values_list("digest", flat=True)


@pytest.mark.obligation("T21-1")
def test_only_devices_that_stand_on_this_site_report_and_only_while_it_is_one(cast: Cast, project, secret):
    owner = cast.actor("renewer")
    other = on_site(cast, a_community(cast, "枣营北里"))
    save_device(project=other, device=Device("D7", "扬尘", "pm10", "μg"), actor=owner, now=now())
    assert send(secret, [reading(1, device="D7")]).status_code == 422
    remove_device(device=SiteDevice.objects.get(code="D1"), actor=owner, on=today())
    assert "没有登记设备" in send(secret, [reading(1)]).json()["details"][0]
    token = token_of(secret)
    token.project.state = "completed"
    with pytest.raises(BadReading, match="不在施工中"):
        take_readings(token=token, rows=[reading(1, device="D2")], now=now())


def test_what_is_no_list_or_too_long_is_refused(project, secret):
    assert send(secret, {"device": "D1"}).status_code == 422
    assert send(secret, [reading(1)] * 5001).status_code == 413
    broken = Client().post(
        "/site-feed/", "{", content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert broken.status_code == 422


def test_readings_stay_as_they_came(project, secret):
    send(secret, [reading(1)])
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        DeviceReading.objects.update(value=1)


def test_thousands_of_readings_are_taken_at_once(project, secret):
    moment = now()
    rows = [{"device": "D2", "at": (moment - timedelta(seconds=n)).isoformat(), "value": n % 90} for n in range(5000)]
    begin = time.perf_counter()
    taken = take_readings(token=token_of(secret), rows=rows, now=moment)
    assert (taken.new, time.perf_counter() - begin < 30) == (5000, True)


@pytest.mark.obligation("T21-1")
def test_the_page_draws_readings_limits_and_alarms(cast: Cast, project, secret, client_as):
    send(secret, [reading(5, 60), reading(4, 151), reading(3, 80)])
    page = client_as("watcher").get(f"/works/{project.pk}/smart/").content.decode()
    assert "最高 151 μg" in page
    assert "超限 1 次" in page
    assert "<circle" in page
    assert "上限 150" in page


def test_a_new_token_is_shown_once(cast: Cast, project, client_as):
    client = client_as("renewer")
    page = client.post(f"/works/{project.pk}/token/", follow=True).content.decode()
    assert "jgsite_" in page
    again = client.get(f"/works/{project.pk}/smart/").content.decode()
    assert "只显示这一次" not in again


# --- residents ---------------------------------------------------------------------------------------------------


def picture() -> SimpleUploadedFile:
    made = BytesIO()
    Image.new("RGB", (8, 8), "red").save(made, "PNG")
    return SimpleUploadedFile("a.png", made.getvalue(), content_type="image/png")


@pytest.mark.obligation("T20-1")
def test_a_resident_reports_without_log_in_and_gets_an_answer_with_a_name(
    cast: Cast, project, home, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    public = Client()
    page = public.get(f"/report/{home.pk}/")
    assert page.status_code == 200
    sent = public.post(f"/report/{home.pk}/", {"words": "脚手架下面没有灯", "place": "2单元", "photo": picture()})
    made = ResidentReport.objects.get()
    assert sent.headers["Location"] == f"/report/answer/{made.receipt.secret}/"
    assert (made.owner, made.clock_days, made.photo.stripped) == (cast.bodies["street"], 5, True)
    assert "街道" in public.get(sent.headers["Location"]).content.decode()
    move(matter=made, move="answer", actor=cast.actor("street_clerk"), now=now(),
         values={"confirmed": True, "answer": "今晚装灯", "answered_by": "马丽娜"})  # fmt: skip
    answered = public.get(sent.headers["Location"]).content.decode()
    assert "今晚装灯" in answered
    assert "马丽娜" in answered


def test_the_public_page_is_there_only_where_something_is_built_and_secrets_are_not_guessed(cast: Cast, project, home):
    other = a_community(cast, "枣营北里")
    assert Client().get(f"/report/{other.pk}/").status_code == 404
    assert Client().get("/report/answer/nothing/").status_code == 404
    assert Client().post(f"/report/{home.pk}/", {"words": "坏", "website": "x"}).status_code == 422
    assert not ResidentReport.objects.exists()


def test_who_sends_too_many_waits_and_others_do_not(project, home):
    for number in range(PER_HOUR):
        report(community=home, project=project, words=Words(f"第 {number} 个问题"), address="1.2.3.4", now=now())
    with pytest.raises(TooOften):
        report(community=home, project=project, words=Words("又一个问题"), address="1.2.3.4", now=now())
    report(community=home, project=project, words=Words("别人的问题"), address="5.6.7.8", now=now())
    assert "1.2.3.4" not in "".join(ReportReceipt.objects.values_list("sender", flat=True))


def test_too_few_words_and_other_files_are_refused(project, home):
    for words in (Words(" 坏 "), Words("有问题看这里", photo=SimpleUploadedFile("a.exe", b"MZ"))):
        with pytest.raises(Refusal):
            report(community=home, project=project, words=words, address=None, now=now())


def test_a_confirmed_report_counts_in_the_evaluation(cast: Cast, project, home):
    from jiugai.works.queries.safety import record_of

    made = report(community=home, project=project, words=Words("夜里施工太吵"), address=None, now=now()).report
    move(matter=made, move="answer", actor=cast.actor("street_clerk"), now=now(),
         values={"confirmed": True, "answer": "已停", "answered_by": "马丽娜"})  # fmt: skip
    assert record_of(project, since=ago(5), until=today()).resident_confirmed == 1
