"""A list too long to wait for: asked for, written in the background, taken by who asked and by nobody else."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts import exporting, permissions
from jiugai.accounts.models import AuditEvent, ListExport, Membership
from jiugai.accounts.permissions import GRANTS, Permission
from jiugai.accounts.roles import Role
from jiugai.domain.errors import NotAllowed
from tests.apps.lists_data import community
from tests.cast import OTHER_STREET, STREET, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
ADDRESS = "/communities/export/?cols=name,built&built=pre1980"


@pytest.fixture(autouse=True)
def _rows(cast: Cast, settings: object, tmp_path: Path) -> None:
    settings.EXPORT_ROWS_AT_ONCE = 3  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    for number in range(5):
        community(f"枣营{number}号院", cast.areas[STREET], built_year=1970 + number)
    community("月坛北街", cast.areas[OTHER_STREET], built_year=1970)


def write(asked: ListExport) -> None:
    exporting.write(export_id=asked.pk, now=timezone.now())


@pytest.fixture
def asked(client_as: ClientAs) -> ListExport:
    client_as("district_lead").post(ADDRESS)
    return ListExport.objects.get()


def test_long_list_is_offered_in_the_background_and_asking_again_is_the_same_one(client_as: ClientAs) -> None:
    browser = client_as("district_lead")
    assert "5 行在后台生成" in browser.get(ADDRESS).content.decode()
    assert not ListExport.objects.exists()
    assert browser.post(ADDRESS).url == reverse("export-files")
    browser.post(ADDRESS)
    asked = ListExport.objects.get()
    page = browser.get(reverse("export-files")).content.decode()
    assert "建成：1980年以前" in page
    assert f'hx-get="{reverse("export-progress", args=[asked.pk])}"' in page
    assert browser.get(reverse("export-download", args=[asked.pk])).status_code == 409


def test_short_list_and_csv_come_at_once(client_as: ClientAs) -> None:
    browser = client_as("district_lead")
    assert browser.get("/communities/export/?built_min=1973").headers["Content-Disposition"].startswith("attachment")
    assert b"".join(browser.get(f"{ADDRESS}&format=csv").streaming_content).count(b"\n") == 6


def test_workbook_holds_the_list_and_taking_it_is_written_down(client_as: ClientAs, asked: ListExport) -> None:
    write(asked)
    browser = client_as("district_lead")
    assert "hx-get" not in browser.get(reverse("export-progress", args=[asked.pk])).content.decode()
    assert not AuditEvent.objects.filter(action="export").exists()
    answer = browser.get(reverse("export-download", args=[asked.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [row[0].value for row in book["小区"].iter_rows(min_row=2)] == [f"枣营{n}号院" for n in range(5)]
    event = AuditEvent.objects.get(action="export")
    assert (event.after["rows"], event.after["columns"]) == (5, ["name", "built", "code"])


def test_log_names_the_columns_that_the_file_holds_whatever_rights_came_or_went_since(
    client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = client_as("district_lead")
    browser.post(ADDRESS.replace("built&", "checkup&"))
    asked = ListExport.objects.get()
    with monkeypatch.context() as patch:
        less = GRANTS[Role.DISTRICT_LEAD] - {Permission.CHECKUP_VIEW}
        patch.setattr(permissions, "GRANTS", GRANTS | {Role.DISTRICT_LEAD: less})
        write(asked)
    answer = browser.get(reverse("export-download", args=[asked.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert [cell.value for cell in next(book["小区"].iter_rows(max_row=1))] == ["小区", "平台编号", "数据"]
    assert AuditEvent.objects.get(action="export").after["columns"] == ["name", "code"]


def test_nobody_else_sees_or_takes_it(client_as: ClientAs, asked: ListExport) -> None:
    write(asked)
    for other in ("city_lead", "data_officer"):
        assert client_as(other).get(reverse("export-download", args=[asked.pk])).status_code == 404
        assert asked.file_name not in client_as(other).get(reverse("export-files")).content.decode()


def test_role_that_ended_in_between_takes_nothing_home(client_as: ClientAs, asked: ListExport) -> None:
    ended = timezone.localdate() - timedelta(days=1)
    Membership.objects.filter(user=asked.user).update(ends=ended)
    with pytest.raises(NotAllowed):
        write(asked)
    asked.refresh_from_db()
    assert asked.finished_at is None
    assert client_as("district_lead").get(reverse("export-files")).status_code == 403


def test_narrower_area_counts_at_the_moment_of_writing(cast: Cast, client_as: ClientAs) -> None:
    client_as("city_lead").post(ADDRESS)
    asked = ListExport.objects.get()
    Membership.objects.filter(user=asked.user).update(area=cast.areas[OTHER_STREET], role="street")
    write(asked)
    asked.refresh_from_db()
    assert asked.rows_total == 1


def test_write_that_broke_off_starts_anew_and_a_finished_one_is_left_alone(
    asked: ListExport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def killed(book: object) -> str:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_keep", killed)
        with pytest.raises(OSError, match="full"):
            write(asked)
    write(asked)
    write(asked)
    assert [place.suffix for place in tmp_path.glob("exports/*")] == [".xlsx"]


def test_files_are_forgotten_after_their_days(asked: ListExport, tmp_path: Path, client_as: ClientAs) -> None:
    write(asked)
    exporting.forget(before=timezone.now() - timedelta(days=7))
    assert len(list(tmp_path.glob("exports/*"))) == 1
    exporting.forget(before=timezone.now() + timedelta(seconds=1))
    assert not list(tmp_path.glob("exports/*"))
    assert client_as("district_lead").get(reverse("export-download", args=[asked.pk])).status_code == 404


def test_job_page_shows_its_progress(client_as: ClientAs, asked: ListExport) -> None:
    ListExport.objects.update(rows_done=2)
    page = client_as("district_lead").get(reverse("job-file", args=[asked.job])).content.decode()
    assert "导出小区" in page
    assert "2 / 5" in page
