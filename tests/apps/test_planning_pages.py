"""Pages of planning: what people see and may do; every refusal in words."""

from datetime import date
from io import BytesIO
from itertools import groupby
from operator import itemgetter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from jiugai.domain.planner_guide import STEPS
from jiugai.domain.projects import ITEMS, KINDS
from jiugai.planning.actions.guiding import WrongMark, mark_step
from jiugai.planning.facts import load_project_facts
from jiugai.planning.models import (
    GuideMark,
    MassWork,
    Objection,
    Planner,
    PlannerOpinion,
    PlannerTerm,
    Pledge,
    PoolEntry,
    Project,
)
from jiugai.planning.queries.mobilising import show_mobilising
from tests.apps.menu_rows import checked
from tests.apps.planning_rows import a_community, a_project, flats, stored, waive
from tests.cast import CHAOYANG, STREET, Cast


@pytest.fixture
def home(cast: Cast):
    return a_community(cast, households=4, floor_area="220.00")


@pytest.fixture
def lead(cast: Cast) -> Client:
    return cast.client("district_lead")


@pytest.mark.obligation("T03-4", "T06-2", "T06-4")
def test_proposing_on_the_form_makes_a_project_with_its_bodies(cast, home, lead):
    page = lead.get(f"/communities/{home.pk}/project/new/").content.decode()
    assert "朝阳区住房城乡建设委" in page
    assert "麦子店街道办事处" in page
    lead.post(f"/communities/{home.pk}/project/new/", {"kind": "energy", "items": ["riser"], "cost_wan": "12.5"})
    project = Project.objects.get()
    assert (project.kind, project.items, project.cost_yuan) == ("energy", ["riser"], 125_000)
    twice = lead.post(f"/communities/{home.pk}/project/new/", {"kind": "environment"})
    assert twice.status_code == 422
    assert "已经有没开工的项目" in twice.content.decode()


@pytest.mark.obligation("T03-1", "T09-3", "T30-1")
def test_shut_gate_is_shown_by_clause_and_refused(cast, home, lead):
    project = a_project(cast, home)
    page = lead.get(f"/projects/{project.pk}/").content.decode()
    assert 'aria-disabled="true"' in page
    refused = lead.post(f"/projects/{project.pk}/enter/")
    words = refused.content.decode()
    assert refused.status_code == 409
    assert all(clause in words for clause in ("T03-1", "T09-3", "T30-1"))
    assert "力争" in words or "体检" in words
    assert not PoolEntry.objects.exists()


@pytest.mark.obligation("T03-4")
def test_open_gate_lets_in_and_the_pool_shows_it(cast, home, lead):
    project = a_project(cast, home)
    waive(home, "enter_pool")
    lead.post(f"/projects/{project.pk}/enter/")
    page = lead.get("/pool/?state=stored").content.decode()
    assert project.title in page
    assert lead.get("/pool/export/").status_code == 200
    assert "在库" in lead.get(f"/projects/{project.pk}/").content.decode()


def test_leaving_the_pool_asks_kind_and_reason(cast, home, lead):
    project = stored(cast, home)
    assert lead.post(f"/projects/{project.pk}/exit/", {"kind": "demolished", "reason": ""}).status_code == 422
    lead.post(f"/projects/{project.pk}/exit/", {"kind": "demolished", "reason": "列入征收"})
    assert "列入征收" in lead.get(f"/projects/{project.pk}/").content.decode()


