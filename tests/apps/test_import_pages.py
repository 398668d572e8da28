"""The wizard in the browser's eyes: four steps, words for refusals, and who may do what."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import AuditEvent
from jiugai.registry.intake import checking, undoing, writing
from jiugai.registry.models import Community, ImportBatch, ImportProblem, ImportProfile, ImportRow
from tests.apps.import_rows import ROWS, checked, csv_of, draw_ground, undone, uploaded, written
from tests.cast import Cast

pytestmark = pytest.mark.django_db
State = ImportBatch.State
WRONG = ("CY-4", "新村", "朝阳区", "1985-13-02", "约300", 116.53, 39.95)


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    return cast.actor("data_officer")


@pytest.fixture
def browser(officer, client_as: Callable[[str], Client]) -> Client:
    return client_as("data_officer")


def answers(**more: object) -> dict[str, object]:
    fields = ("source_key", "name", "district", "built_year", "households", "lon", "lat")
    columns = {f"col-{n}": field for n, field in enumerate(fields)}
    return columns | {
        "target": "communities", "crs": "CGCS2000", "source": "new", "source_name": "朝阳区摸底台账",
        "observed_on": "2026-10-01", "sheet": "",
    } | more  # fmt: skip


def upload(browser: Client, content: bytes, name: str = "台账.csv"):
    return browser.post(reverse("import-new"), {"file": SimpleUploadedFile(name, content)})


def test_four_steps_from_file_to_register(browser, officer):
    answer = upload(browser, csv_of())
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == reverse("import-columns", args=[batch.pk])
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "管庄东里" in page
    assert "落在写明的区" in page

    answer = browser.post(reverse("import-columns", args=[batch.pk]), answers(save_as="朝阳季报"))
    assert answer.headers["Location"] == reverse("import-batch", args=[batch.pk])
    assert ImportProfile.objects.get().name == "朝阳季报"
    assert "正在读文件" in browser.get(answer.headers["Location"]).content.decode()
    checking.check(batch.pk, user_id=officer.user_id, clock=timezone.localtime)

    assert "没有错误" in browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "新增 3" in browser.get(reverse("import-batch", args=[batch.pk]) + "?step=4").content.decode()
    browser.post(reverse("import-write", args=[batch.pk]))
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    page = browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "已写入 3 行" in page
    assert Community.objects.count() == 3

    browser.post(reverse("import-undo", args=[batch.pk]), {"reason": "坐标系选错"})
    undoing.undo(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert "已整批撤回" in browser.get(reverse("import-batch", args=[batch.pk])).content.decode()


def test_errors_page_shows_place_typed_reason_remedy_and_rows_around(browser, officer):
    batch = checked(officer, csv_of([*ROWS, WRONG]))
    page = browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    for words in (
        "2 处错误要改，改完才能写入",
        "D 列 5 行",
        "1985-13-02",
        "读不出年份",
        "填四位数",
        "原表第 3—5 行",
        "采用",
    ):
        assert words in page
    assert "现在一行都没有写入" in page


def test_wrong_cell_can_be_left_empty_and_its_row_is_kept(browser, officer):
    batch = checked(officer, csv_of([("CY-4", "新村", "朝阳区", 1985, 999_999, 116.53, 39.95)]))
    page = browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "留空不导入" in page
    assert 'name="fix" value="number_out_of_range|户数" checked' not in page
    problem = ImportProblem.objects.get(batch=batch, severity="error")
    browser.post(reverse("import-adopt", args=[batch.pk]), {"problem": problem.pk})
    browser.post(reverse("import-write", args=[batch.pk]))
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert Community.objects.get(name="新村").households is None


@pytest.mark.parametrize("row", [("CY-4", "77", "朝阳区", 1985, 1, 116.53, 39.95)])
def test_cell_the_register_needs_cannot_be_left_empty(browser, officer, row):
    batch = checked(officer, csv_of([row]))
    assert not ImportProblem.objects.filter(batch=batch, suggestion="").exists()


def test_adopting_mending_and_leaving_out_from_the_page(browser, officer):
    batch = checked(officer, csv_of([*ROWS, WRONG]))
    problem = ImportProblem.objects.get(batch=batch, code="estimate")
    assert "约300" in browser.get(reverse("import-fixes", args=[batch.pk]) + "?fix=estimate|户数").content.decode()
    browser.post(reverse("import-adopt", args=[batch.pk]), {"problem": problem.pk})
    batch.refresh_from_db()
    assert batch.errors == 1
    browser.post(reverse("import-leave-out", args=[batch.pk]), {"all": "1"})
    batch.refresh_from_db()
    assert (batch.errors, ImportRow.objects.filter(batch=batch, fate="skip").count()) == (0, 1)
    row = ImportRow.objects.get(batch=batch, fate="skip")
    browser.post(reverse("import-take-in", args=[batch.pk]), {"row": row.pk})
    batch.refresh_from_db()
    assert batch.errors == 1  # the adopted cell stays mended


def test_refused_file_is_told_on_the_page_with_its_remedy(browser):
    answer = upload(browser, csv_of(), "台账.xlsx")
    assert answer.status_code == 400
    assert "内容却是文本表格" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_refused_replacement_still_knows_what_it_replaces(browser, officer):
    batch = uploaded(officer, csv_of())
    file = SimpleUploadedFile("台账.csv", csv_of([]))
    page = browser.post(reverse("import-new"), {"file": file, "redo": batch.pk}).content.decode()
    assert "没有数据行" in page
    assert f'name="redo" value="{batch.pk}"' in page


def test_batch_whose_file_is_gone_asks_for_it_again(browser, officer, tmp_path):
    batch = uploaded(officer, csv_of())
    (tmp_path / batch.file).unlink()
    answer = browser.get(reverse("import-columns", args=[batch.pk]))
    assert answer.status_code == 410
    assert "已不在服务器上" in answer.content.decode()
    assert f'name="redo" value="{batch.pk}"' in answer.content.decode()


def test_too_large_upload_is_told_with_413(browser, settings):
    settings.UPLOAD_LIMIT_BYTES = 100
    answer = upload(browser, csv_of(ROWS * 50))
    assert answer.status_code == 413
    assert "超过" in answer.content.decode()
    assert "没有选文件" not in answer.content.decode()


def test_missing_source_is_asked_for_and_choices_are_kept(browser, officer):
    batch = uploaded(officer, csv_of())
    answer = browser.post(reverse("import-columns", args=[batch.pk]), answers(source_name="", crs="BD-09"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有写新来源的名称" in page
    assert '<option value="BD-09" selected>' in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_day_that_cannot_be_is_refused_in_words(browser, officer, day):
    batch = uploaded(officer, csv_of())
    answer = browser.post(reverse("import-columns", args=[batch.pk]), answers(observed_on=day))
    assert answer.status_code == 422
    assert "数据日期" in answer.content.decode()
    batch.refresh_from_db()
    assert batch.observed_on is None


def test_file_of_unknown_columns_says_what_may_be_wrong(browser, officer):
    garbled = uploaded(officer, "小區名稱,所屬區\r\n甲院,朝陽區\r\n".encode("big5"))
    assert "没有一列认得出来" in browser.get(reverse("import-columns", args=[garbled.pk])).content.decode()
    known = uploaded(officer, csv_of())
    assert "没有一列认得出来" not in browser.get(reverse("import-columns", args=[known.pk])).content.decode()


def test_two_columns_for_one_field_are_refused_in_words(browser, officer):
    batch = uploaded(officer, csv_of())
    answer = browser.post(reverse("import-columns", args=[batch.pk]), answers(**{"col-0": "name"}))
    assert answer.status_code == 422
    assert "有两列都对到" in answer.content.decode()


def test_same_file_is_named_on_the_mapping_page(browser, officer):
    first = written(officer)
    answer = upload(browser, csv_of())
    page = browser.get(answer.headers["Location"]).content.decode()
    assert "这个文件以前传过" in page
    assert first.number in page


def test_known_files_get_their_profile_by_themselves(browser, officer):
    head = "ID,NAME,BUILDTIME,longitude,latitude,DISTRICT,PRICE"
    batch = uploaded(officer, f"{head}\n1111027375142,华龙美晟,2009,116.51,39.91,chaoyang,1\n".encode())
    page = browser.get(reverse("import-columns", args=[batch.pk])).content.decode()
    assert "已自动套用" in page
    assert '<option value="BD-09" selected>' in page


def test_annotated_and_original_files_are_downloads(browser, officer):
    batch = checked(officer, csv_of([*ROWS, WRONG]))
    annotated = browser.get(reverse("import-annotated", args=[batch.pk]))
    assert "attachment" in annotated.headers["Content-Disposition"]
    assert b"".join(annotated.streaming_content)[:2] == b"PK"
    original = browser.get(reverse("import-file", args=[batch.pk]))
    assert b"".join(original.streaming_content) == csv_of([*ROWS, WRONG])


@pytest.mark.obligation("T01-7")
@pytest.mark.parametrize(("page", "what"), [("import-annotated", "批注好的文件"), ("import-file", "原文件")])
def test_who_took_a_file_of_an_import_is_written_down(browser, officer, page, what):
    batch = checked(officer, csv_of([*ROWS, WRONG]))
    browser.get(reverse(page, args=[batch.pk]))
    event = AuditEvent.objects.get(action="export")
    assert (event.subject_id, event.after["内容"], event.after["行数"]) == (str(batch.pk), what, 4)
    assert event.actor_user == officer.user_id
    assert event.area_path == batch.area_path


def test_refused_hand_out_is_not_written_down(officer, client_as):
    batch = checked(officer)
    client_as("planner").get(reverse("import-file", args=[batch.pk]))
    assert not AuditEvent.objects.filter(action="export").exists()


def test_progress_tells_htmx_to_load_the_page_when_done(browser, officer):
    batch = checked(officer)
    assert browser.get(reverse("import-progress", args=[batch.pk])).headers["HX-Refresh"] == "true"


def test_empty_list_offers_the_upload_once(browser, officer):
    assert browser.get(reverse("import-list")).content.decode().count(f'href="{reverse("import-new")}"') == 1


def test_list_names_each_batch_with_its_state(browser, officer):
    checked(officer, csv_of([*ROWS, WRONG]))
    undone(officer, written(officer, source="另一份"))
    page = browser.get(reverse("import-list")).content.decode()
    assert "2 处要改" in page
    assert "已撤回" in page


def test_check_that_was_stopped_does_not_speak_of_writing(browser, officer):
    batch = uploaded(officer, csv_of())
    ImportBatch.objects.filter(pk=batch.pk).update(state=State.STOPPED)
    shown = browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "查错停在半路" in shown
    assert "一行都没有写入" in shown


def test_failed_batch_says_what_is_kept_and_offers_to_go_on(browser, officer):
    batch = checked(officer)
    ImportBatch.objects.filter(pk=batch.pk).update(state="failed", summary={"stopped_at": "writing"})
    page = browser.get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "没有做完" in page
    assert "接着做完" in page


@pytest.mark.obligation("T01-7")
@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 404), ("planner", 403), ("district_lead", 200), ("city_lead", 200)]
)
def test_outsider_gets_404_and_insider_without_the_right_403(officer, client_as, who, status):
    batch = checked(officer)
    assert client_as(who).get(reverse("import-batch", args=[batch.pk])).status_code == status
    assert client_as(who).get(reverse("import-file", args=[batch.pk])).status_code == status


def test_somebody_elses_batch_cannot_be_written_from_outside(officer, client_as):
    batch = checked(officer)
    assert client_as("outsider").post(reverse("import-write", args=[batch.pk])).status_code == 404
    batch.refresh_from_db()
    assert batch.state == State.CHECKED


def test_the_day_of_the_data_is_still_there_on_the_way_back(browser, officer):
    batch = checked(officer)
    page = browser.get(reverse("import-columns", args=[batch.pk])).content.decode()
    assert f'value="{batch.observed_on:%Y-%m-%d}"' in page


def test_the_shipped_data_say_what_they_brought(client_as: Callable[[str], Client], officer):
    batch = ImportBatch.objects.create(
        number="SHIPPED-1", state=State.WRITTEN, file_kind="shipped", file_name="manifest.yaml", file_size=1,
        area_path="/110000/", summary={"小区": 3768, "楼栋记录": 8549}, written_at=timezone.now(),
    )  # fmt: skip
    page = client_as("city_lead").get(reverse("import-batch", args=[batch.pk])).content.decode()
    assert "小区 3,768，楼栋记录 8,549" in page
    assert "已写入 0 行" not in page
    assert reverse("import-file", args=[batch.pk]) not in page
