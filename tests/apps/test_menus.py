"""The menu of a project: compiled from check-ups, decided by people, held to bottom lines, priced by rate tables."""

import threading
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from openpyxl import load_workbook

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import NotAllowed
from jiugai.domain.menu.catalogue import BadCatalogue
from jiugai.matters.models import Handling
from jiugai.planning.actions.cataloguing import EditionTwice, WrongRate, enter_edition
from jiugai.planning.actions.demanding import WrongDemand
from jiugai.planning.actions.menu_compiling import compile_menu
from jiugai.planning.actions.menu_editing import (
    BottomLine,
    Decision,
    MenuChanged,
    OutsideWork,
    WrongLine,
    add_item,
    add_outside,
    confirm_kept,
    remove_line,
    save_line,
    save_site,
    set_mode,
)
from jiugai.planning.catalogues import all_editions, edition_on
from jiugai.planning.menu_facts import load_menu_facts
from jiugai.planning.models import ItemDemand, MenuEdition, MenuLine, ProjectMenu, UnitRate
from jiugai.planning.queries.costs import project_costs
from jiugai.planning.views.catalogue import yaml
from jiugai.policy.actions.judging import look
from tests.apps.menu_rows import GROUND, a_home, a_menu, checked, found_again, line, rate, wants
from tests.apps.planning_rows import DAY, a_community, a_project, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(cast):
    return a_home(cast)


@pytest.fixture
def lead(cast):
    return cast.actor("district_lead")


def by(actor):
    return {"actor": actor, "now": now(), "on": DAY}


def items(menu):
    return list(menu.lines.values_list("item", flat=True))


def outcome(home, rule, on=DAY):
    standing = look(gate="enter_plan", community=home, on=on)
    return next(f for f in standing.passage.verdict.findings if f.rule == rule)


@pytest.mark.obligation("T05-5", "T05-8")
def test_menu_is_compiled_from_the_checkup_in_the_order_of_the_policy(cast, home):
    wants(cast, home, "lift", 80)
    wants(cast, home, "riser", 60)
    _, menu = a_menu(cast, home, "S1", "G1", "N1", "L1", "A1", "A2", kind="comprehensive")
    assert items(menu) == ["energy", "gas", "structure", "lift", "riser", "ageing"]
    assert line(menu, "gas").hazard
    assert line(menu, "energy").quantity == 6000
    assert outcome(home, "t05_5_basic_first").outcome == "pass"
    assert outcome(home, "t05_8_improvement_first").outcome == "pass"


@pytest.mark.obligation("T05-4")
def test_every_line_is_tied_to_the_edition_in_force_when_it_was_compiled(cast, home, lead):
    project, menu = a_menu(cast, home, "N1")
    assert menu.edition == edition_on(DAY)
    raw = {**edition_on(DAY).content, "code": "bj-2026", "name": "2026版", "since": "2026-11-20", "status": "official"}
    enter_edition(
        text=yaml.safe_dump(raw, allow_unicode=True), reason="京建发〔2026〕9号", actor=cast.actor("city_lead")
    )
    menu.refresh_from_db()
    assert menu.edition.code == "beijing-2021"
    page = cast.client("district_lead").get(f"/projects/{project.pk}/menu/").content.decode()
    assert "目录有新版本" in page
    again = compile_menu(project=project, **by(lead))
    assert again.edition.code == "bj-2026"
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectMenu.objects.filter(pk=menu.pk).update(edition=None)


@pytest.mark.obligation("T05-1", "T05-2", "T05-3")
def test_an_edition_with_other_counts_is_refused_and_a_known_code_too(cast):
    (raw,) = [edition.content for edition in all_editions()]
    city = cast.actor("city_lead")
    short = {**raw, "code": "short", "items": raw["items"][1:]}
    with pytest.raises(BadCatalogue) as bad:
        enter_edition(text=yaml.safe_dump(short), reason="x", actor=city)
    assert "基础类有 12 项，政策是 13 项（T05-1）" in bad.value.details
    with pytest.raises(EditionTwice):
        enter_edition(text=yaml.safe_dump(raw), reason="x", actor=city)
    for text in ("- [", "1", "x: &a [*a]"):
        with pytest.raises(BadCatalogue):
            enter_edition(text=text, reason="x", actor=city)
    with pytest.raises(NotAllowed):
        enter_edition(text=yaml.safe_dump(raw), reason="x", actor=cast.actor("district_lead"))
    assert MenuEdition.objects.count() == 1


