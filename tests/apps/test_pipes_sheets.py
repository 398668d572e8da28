"""The register of pipelines by workbook."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from jiugai.pipes.models import PipeJob
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


def filled(heads: list[str], rows: list[list[str]]) -> Any:
    """Return a workbook with rows under the heads of the template."""
    made = Workbook()
    made.active.append(heads)
    for row in rows:
        made.active.append(row)
    out = BytesIO()
    made.save(out)
    return SimpleUploadedFile("管线.xlsx", out.getvalue())
