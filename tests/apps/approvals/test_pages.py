"""Pages of approvals: what they say, who may do what, workbooks in and out, and how many queries they take."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from jiugai.approvals.actions.cases import Start, start_case
from jiugai.approvals.actions.rebuilding import record_rebuild
from jiugai.approvals.actions.submitting import Draft, submit_scheme
from jiugai.approvals.models import (
    ApprovalCase,
    ArchitectInCharge,
    DrawingReview,
    Rebuild,
    RebuildDwelling,
    SchemeEdition,
    SignOff,
    Tender,
    TenderPlan,
    WishAnswer,
)
from jiugai.domain.schemes import SchemeKind
from jiugai.matters.actions import move
from jiugai.planning.models import PlannerOpinion
from tests.apps.approvals.conftest import ITEMS, proposed

TODAY = timezone.localdate()


@pytest.fixture
def url(project) -> str:
    return f"/projects/{project.pk}/"


def book(*rows: Any) -> SimpleUploadedFile:
    made, out = Workbook(), BytesIO()
    for row in rows:
        made.active.append(list(row))
    made.save(out)
    return SimpleUploadedFile("表.xlsx", out.getvalue())


def submit(cast: Any, project: Any, kind: str = "scheme", **more: Any) -> SchemeEdition:
    draft = Draft(SchemeKind(kind), ITEMS, reference="图 A-01", **more)
    return submit_scheme(project=project, draft=draft, actor=cast.actor("implementer"), now=timezone.now(), on=TODAY)


@pytest.mark.obligation("T09-4", "T11-1")
def test_scheme_is_submitted_from_pasted_lines_and_goes_to_both_planners(client_as, project, url):
    lines = "单元坡道，1号楼，6，处，坡道坡度（高长比），0.1\n扶手,楼道"
    answer = client_as("implementer").post(
        f"{url}design/submit/", {"kind": "special", "lines": lines, "reference": "A-1", "after": 0}, follow=True
    )
    page = answer.content.decode()
    assert "已送请区总责任规划师和街道责任规划师" in page
    assert "不大于 0.0833" in page
    assert PlannerOpinion.objects.filter(project=project, at="special", edition=1).count() == 2


def test_wrong_lines_are_named_and_nothing_is_kept(client_as, url):
    lines = "单元坡道，1号楼，很多\n，2号楼\n扶手，楼道，1，米，高度，1"
    answer = client_as("implementer").post(
        f"{url}design/submit/", {"kind": "scheme", "lines": lines, "reference": "A-1", "after": 0}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in ("第 1 行 数量：“很多”不是数", "第 2 行 改造项目：没有写名称", "第 3 行 指标：“高度”不在列表里"):
        assert words in page
    assert not SchemeEdition.objects.exists()


def test_items_go_out_as_a_workbook_and_come_back_as_the_next_edition(cast, client_as, project, url):
    submit(cast, project)
    out = client_as("implementer").get(f"{url}design/sheet/?kind=scheme")
    rows = list(load_workbook(BytesIO(out.getvalue())).worksheets[0].values)
    assert rows[1][:4] == ("单元门口坡道", "1号楼", 6, "处")
    data = {
        "kind": "scheme",
        "reference": "A-2",
        "change": "加一处",
        "after": 1,
        "sheet": book(*rows, ("新坡道", "2号楼")),
    }
    client_as("implementer").post(f"{url}design/submit/", data)
    assert [edition.items.count() for edition in SchemeEdition.objects.order_by("number")] == [2, 3]


def test_page_says_what_stands_and_offers_only_what_the_person_may(cast, client_as, project, url):
    submit(cast, project)
    submits, signs = "报送第 2 版", "签署改造设计方案"
    seen = (("implementer", submits, signs), ("architect", signs, submits), ("planner", "林某", submits))
    for who, sees, lacks in (*seen, ("reviewer", "第 1 版", submits)):
        page = client_as(who).get(f"{url}design/").content.decode()
        assert (sees in page, lacks in page) == (True, False), who


@pytest.mark.obligation("T09-6")
def test_architect_is_named_and_signs_on_the_page(cast, client_as, project, url):
    edition = submit(cast, project)
    person = {"name": "吴某", "organisation": cast.bodies["firm"].pk, "user": cast.user("architect").pk, "since": TODAY}
    client_as("implementer").post(f"{url}design/architect/", person)
    assert ArchitectInCharge.objects.get().name == "吴某"
    client_as("architect").post(f"{url}design/sign/", {"edition": edition.pk, "subject": "scheme", "statement": "可行"})
    assert SignOff.objects.get().edition == edition


@pytest.mark.obligation("T11-2")
def test_reviewer_finds_closes_and_decides(cast, client_as, project, url):
    submit(cast, project, "special")
    client_as("implementer").post(f"{url}design/review/", {"drawings": "S-01", "reviewer": cast.bodies["firm"].pk})
    review = DrawingReview.objects.get()
    review.owner = None  # the reviewer of the cast stands in another body
    DrawingReview.objects.filter(pk=review.pk).update(owner=None)
    client = client_as("reviewer")
    client.post(f"{url}design/finding/", {"review": review.pk, "place": "S-03", "says": "坡度", "binding": "on"})
    answer = client.post(f"/matters/{review.pk}/move/", {"move": "pass", "opinion": "通过", "version": review.version})
    assert answer.status_code == 422
    client.post(f"{url}design/closing/", {"finding": review.findings.get().pk, "answer": "改为 1:12"})
    client.post(f"/matters/{review.pk}/move/", {"move": "pass", "opinion": "通过", "version": review.version})
    review.refresh_from_db()
    assert review.stage == "passed"


@pytest.mark.obligation("T19-3", "T19-4")
def test_approvals_are_started_and_show_days_of_each_step(client_as, project, url):
    data = {"government": "yes", "new_building": "no"}
    page = client_as("implementer").post(f"{url}approvals/start/", data, follow=True).content.decode()
    assert "总时限 100 天" in page
    for words in ("立项审批", "财政评审", "还没轮到", "历史不足，不预测"):
        assert words in page
    assert ApprovalCase.objects.get().started_on == TODAY


@pytest.mark.obligation("T19-7", "T19-8")
def test_plan_is_published_and_tender_prepared_on_the_page(client_as, project, url):
    client = client_as("implementer")
    plan = {"content": "外墙", "form": "epc", "expected_on": TODAY + timedelta(days=40), "reference": "招计1号"}
    client.post(f"{url}approvals/plan/", plan)
    assert client.post(f"{url}approvals/tender/", {"form": "construction", "method": "open"}).status_code == 422
    client.post(f"{url}approvals/tender/", {"form": "epc", "method": "open"})
    assert (TenderPlan.objects.get().published_on, Tender.objects.get().form) == (TODAY, "epc")
    assert "不满 30 天" in client.get(f"{url}approvals/").content.decode()


@pytest.mark.obligation("T19-11")
def test_time_used_is_reported_by_district_and_body_and_exported(cast, client_as, project):
    start = Start(True, False, TODAY - timedelta(days=1))
    day = timezone.now() - timedelta(days=1)
    case = start_case(project=project, start=start, actor=cast.actor("implementer"), now=day, on=start.started_on)
    step = case.steps.get(step="initiation")
    move(matter=step, move="finish", actor=cast.actor("district_lead"), now=timezone.now(), values={"reference": "批1"})
    page = client_as("district_lead").get("/approvals/times/").content.decode()
    assert "朝阳区" in page
    assert "立项审批" in page
    sheet = client_as("district_lead").get("/approvals/times/sheet/")
    rows = list(load_workbook(BytesIO(sheet.getvalue())).worksheets[0].values)
    assert rows[1][:1] + rows[1][3:6] == ("朝阳区", "立项审批", "10", 1)
    assert "还没有审批记录" in client_as("outsider").get("/approvals/times/").content.decode()


@pytest.fixture
def rebuild(cast, home, planners) -> Any:
    made = proposed(cast, home, "rebuild")
    record_rebuild(
        project=made, values={"households_before": 3}, actor=cast.actor("implementer"), now=timezone.now(), on=TODAY
    )
    return made


@pytest.mark.obligation("T04-2")
def test_wishes_come_in_singly_and_by_workbook_and_the_share_is_shown(client_as, rebuild):
    url, client = f"/projects/{rebuild.pk}/rebuild/", client_as("community_worker")
    client.post(f"{url}wishes/", {"door": "1-1-101", "answer": "agree", "channel": "paper", "said_on": TODAY})
    sheet = book(
        ("楼门户", "答复", "方式", "日期"), ("1-1-201", "同意改建", "线上", None), ("1-1-301", "不同意", "纸质", TODAY)
    )
    page = client.post(f"{url}wishes/", {"sheet": sheet}, follow=True).content.decode()
    assert WishAnswer.objects.count() == 3
    assert " / 3 户" in page
    bad = client.post(
        f"{url}wishes/", {"sheet": book(("楼门户", "答复", "方式", "日期"), ("1-1-201", "也许", "线上", None))}
    )
    assert (bad.status_code, "第 2 行 答复：“也许”不认识" in bad.content.decode()) == (422, True)


@pytest.mark.obligation("T04-7", "T04-5")
def test_dwellings_come_in_by_workbook_and_more_households_are_refused(client_as, rebuild):
    url, client = f"/projects/{rebuild.pk}/rebuild/", client_as("implementer")
    heads = ("楼栋", "户", "改建前面积（㎡）", "改建后面积（㎡）")
    page = client.post(f"{url}flats/", {"sheet": book(heads, ("1号楼", 101, 40, 45.5))}, follow=True).content.decode()
    assert (RebuildDwelling.objects.get().after_cm2, "5.50 ㎡" in page) == (455_000, True)
    answer = client.post(
        f"{url}save/", {"households_before": 3, "households_after": 4, "version": Rebuild.objects.get().version}
    )
    assert (answer.status_code, "多 1 户" in answer.content.decode()) == (422, True)
    out = client.get(f"{url}sheet/")
    assert list(load_workbook(BytesIO(out.getvalue())).worksheets[0].values)[1] == ("1号楼", "101", 40, 45.5)


@pytest.mark.parametrize("page", ["approvals/", "schemes/", "supervisions/", "tenderplans/"])
def test_lists_open_export_and_take_the_same_number_of_queries_for_many_rows(cast, client_as, project, page):
    client = client_as("district_lead")
    client.get(f"/{page}")
    with CaptureQueriesContext(connection) as empty:
        assert client.get(f"/{page}").status_code == 200
    submit(cast, project)
    submit(cast, project, "special")
    start_case(
        project=project, start=Start(True, False, TODAY), actor=cast.actor("implementer"), now=timezone.now(), on=TODAY
    )
    with CaptureQueriesContext(connection) as full:
        assert client.get(f"/{page}").status_code == 200
    assert len(full) <= len(empty) + 3
    assert client.get(f"/{page}export/").status_code == 200


def test_pages_of_a_project_take_few_queries(cast, client_as, project, url):
    submit(cast, project)
    submit(cast, project, "special")
    start_case(
        project=project, start=Start(True, False, TODAY), actor=cast.actor("implementer"), now=timezone.now(), on=TODAY
    )
    client = client_as("district_lead")
    for page, most in (("", 90), ("design/", 45), ("approvals/", 75)):
        client.get(f"{url}{page}")
        with CaptureQueriesContext(connection) as taken:
            assert client.get(f"{url}{page}").status_code == 200
        assert len(taken) <= most, (page, len(taken))