@pytest.mark.obligation("T03-2")
def test_mass_work_is_recorded_summed_and_closed(cast, home):
    worker = cast.client("community_worker")
    base = f"/communities/{home.pk}"
    for kind, households, agreed in (("visit", 3, ""), ("visit", 2, ""), ("consent", 4, "3")):
        worker.post(f"{base}/mobilise/new/", {"kind": kind, "held_on": "2026-11-01", "households": households,
                                              "agreed": agreed})  # fmt: skip
    worker.post(f"{base}/objections/new/", {"content": "挡采光", "raised_on": "2026-11-02"})
    worker.post(f"{base}/mobilise/new/", {"kind": "visit", "held_on": "2026-11-01", "households": 40})
    by_mistake = MassWork.objects.get(households=40)
    worker.post(f"/masswork/{by_mistake.pk}/withdraw/", {"reason": "填错"})
    page = worker.get(f"{base}/mobilise/").content.decode()
    assert MassWork.objects.count() == 4
    assert "挡采光" in page
    assert "户同意" in page
    totals = show_mobilising(home).totals
    assert (totals.visits, totals.households_visited, totals.asked, totals.agreed) == (2, 5, 4, 3)
    assert (totals.open, totals.closed) == (1, 0)
    facts = load_project_facts([home.pk], date(2026, 11, 3))[home.pk]
    assert (facts.visits, facts.objections_open) == (2, 1)
    objection = Objection.objects.get()
    assert worker.post(f"/objections/{objection.pk}/close/", {"closure": ""}).status_code == 400
    worker.post(f"/objections/{objection.pk}/close/", {"closure": "改了脚手架"})
    assert "改了脚手架" in worker.get(f"{base}/mobilise/").content.decode()
    totals = show_mobilising(home).totals
    assert (totals.open, totals.closed) == (0, 1)


@pytest.mark.obligation("T03-2")
def test_more_agreed_than_asked_is_refused_at_its_field(cast, home):
    answer = cast.client("community_worker").post(
        f"/communities/{home.pk}/mobilise/new/",
        {"kind": "consent", "held_on": "2026-11-01", "households": 2, "agreed": 3},
    )
    assert answer.status_code == 422
    assert "最多 2 户" in answer.content.decode()


@pytest.mark.obligation("T30-2")
def test_pledges_are_taken_at_the_door_and_counted_by_heads_and_area(cast, home):
    flats(home, cm2=550_000)
    worker, url = cast.client("community_worker"), f"/communities/{home.pk}/pledges/"
    for door in ("1号楼1单元101", "1-1-201", "1号楼1单元301室"):
        worker.post(f"{url}new/", {"door": door, "answer": "pledged", "signed_on": "2026-11-01"})
    page = worker.get(url).content.decode()
    assert "3 户承诺，共 4 户" in page
    assert "75.0%" in page
    assert "165.00 / 220.00" in page


def test_wrong_door_is_refused_at_its_field(cast, home):
    worker = cast.client("community_worker")
    answer = worker.post(
        f"/communities/{home.pk}/pledges/new/", {"door": "楼下那户", "answer": "pledged", "signed_on": "2026-11-01"}
    )
    assert answer.status_code == 422
    assert "认不出是哪一户" in answer.content.decode()


def sheet(*rows: tuple[object, ...]) -> BytesIO:
    book, out = Workbook(), BytesIO()
    for row in (("楼门户", "答复", "日期", "建筑面积（㎡）", "说明"), *rows):
        book.active.append(row)
    book.save(out)
    out.name = "承诺.xlsx"
    out.seek(0)
    return out


@pytest.mark.obligation("T30-2")
def test_workbook_is_taken_whole_or_not_at_all(cast, home):
    worker, url = cast.client("community_worker"), f"/communities/{home.pk}/pledges/import/"
    wrong = sheet(("1-1-101", "已承诺", "2026-11-01", 55, ""), ("1-1-101", "看心情", "昨天", "大", ""))
    answer = worker.post(url, {"upload": wrong})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert all(words in page for words in ("一行都没有写入", "认不出答复", "认不出日期", "认不出面积"))
    assert not Pledge.objects.exists()
    worker.post(
        url, {"upload": sheet(("1-1-101", "已承诺", "2026-11-01", 55.5, ""), ("1-1-201", "不同意", "2026/11/2"))}
    )
    assert sorted(Pledge.objects.values_list("door", "answer", "area_cm2")) == [
        ("1-1-101", "pledged", 555_000), ("1-1-201", "refused", None),
    ]  # fmt: skip


def test_workbook_handed_out_is_read_back(cast, home):
    flats(home)
    worker, url = cast.client("community_worker"), f"/communities/{home.pk}/pledges/"
    book = load_workbook(BytesIO(b"".join(worker.get(f"{url}sheet/").streaming_content)))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == ["1-1-101", "1-1-201", "1-1-301", "1-1-401"]
    for row in book.active.iter_rows(min_row=2):
        row[1].value, row[2].value = "已承诺", "2026-11-01"
    out = BytesIO()
    book.save(out)
    out.name = "承诺.xlsx"
    out.seek(0)
    worker.post(f"{url}import/", {"upload": out})
    assert Pledge.objects.filter(answer="pledged", area_cm2=500_000).count() == 4