def test_compiling_again_keeps_what_people_decided_and_takes_in_what_is_new(cast, home, lead):
    project, menu = a_menu(cast, home, "N1", "C4")
    save_line(line=line(menu, "overhead"), decision=Decision(chosen=False, why_not="并入市政工程"), **by(lead))
    found_again(home.checkups.get(), "S1")
    again = compile_menu(project=project, **by(lead))
    assert again.pk == menu.pk
    assert items(again) == ["energy", "structure", "overhead"]
    assert line(menu, "overhead").why_not == "并入市政工程"


@pytest.mark.obligation("T05-5", "T05-8")
def test_a_leading_item_is_left_out_only_with_a_reason(cast, home, lead):
    _, menu = a_menu(cast, home, "N1", "S1")
    with pytest.raises(WrongLine) as wrong:
        save_line(line=line(menu, "energy"), decision=Decision(chosen=False), **by(lead))
    assert wrong.value.clause == "T05-5"
    save_line(line=line(menu, "structure"), decision=Decision(chosen=False), **by(lead))
    MenuLine.objects.filter(item="energy").update(chosen=False)
    assert outcome(home, "t05_5_basic_first").outcome == "fail"


@pytest.mark.obligation("T05-6")
def test_felling_an_old_tree_is_refused_or_sent_up_until_it_is_allowed(cast, home, lead):
    _, menu = a_menu(cast, home, "N1", "C4")
    confirm_kept(menu=menu, checked_on=DAY, **by(lead))
    assert outcome(home, "t05_6_old_kept").outcome == "pass"
    with pytest.raises(BottomLine) as refused:
        save_line(line=line(menu, "overhead"), decision=Decision(touches="old_tree"), **by(lead))
    assert (refused.value.clause, "批准文件" in refused.value.message) == ("T05-6", True)
    assert line(menu, "overhead").touches == ""
    save_line(line=line(menu, "overhead"), decision=Decision(touches="old_tree", escalate=True), **by(lead))
    matter = Handling.objects.get()
    assert (matter.obligation, "砍伐老树" in matter.title) == ("T05-6", True)
    assert outcome(home, "t05_6_old_kept").outcome == "fail"
    allowed = Decision(touches="old_tree", authority="京园许〔2026〕8号", authority_on=date(2026, 11, 20))
    save_line(line=line(menu, "overhead"), decision=allowed, **by(lead))
    assert outcome(home, "t05_6_old_kept").outcome == "pass"


@pytest.mark.obligation("T05-7")
def test_a_scheme_that_lowers_the_greening_rate_keeps_the_gate_shut(cast, home, lead):
    project, _ = a_menu(cast, home, "N1")
    save_site(project=project, community=home, values=GROUND, source="测绘", actor=lead, now=now())
    assert outcome(home, "t05_7_greening_kept").outcome == "pass"
    less = {**GROUND, "green_after_cm2": 59_999_999}
    save_site(project=project, community=home, values=less, source="方案二", actor=lead, now=now())
    finding = outcome(home, "t05_7_greening_kept")
    assert (finding.outcome, finding.says) == ("fail", "绿化率从 30.0% 降到 29.9%")
    with pytest.raises(WrongLine):
        save_site(
            project=project, community=home, values={**GROUND, "green_after_cm2": 10**12}, source="", actor=lead,
            now=now(),
        )  # fmt: skip


@pytest.mark.obligation("T05-10")
def test_sheds_without_reserved_charging_keep_the_gate_shut(cast, home, lead):
    project, _ = a_menu(cast, home, "N1")
    assert outcome(home, "t05_10_sheds_ready").outcome == "unknown"
    save_site(project=project, community=home, values={**GROUND, "sheds_ready": 0}, source="", actor=lead, now=now())
    assert outcome(home, "t05_10_sheds_ready").outcome == "fail"


