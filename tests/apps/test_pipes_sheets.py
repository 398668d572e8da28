"""The register of pipelines by workbook."""

from base64 import b64decode
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from jiugai.pipes.models import BoundaryPoint, PipeJob, UtilityDuty
from tests.apps.pipes_rows import a_plan
from tests.apps.planning_rows import a_community, a_project
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast: Cast) -> Any:
    return a_community(cast)


@pytest.mark.obligation("T14-5")
def test_jobs_come_in_by_workbook_all_or_none(cast, home, client_as):
    plan = a_plan(a_project(cast, home))
    client = client_as("implementer")
    good = [
        plan.project.code,
        home.name,
        "热力管线更新",
        "供热",
        "热力集团",
        "红线内",
        "2027-04-01",
        "2027-08-01",
        "",
        "1200.50",
    ]
    wrong = ["没有这个项目", *good[1:]]
    sheet = client.get("/pipes/template/")
    heads = [cell.value for cell in load_workbook(BytesIO(b"".join(sheet))).worksheets[0][1]]
    assert client.post("/pipes/import/", {"upload": filled(heads, [good, wrong])}).status_code == 422
    assert not PipeJob.objects.exists()
    answer = client.post("/pipes/import/", {"upload": filled(heads, [good])})
    assert answer.status_code == 302
    job = PipeJob.objects.get()
    assert (job.title, job.trade, job.inside, job.cost_fen) == ("热力管线更新", "heat", True, 120_050)


POINT = ["枣营南里", "给水", "自来水集团", "楼前给水井阀门出口", "116.4605,39.9340", "2026-10-08", "协议3号"]
POINT_HEADS = ["小区", "专业", "专业公司", "分界位置", "位置", "确认日期", "依据"]


def changed(row: list[str], **cells: str) -> list[str]:
    """A row with other words under some heads."""
    return [cells.get(head, cell) for head, cell in zip(POINT_HEADS, row, strict=True)]


@pytest.mark.obligation("T14-7")
def test_boundary_points_come_in_by_workbook_and_stand_on_the_map(cast, home, client_as):
    client = client_as("implementer")
    assert heads_of(client.get("/boundaries/template/")) == POINT_HEADS
    rows = [POINT, changed(POINT, 专业="燃气", 分界位置="楼前调压箱出口", 位置="116.461 39.935")]
    assert client.post("/boundaries/import/", {"upload": filled(POINT_HEADS, rows)}).status_code == 302
    assert set(BoundaryPoint.objects.values_list("trade", "community__name")) == {
        ("water", home.name), ("gas", home.name),
    }  # fmt: skip
    shown = client.get(f"/communities/{home.pk}/pipes/").context["config"]["points"]["features"]
    assert {tuple(one["geometry"]["coordinates"]) for one in shown} == {(116.4605, 39.934), (116.461, 39.935)}
    book = load_workbook(BytesIO(b"".join(client_as("district_lead").get("/boundaries/export/").streaming_content)))
    assert {"楼前给水井阀门出口", "楼前调压箱出口"} <= {cell.value for row in book.worksheets[0] for cell in row}


@pytest.mark.obligation("T14-7")
def test_wrong_points_are_named_by_sheet_row_and_column_and_the_workbook_comes_back(cast, home, client_as):
    client = client_as("implementer")
    swapped = changed(POINT, 位置="39.9340,116.4605", 专业="有线电视")
    answer = client.post("/boundaries/import/", {"upload": filled(POINT_HEADS, [POINT, swapped])})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Sheet”第 3 行 位置（E 列）" in page
    assert "“Sheet”第 3 行 专业（B 列）" in page
    sheet = handed_back(answer)["Sheet"]
    assert "不是北京范围内" in sheet["E3"].comment.text
    assert sheet["B3"].comment
    assert sheet["E2"].comment is None
    assert not BoundaryPoint.objects.exists()


@pytest.mark.obligation("T14-7")
def test_what_the_register_refuses_is_named_for_all_rows_and_nothing_is_written(cast, home, client_as):
    late, twice = changed(POINT, 确认日期="2090-01-01", 分界位置="楼后"), POINT
    answer = client_as("implementer").post("/boundaries/import/", {"upload": filled(POINT_HEADS, [POINT, late, twice])})
    sheet = handed_back(answer)["Sheet"]
    assert "今后" in sheet["F3"].comment.text
    assert "已经登记" in sheet["D4"].comment.text
    assert not BoundaryPoint.objects.exists()


@pytest.mark.obligation("T14-11")
def test_duties_come_in_by_workbook_with_each_slip_at_its_cell(cast, home, client_as):
    project, client = a_project(cast, home), client_as("implementer")
    heads = heads_of(client.get("/duties/template/"))
    good = [project.code, "热力集团", "供热", "更换小区外网", "2026-11-25", "2026-12-20"]
    early, backwards = [*good[:3], "甲", "2020-01-01", "2026-12-20"], [*good[:3], "乙", "2026-11-25", "2026-11-24"]
    answer = client.post("/duties/import/", {"upload": filled(heads, [good, early, backwards])})
    sheet = handed_back(answer)["Sheet"]
    assert "早于项目提出" in sheet["E3"].comment.text
    assert "期限早于" in sheet["F4"].comment.text
    assert not UtilityDuty.objects.exists()
    assert client.post("/duties/import/", {"upload": filled(heads, [good])}).status_code == 302
    assert UtilityDuty.objects.get().duty == "更换小区外网"


def test_another_district_neither_names_this_community_nor_this_project(cast, home, client_as):
    project, client = a_project(cast, home), client_as("outsider")
    answer = client.post("/boundaries/import/", {"upload": filled(POINT_HEADS, [POINT])})
    assert answer.status_code in (403, 422)
    heads = ["项目编号", "专业公司", "专业", "责任", "明确日期", "期限"]
    row = [project.code, "热力集团", "供热", "更换外网", "2026-11-25", "2026-12-20"]
    assert client.post("/duties/import/", {"upload": filled(heads, [row])}).status_code in (403, 422)
    assert not BoundaryPoint.objects.exists()
    assert not UtilityDuty.objects.exists()


def heads_of(answer: Any) -> list[str]:
    """Return the heads of a template."""
    return [cell.value for cell in load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0][1]]


def handed_back(answer: Any) -> Any:
    """Return the workbook that the page hands back."""
    return load_workbook(BytesIO(b64decode(answer.context["back"].split(",", 1)[1])))


def filled(heads: list[str], rows: list[list[str]]) -> Any:
    """Return a workbook with rows under the heads of the template."""
    made = Workbook()
    made.active.append(heads)
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return SimpleUploadedFile("管线.xlsx", out.getvalue())