@pytest.mark.obligation("T09-1")
def test_roster_takes_planner_term_and_training(cast, lead):
    body = cast.bodies["firm"]
    lead.post("/planners/new/", {"name": "林某", "area": CHAOYANG, "organisation": body.pk})
    planner = Planner.objects.get()
    url = f"/planners/{planner.pk}/"
    lead.post(f"{url}terms/", {"street": STREET, "starts": "2026-01-01", "ends": "2027-12-31"})
    twice = lead.post(f"{url}terms/", {"street": STREET, "starts": "2027-12-31"})
    assert twice.status_code == 422
    assert "已有责任规划师" in twice.content.decode()
    lead.post(f"{url}trainings/", {"title": "集中培训", "held_on": "2026-06-01", "hours": 8, "result": "passed"})
    page = lead.get(url).content.decode()
    assert "麦子店街道" in page
    assert "集中培训" in page
    assert "林某" in cast.client("street_clerk").get("/planners/").content.decode()
    assert cast.client("outsider").get(url).status_code == 404
    lead.post(f"/terms/{PlannerTerm.objects.get().pk}/end/", {"on": "2026-10-31"})
    assert PlannerTerm.objects.get().valid.upper.isoformat() == "2026-11-01"


@pytest.mark.obligation("T09-2")
def test_planner_works_through_the_guide(cast, home):
    project = a_project(cast, home)
    planner = cast.client("planner")
    step = {"step": "visit", "done_on": "2026-11-01", "note": "看了屋面和管线"}
    assert cast.client("district_lead").post(f"/projects/{project.pk}/guide/", step).status_code == 403
    planner.post(f"/projects/{project.pk}/guide/", step)
    page = planner.get(f"/projects/{project.pk}/").content.decode()
    assert "看了屋面和管线" in page
    assert all(words in page for words in ("规划咨询", "公众参与", "全程跟踪", "参与验收"))
    assert "已做 1 步" in page
    for wrong in ({"step": "nothing"}, {"note": " "}, {"done_on": "2099-01-01"}):
        assert (
            planner.post(f"/projects/{project.pk}/guide/", {**step, "step": "acceptance", **wrong}).status_code >= 400
        )
    with pytest.raises(WrongMark, match="没有写记录"):
        mark_step(project=project, step="visit", note=" ", done_on=date(2026, 11, 1), actor=cast.actor("planner"),
                  on=date(2026, 11, 2))  # fmt: skip
    assert GuideMark.objects.count() == 1
    planner.post(f"/projects/{project.pk}/guide/", {**step, "step": "acceptance"})
    assert "已做 2 步" in planner.get(f"/projects/{project.pk}/").content.decode()


@pytest.mark.obligation("T09-2")
def test_guide_leads_through_the_whole_process_in_the_order_of_the_policy():
    stated = [(step.phase.quote, step.code) for step in STEPS if step.stated]
    assert [quote for quote, _ in groupby(stated, key=itemgetter(0))] == [
        "提供项目规划咨询服务", "协助开展公众参与", "全程跟踪和服务项目实施", "参与项目验收",
    ]  # fmt: skip
    assert {code for _, code in stated} == {
        "advise", "opinion_generation", "meeting", "opinion_scheme", "on_site", "acceptance"
    }  # fmt: skip
    assert all(step.asks for step in STEPS)


@pytest.mark.obligation("T09-3")
def test_opinion_is_asked_by_itself_and_can_be_asked_again_at_the_scheme(cast, home, lead):
    project = a_project(cast, home)
    assert PlannerOpinion.objects.get().at == "generation"
    lead.post(f"/projects/{project.pk}/opinion/", {"at": "scheme"})
    assert PlannerOpinion.objects.count() == 2
    assert lead.post(f"/projects/{project.pk}/opinion/", {"at": "scheme"}).status_code == 409


@pytest.mark.obligation("T03-3")
def test_coverage_keeps_the_target_of_2022_as_history(cast, home, lead):
    home.plan_mark = "needed"
    home.save(update_fields=["plan_mark"])
    page = lead.get("/pool/coverage/").content.decode()
    assert "2022年12月31日" in page
    assert "需改造 1 个小区，已入库 0 个" in page
    assert "逾期未达到" in page


