"""Limits and planning figures on pages and by Excel; same-year items; the core area's plan and its dispatches."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from jiugai.accounts.actor import SYSTEM
from jiugai.domain import gates
from jiugai.matters.actions import move
from jiugai.planning.actions.dispatching import next_due, plan_dispatch
from jiugai.planning.frames import frames_of
from jiugai.planning.models import CoreDispatch, PlanFrame, Project, ProjectInput
from jiugai.planning.queries import batches
from jiugai.planning.queries.batches import core, singles
from jiugai.registry.models import Community
from tests.apps.plan_rows import FEN, a_stored, answer_all_but_the_plan, frame
from tests.apps.planning_rows import now
from tests.apps.test_plan_batches import planned
from tests.cast import CHAOYANG, CITY, XICHENG

TODAY = timezone.localdate()


@pytest.fixture
def _only_the_plan(monkeypatch):
    answer_all_but_the_plan(monkeypatch)
    yield
    gates._standing.cache_clear()


def book(*rows: tuple) -> SimpleUploadedFile:
    made, out = Workbook(), BytesIO()
    for row in rows:
        made.active.append(list(row))
    made.save(out)
    return SimpleUploadedFile("x.xlsx", out.getvalue())


def test_limit_is_entered_with_author_and_the_one_before_stays(cast, client_as):
    client, area = client_as("district_lead"), cast.areas[CHAOYANG]
    for value in ("1200.50", "1500"):
        form = {"area": area.pk, "kind": "district_money", "year": 2027, "value": value, "document": "京财〔2027〕1号"}
        assert client.post("/plan/frames/", form).status_code == 302
    assert frames_of(area.path).value("district_money", CHAOYANG, 2027) == 1500 * 10 * FEN
    rows = PlanFrame.objects.order_by("pk")
    assert [(r.value, r.by_name) for r in rows] == [(1_200_500_000, r.by_name) for r in rows[:1]] + [
        (1_500_000_000, rows[1].by_name)
    ]
    page = client.get("/plan/frames/").content.decode()
    assert "1,500.00 万元" in page
    assert "以前的 1 次" in page
    wrong = client.post("/plan/frames/", {"area": area.pk, "kind": "district_money", "value": "1"})
    assert wrong.status_code == 422
    assert "资金要写年度" in wrong.content.decode()


def test_money_of_the_city_is_entered_by_the_city(cast, client_as):
    form = {"area": cast.areas[CHAOYANG].pk, "kind": "city_money", "year": 2027, "value": "10"}
    assert client_as("district_lead").post("/plan/frames/", form).status_code == 422
    assert client_as("city_lead").post("/plan/frames/", form).status_code == 302


@pytest.mark.obligation("T03-5")
def test_shares_of_districts_never_come_to_more_than_the_total_of_the_city(cast, client_as):
    city = client_as("city_lead")

    def enter(code: str, value: str) -> Any:
        form = {"area": cast.areas[code].pk, "kind": "city_money", "year": 2027, "value": value}
        return city.post("/plan/frames/", form)

    assert enter(CITY, "30").status_code == 302
    assert enter(CHAOYANG, "20").status_code == 302
    over = enter(XICHENG, "10.01")
    assert over.status_code == 422
    assert "2027年各区市级补助额度合计 30.01 万元，超出市级补助总额 30.00 万元" in over.content.decode()
    assert enter(XICHENG, "10").status_code == 302
    assert enter(CITY, "29").status_code == 422
    assert enter(CHAOYANG, "19").status_code == 302


def test_limits_and_figures_come_by_excel_all_or_none(cast, client_as):
    project, client = a_stored(cast, "甲里"), client_as("district_lead")
    ProjectInput.objects.all().delete()
    heads = ("辖区", "条件", "年度", "数值", "依据")
    good = book(heads, ("朝阳区", "区级资金", 2027, 800, "x"), ("朝阳区", "同时在施面积上限", None, 90_000, "x"))
    assert client.post("/plan/frames/import/", {"upload": good}).status_code == 302
    assert PlanFrame.objects.count() == 2
    bad = book(heads, ("朝阳区", "区级资金", 2028, 800, "x"), ("火星", "区级资金", 2028, 800, "x"))
    answer = client.post("/plan/frames/import/", {"upload": bad})
    assert answer.status_code == 422
    assert "第 3 行" in answer.content.decode()
    assert PlanFrame.objects.count() == 2
    heads = ("项目编号", "建筑面积（㎡）", "户数", "区级资金（万元）", "市级补助（万元）", "工期（月）", "最早开工月")
    figures = book(heads, (project.code, 8000, 120, 96.5, 30, 7, "2027-04"))
    assert client.post("/plan/inputs/import/", {"upload": figures}).status_code == 302
    row = ProjectInput.objects.get()
    assert (row.area_m2, row.district_fen, row.earliest, row.missing) == (8000, 96_500_000, date(2027, 4, 1), [])
    assert client.get("/plan/inputs/template/").status_code == 200


@pytest.mark.usefixtures("_only_the_plan")
@pytest.mark.obligation("T03-11")
def test_single_items_are_followed_to_their_end_in_the_same_year(cast):
    riser = planned(cast, "甲里", kind="riser", start=date(2027, 3, 1))
    planned(cast, "乙里", kind="energy", start=date(2027, 3, 1))
    lead = cast.actor("district_lead")
    before = singles(lead, 2027, on=date(2027, 1, 5))["rows"]
    assert [(r["project"], r["due"], r["tag"]) for r in before] == [(riser, date(2027, 9, 1), "run")]
    assert singles(lead, 2027, on=date(2027, 10, 1))["rows"][0]["words"] == "超过计划完工月"
    late = singles(lead, 2027, on=date(2028, 1, 2))
    assert (late["rows"][0]["words"], late["late"], late["done"]) == ("当年没有完成", 1, 0)
    assert singles(lead, 2028, on=date(2028, 1, 2))["rows"] == []


@pytest.mark.usefixtures("_only_the_plan")
@pytest.mark.obligation("T03-11")
def test_single_item_inside_a_larger_project_is_followed_and_warned_of_before_it_is_late(cast):
    whole = planned(cast, "甲里", kind="energy", start=date(2027, 3, 1))
    Project.objects.filter(pk=whole.pk).update(items=["riser"])
    lead = cast.actor("district_lead")

    def standing(on: date) -> tuple[str, str]:
        (row,) = singles(lead, 2027, on=on)["rows"]
        return row["tag"], row["words"]

    assert standing(date(2027, 7, 31)) == ("run", "待开工")
    assert standing(date(2027, 8, 2)) == ("soon", "还没有开工，可能赶不上")
    done = Project(state="completed")
    assert batches._standing(done, date(2027, 9, 1), 2027, date(2028, 5, 1))["words"] == "已竣工"


@pytest.mark.obligation("T32-8")
def test_core_areas_central_communities_stand_in_one_plan(cast):
    xicheng = cast.areas[XICHENG]
    for name, area, group in (("央产里", xicheng, "central"), ("商品里", xicheng, "commodity")):
        Community.objects.create(
            code=name, name=name, name_norm=name, area=area, position_state="missing", ownership_group=group
        )
    Community.objects.create(
        code="混", name="混产里", name_norm="混产里", area=xicheng, position_state="missing", ownership_group="mixed",
        ownership_classes=["commodity", "central_state"],
    )  # fmt: skip
    outside = Community.objects.create(
        code="外",
        name="外",
        name_norm="外",
        area=cast.areas[CHAOYANG],
        position_state="missing",
        ownership_group="central",
    )
    shown = core(cast.actor("city_lead"), on=TODAY)
    assert {row["home"].name for row in shown["rows"]} == {"央产里", "混产里"}
    assert outside.name not in [row["home"].name for row in shown["rows"]]
    assert (shown["all"], shown["in_project"], shown["planned"]) == (2, 0, 0)


@pytest.mark.obligation("T32-8")
def test_dispatch_comes_at_the_fixed_interval_and_is_late_when_not_held(cast):
    first = plan_dispatch(actor=SYSTEM, now=now(), on=TODAY)
    assert first.due_on == TODAY
    assert plan_dispatch(actor=SYSTEM, now=now(), on=TODAY) is None
    done = {"held_on": TODAY, "attended": "国管局、市住建委、两区", "minutes": "逐项过"}
    move(matter=first, move="hold", actor=cast.actor("city_lead"), now=now(), values=done)
    due = next_due(on=TODAY)
    assert 88 <= (due - TODAY).days <= 92
    assert plan_dispatch(actor=SYSTEM, now=now(), on=due - timedelta(days=15)) is None
    second = plan_dispatch(actor=SYSTEM, now=now(), on=due - timedelta(days=14))
    assert (second.due_on, second.stage, CoreDispatch.objects.count()) == (due, "due", 2)


@pytest.mark.obligation("T32-8")
def test_dispatch_that_is_due_or_late_warns_and_one_that_is_not_stays_green(cast, client_as):
    client = client_as("city_lead")

    def note() -> str:
        return client.get("/plan/core/").content.decode().split('class="j-note ')[1].split("</div>")[0]

    assert note().startswith('unk"')
    assert "调度今天到期，还没有召开" in note()
    first = plan_dispatch(actor=SYSTEM, now=now(), on=TODAY)
    assert "调度今天到期，还没有召开" in note()
    assert f"/matters/{first.pk}/" in client.get("/plan/core/").content.decode()
    CoreDispatch.objects.filter(pk=first.pk).update(due_on=TODAY - timedelta(days=3))
    assert note().startswith('bad"')
    assert "调度过期 3 天，还没有召开" in note()
    done = {"held_on": TODAY, "attended": "国管局", "minutes": "逐项过"}
    move(matter=first, move="hold", actor=cast.actor("city_lead"), now=now(), values=done)
    assert note().startswith('ok"')


def test_frame_of_a_street_goes_before_that_of_its_district(cast):
    frame(cast.areas[CHAOYANG], "sites", 3)
    frame(cast.areas["110105012"], "sites", 1)
    found = frames_of(cast.areas[CHAOYANG].path)
    assert (found.sites("110105012", CHAOYANG), found.sites("110105999", CHAOYANG)) == (1, 3)