@pytest.mark.obligation("T05-9")
def test_demand_is_recorded_by_item_and_the_newest_counts(cast, home):
    wants(cast, home, "riser", 30)
    wants(cast, home, "riser", 70)
    _, _ = a_menu(cast, home, "L1", kind="comprehensive")
    facts = load_menu_facts([home.pk], DAY)[home.pk]
    assert [(one.item, one.asking, one.asked) for one in facts.lines] == [("riser", 70, 100)]
    assert ItemDemand.objects.count() == 2
    with pytest.raises(WrongDemand):
        wants(cast, home, "riser", 101)
    with pytest.raises(WrongDemand):
        wants(cast, home, "no_such", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemDemand.objects.filter(asking=70).update(asking=1)


@pytest.mark.obligation("T04-3")
def test_the_mode_of_a_rebuilding_project_is_recorded_and_of_no_other(cast, home, lead):
    project, menu = a_menu(cast, home, "S1", kind="rebuild", items=["riser"])
    assert "riser" in items(menu)
    set_mode(menu=menu, mode="danger", actor=lead, now=now())
    assert ProjectMenu.objects.get(pk=menu.pk).rebuild_mode == "danger"
    page = cast.client("district_lead").get(f"/projects/{project.pk}/menu/").content.decode()
    assert "解危带改造" in page
    with pytest.raises(WrongLine):
        set_mode(menu=menu, mode="both", actor=lead, now=now())
    _, other = a_menu(cast, a_home(cast, "别处"), "N1")
    with pytest.raises(WrongLine):
        set_mode(menu=other, mode="danger", actor=lead, now=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectMenu.objects.filter(pk=other.pk).update(rebuild_mode="danger")


@pytest.mark.obligation("T08-4")
def test_each_community_of_a_bundle_keeps_its_own_figures(cast, home, lead):
    second = a_home(cast, "枣营北里")
    checked(second, "G1")
    checked(home, "N1", "G1")
    rate(cast, "gas", "5000")
    rate(cast, "energy", "600.50")
    project = a_project(cast, home, kind="comprehensive")
    project.covers.create(community=second)
    menu = compile_menu(project=project, **by(lead))
    own = {m: sum(one.amount_fen for one in menu.lines.all() if one.community_id == m) for m in (home.pk, second.pk)}
    assert own == {home.pk: 96 * 500_000 + 6000 * 60_050, second.pk: 96 * 500_000}
    assert menu.total_fen == sum(own.values())
    page = cast.client("district_lead").get(f"/projects/{project.pk}/menu/").content.decode()
    assert "各小区各是多少" in page
    assert "408.30" in page
    assert "48.00" in page
    with pytest.raises(IntegrityError), transaction.atomic():
        MenuLine.objects.filter(menu=menu).update(community=a_community(cast, "外面"))


def test_the_estimate_feeds_the_planner_and_says_what_it_lacks(cast, home, lead):
    rate(cast, "energy", "600")
    project, menu = a_menu(cast, home, "N1", "C4")
    cost = project_costs([project])[project.pk]
    assert (cost.district_cost, cost.city_cost, cost.complete) == (1800, 1800, False)
    assert cost.duration_months == 7
    assert cost.outdoor
    save_line(line=line(menu, "overhead"), decision=Decision(own_fen=100_001, quantity=Decimal(1)), **by(lead))
    cost = project_costs([project])[project.pk]
    assert (cost.complete, sum(cost.fen)) == (True, 360_000_000 + 100_001)
    work = OutsideWork(home, "信报箱更新", "improvement", decision=Decision(own_fen=50_000, payer="social"))
    add_outside(menu=menu, work=work, **by(lead))
    assert project_costs([project])[project.pk].fen[2] == 50_000


def test_rates_are_dated_and_old_ones_stay(cast, home):
    rate(cast, "energy", "600")
    rate(cast, "energy", "650")
    assert [(one.fen, one.ended_at is None) for one in UnitRate.objects.order_by("pk")] == [
        (60_000, False),
        (65_000, True),
    ]
    for wrong in (
        {"item": "nothing", "yuan": "1"}, {"item": "gas", "yuan": "0"}, {"item": "gas", "yuan": "1.001"},
        {"item": "gas", "yuan": "1", "group": "moon"}, {"item": "gas", "yuan": "1", "reference": ""},
        {"item": "gas", "yuan": "1", "year": 1}, {"item": "gas", "yuan": "1", "approved_on": date(2027, 1, 1)},
    ):  # fmt: skip
        with pytest.raises(WrongRate):
            rate(cast, wrong.pop("item"), wrong.pop("yuan"), **wrong)


def test_a_second_editor_is_told_that_somebody_was_faster(cast, home, lead):
    _, menu = a_menu(cast, home, "N1")
    seen = ProjectMenu.objects.get(pk=menu.pk).version
    save_line(line=line(menu, "energy"), decision=Decision(note="先"), version=seen, **by(lead))
    with pytest.raises(MenuChanged):
        save_line(line=line(menu, "energy"), decision=Decision(note="后"), version=seen, **by(lead))


@pytest.mark.django_db(transaction=True)
def test_two_people_compiling_at_once_make_one_menu(cast):
    home = a_home(cast)
    checked(home, "N1", "G1")
    project, lead = a_project(cast, home), cast.actor("district_lead")
    gate, wrong = threading.Barrier(2), []

    def run():
        try:
            gate.wait()
            with scoped(SYSTEM):
                compile_menu(project=project, **by(lead))
        except Exception as problem:
            wrong.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert ProjectMenu.objects.count() == 1
    assert sorted(items(ProjectMenu.objects.get())) == ["energy", "gas"]


def test_items_are_added_and_only_unasked_ones_removed(cast, home, lead):
    _, menu = a_menu(cast, home, "N1")
    made = add_item(menu=menu, community=home, item="parking", **by(lead))
    with pytest.raises(WrongLine):
        add_item(menu=menu, community=home, item="parking", **by(lead))
    with pytest.raises(WrongLine):
        add_item(menu=menu, community=home, item="nothing", **by(lead))
    with pytest.raises(WrongLine):
        remove_line(line=line(menu, "energy"), **by(lead))
    remove_line(line=made, **by(lead))
    assert items(menu) == ["energy"]


def test_the_workbook_goes_out_and_comes_back_whole_or_not_at_all(cast, home):
    project, menu = a_menu(cast, home, "N1", "C4")
    client, url = cast.client("district_lead"), f"/projects/{project.pk}/menu/"
    book = load_workbook(BytesIO(b"".join(client.get(f"{url}sheet/").streaming_content)))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    at = {name: heads.index(name) + 1 for name in heads}
    sheet.cell(2, at["数量"]).value = "很多"
    answer = client.post(f"{url}import/", {"upload": saved(book)})
    assert answer.status_code == 422
    assert "认不出数字" in answer.content.decode()
    sheet.cell(2, at["数量"]).value = 5800.5
    sheet.cell(3, at["选定"]).value = "否"
    sheet.append([9, home.name, None, "提升类", "口袋公园", "是", None, None, "项", None, 120000])
    assert client.post(f"{url}import/", {"upload": saved(book)}).status_code == 302
    assert line(menu, "energy").quantity == Decimal("5800.5")
    assert not line(menu, "overhead").chosen
    assert MenuLine.objects.get(label="口袋公园").amount_fen == 12_000_000
    history = client.get(f"{url}history/").content.decode()
    assert "数量：6,000 → 5,800.5" in history


def saved(book):
    out = BytesIO()
    book.save(out)
    out.name = "菜单.xlsx"
    out.seek(0)
    return out


def test_pages_compile_decide_and_refuse_in_the_form(cast, home):
    checked(home, "N1", "C4")
    project, client = a_project(cast, home), cast.client("district_lead")
    url = f"/projects/{project.pk}/menu/"
    assert "还没有改造菜单" in client.get(url).content.decode()
    client.post(f"{url}compile/", {"rate_year": 2026})
    menu = ProjectMenu.objects.get()
    form = {"months": 2, "payer": "public", "touches": "old_building", "chosen": "on"}
    answer = client.post(f"/menulines/{line(menu, 'overhead').pk}/edit/", form)
    assert answer.status_code == 422
    assert "没有批准文件" in answer.content.decode()
    client.post(f"/menulines/{line(menu, 'overhead').pk}/edit/", {**form, "touches": "", "own_yuan": "1000.50"})
    assert line(menu, "overhead").amount_fen == 100_050
    ground = {"site_before": 20000, "green_before": 6000, "site_after": 20000, "green_after": 5000}
    client.post(f"{url}site/{home.pk}/", ground)
    page = client.get(url).content.decode()
    assert "30.0% → 25.0%" in page
    assert "降低" in page
    assert "改造菜单" in client.get(f"/projects/{project.pk}/").content.decode()
    street = cast.client("outsider")
    assert street.get(url).status_code == 404


def test_the_page_costs_the_same_queries_for_any_number_of_lines(cast, home, django_assert_max_num_queries):
    project, _ = a_menu(cast, home, "N1", "C4", "S1", "G1", "L1", "A1", "A2", "C2", "X1")
    client = cast.client("district_lead")
    client.get(f"/projects/{project.pk}/menu/")
    with django_assert_max_num_queries(34):
        client.get(f"/projects/{project.pk}/menu/")


def test_facts_cost_the_same_queries_for_any_number_of_communities(cast, django_assert_max_num_queries):
    homes = [a_home(cast, f"第{n}小区") for n in range(5)]
    for one in homes:
        a_menu(cast, one, "N1", "L1")
    with django_assert_max_num_queries(8):
        assert len(load_menu_facts([one.pk for one in homes], DAY)) == 5


@pytest.mark.obligation("T05-9")
def test_demand_comes_in_by_workbook_whole_or_not_at_all(cast, home):
    worker, url = cast.client("community_worker"), f"/communities/{home.pk}/demand/"
    book = load_workbook(BytesIO(b"".join(worker.get(f"{url}sheet/").streaming_content)))
    page = book.active
    rows = {page.cell(row=n, column=2).value: n for n in range(2, page.max_row + 1)}
    assert len(rows) == 36

    def fill(item, *cells):
        for column, value in enumerate(cells, 3):
            page.cell(row=rows[item], column=column).value = value

    fill("lift", 90, 60, "入户走访", date(2026, 11, 1), "第一轮")
    fill("riser", 90, 91, "入户走访", date(2026, 11, 1))
    fill("ebike", "多数", 20, "听说", "冬天")
    answer = worker.post(f"{url}import/", {"upload": saved(book)})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert not ItemDemand.objects.exists()
    for why in ("3 行里有 2 行有错", "要做的户数比问到的多", "不是户数", "认不出来源", "认不出日期"):
        assert why in words
    fill("riser", 90, 70, "入户走访", date(2026, 11, 1))
    fill("ebike", None, None, None, None)
    assert worker.post(f"{url}import/", {"upload": saved(book)}).status_code == 302
    assert dict(ItemDemand.objects.values_list("item", "asking")) == {"lift": 60, "riser": 70}
    assert cast.client("planner").get(f"{url}import/").status_code == 403


def test_rate_table_and_demand_pages(cast, home):
    city, worker = cast.client("city_lead"), cast.client("community_worker")
    form = {"item": "gas", "group": "central", "year": 2026, "yuan": "5200.50", "provisional": "on"}
    assert city.post("/rates/new/", form).status_code == 302
    assert "5,200.50" in city.get("/rates/").content.decode()
    book = load_workbook(BytesIO(b"".join(city.get("/rates/sheet/").streaming_content)))
    heads = [cell.value for cell in book.active[1]]
    book.active.append(
        ["楼本体节能改造", None, "中心城区其他区", 2026, "㎡", 600, "京建函〔2026〕1号", date(2026, 1, 2), "已批准"]
    )
    assert heads[0] == "内容"
    assert city.post("/rates/import/", {"upload": saved(book)}).status_code == 302
    assert UnitRate.objects.live().get(item="energy").fen == 60_000
    book.active.append(["不存在", None, "月球", 2026, "㎡", 600, "", None, ""])
    assert "不存在" in city.post("/rates/import/", {"upload": saved(book)}).content.decode()
    url = f"/communities/{home.pk}/demand/"
    asked = {"item": "lift", "asked": 90, "asking": 60, "source": "visit", "on": "2026-11-01"}
    worker.post(url, asked)
    assert "60 / 90" in worker.get(url).content.decode()
    assert worker.post(url, {**asked, "asking": 91}).status_code == 422
    worker.post(f"/demands/{ItemDemand.objects.get().pk}/withdraw/", {"reason": "重复"})
    assert "已作废 1 条" in worker.get(url).content.decode()
    assert "菜单目录" in cast.client("planner").get("/catalogue/").content.decode()