def test_file_of_a_community_shows_its_projects(cast, home, lead):
    project = a_project(cast, home)
    page = lead.get(f"/communities/{home.pk}/").content.decode()
    assert project.code in page
    assert "群众工作" in page


def test_checkup_a_project_came_from_is_shown_by_day_and_score_and_a_paper_one_by_its_number(cast, home, lead):
    checkup = checked(home, "L1")
    project = a_project(cast, home, checkup_ref=str(checkup.pk), checkup_on=date(2026, 11, 1))
    paper = a_project(cast, a_community(cast, "别处"), checkup_ref="京建检〔2025〕7号", checkup_on=date(2025, 3, 1))
    page = lead.get(f"/projects/{project.pk}/").content.decode()
    assert f'<a href="/checkups/{checkup.pk}/">2026年11月1日完成，55.0 分</a>' in page
    listed = lead.get("/pool/").content.decode()
    assert "2026年11月1日完成，55.0 分" in listed
    for shown in (listed, lead.get(f"/projects/{paper.pk}/").content.decode()):
        assert "京建检〔2025〕7号，2025年3月1日完成" in shown
    form = lead.get(f"/communities/{home.pk}/project/new/").content.decode()
    assert f'<a href="/checkups/{checkup.pk}/">2026年11月1日完成的体检</a>' in form


def test_lists_of_the_pool_cost_the_same_queries(cast, home, lead, django_assert_max_num_queries):
    for number in range(6):
        a_project(cast, a_community(cast, f"第{number}小区"))
    with django_assert_max_num_queries(25):
        assert lead.get("/pool/").content.decode().count("XM-110105") >= 6


def test_pool_is_filtered_by_the_rule_that_blocks_and_entered_in_bulk(cast, home, lead):
    let_in, kept = a_project(cast, home), a_project(cast, a_community(cast, "别处"))
    for project in (let_in, kept):
        lead.post(f"/projects/{project.pk}/enter/")
    page = lead.get("/pool/?blocked=t30_1_pledge").content.decode()
    assert let_in.title in page
    assert kept.title in page
    waive(home, "enter_pool")
    answer = lead.post("/pool/bulk/enter/", {"ids": f"{let_in.pk},{kept.pk}"}, follow=True).content.decode()
    assert "1 个项目已入库，1 个没有通过关口：别处" in answer
    assert PoolEntry.objects.get().project == let_in


PROJECT_HEADS = ["小区", "改造类型", "项目名称", "同时做的单项", "改造内容", "估算投资（万元）", "改造面积（㎡）"]


def project_sheet(*rows: list[object]) -> SimpleUploadedFile:
    book, out = Workbook(), BytesIO()
    for row in (PROJECT_HEADS, *rows):
        book.active.append(row)
    book.save(out)
    return SimpleUploadedFile("项目.xlsx", out.getvalue())


@pytest.mark.obligation("T03-4")
def test_projects_are_proposed_by_workbook_all_or_none(cast, home, lead):
    other = a_community(cast, "枣营北里")
    kind, item = KINDS[0], ITEMS[0]
    good = [home.name, kind.label, "", item.label, "保温", 12.5, 3000]
    wrong = [other.name, kind.label, "", "没有的单项", "", "", ""]
    refused = lead.post("/pool/import/", {"upload": project_sheet(good, wrong)})
    assert refused.status_code == 422
    assert "第 3 行 同时做的单项" in refused.content.decode()
    mining = lead.post("/pool/import/", {"upload": project_sheet([other.name, "挖矿", "", "", "", "", ""])})
    assert f"没有这一项，可选：{kind.label}、" in mining.content.decode()
    assert not Project.objects.exists()
    assert lead.post("/pool/import/", {"upload": project_sheet(good)}).status_code == 302
    made = Project.objects.get()
    assert (made.kind, made.items, made.cost_yuan, made.works_area_m2) == (kind.code, [item.code], 125_000, 3000)
    twice = lead.post("/pool/import/", {"upload": project_sheet(good, good)})
    assert all(words in twice.content.decode() for words in ("第 2 行", "第 3 行", "已经有没开工的项目"))
    assert [
        c.value for c in load_workbook(BytesIO(b"".join(lead.get("/pool/template/"))))["改造项目"][1]
    ] == PROJECT_HEADS
