"""The list of communities: what it shows, remembers and costs; who may take it away."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import openpyxl
import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiugai.accounts import lists
from jiugai.accounts.models import AuditEvent, Membership
from jiugai.accounts.roles import Role
from jiugai.registry.models import Community, CommunityValue, SavedView, Source
from tests.apps.lists_data import community
from tests.cast import SINCE, STREET, XICHENG, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


@pytest.fixture
def street(cast: Cast) -> list[Community]:
    area = cast.areas[STREET]
    return [community(f"枣营{n:02d}号院", area, built_year=1950 + n, pinyin=f"zaoying{n:02d}") for n in range(60)]


def page(client: Client, address: str = "/communities/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_page_shows_fifty_and_the_total(street: list[Community], client_as: ClientAs) -> None:
    html = page(client_as("district_lead"))
    assert html.count("data-row>") + html.count('data-row class="pickable"') == 50
    assert "第 1—50 个，共 60 个" in html
    assert 'aria-sort="ascending"' in html


def test_outsider_sees_none_of_it(street: list[Community], client_as: ClientAs) -> None:
    assert "枣营" not in page(client_as("outsider"))
    assert 'j-suggest-group">小区' not in page(client_as("outsider"), "/search/suggest/?q=枣营")


def test_number_of_queries_does_not_grow_with_rows(street: list[Community], client_as: ClientAs) -> None:
    client = client_as("district_lead")
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client, "/communities/?built_max=1950")
    with CaptureQueriesContext(connection) as many:
        page(client, "/communities/?built_max=1999")
    assert len(many) == len(few)
    assert len(many) <= 13


def test_conditions_are_chips_with_a_way_out(street: list[Community], client_as: ClientAs) -> None:
    html = page(client_as("district_lead"), "/communities/?built=pre1980&q=枣营&sort=-built")
    assert 'href="?built=pre1980&amp;sort=-built"' in html
    assert "去掉条件：建成：1980年以前" in html


def test_no_match_says_which_condition_to_drop(street: list[Community], client_as: ClientAs) -> None:
    html = page(client_as("district_lead"), "/communities/?built=post2000,pre1980&need=high&q=枣营")
    assert "没有符合这 4 个条件的小区" in html
    assert "去掉“改造需求：高”有 39 个" in html


def test_empty_register_offers_the_import_to_those_who_may(client_as: ClientAs) -> None:
    assert "导入台账" in page(client_as("data_officer"))
    html = page(client_as("planner"))
    assert "还没有小区" in html
    assert 'href="/imports/"' not in html


def test_htmx_gets_only_the_changing_parts(street: list[Community], client_as: ClientAs) -> None:
    answer = client_as("district_lead").get("/communities/?built_min=&q=枣营", headers={"HX-Target": "list"})
    assert b"<html" not in answer.content
    assert answer.headers["HX-Push-Url"].startswith("/communities/?q=")
    assert "built_min" not in answer.headers["HX-Push-Url"]


def test_unreadable_condition_is_a_page_in_words(client_as: ClientAs) -> None:
    answer = client_as("district_lead").get("/communities/?built=1983")
    assert answer.status_code == 400
    assert "看不懂条件“建成：1983”" in answer.content.decode()


def test_chosen_columns_are_remembered(street: list[Community], client_as: ClientAs) -> None:
    client = client_as("district_lead")
    assert "编号" not in page(client).partition("<thead")[2].partition("</thead")[0]
    page(client, "/communities/?cols=name,code")
    assert "编号" in page(client).partition("<thead")[2].partition("</thead")[0]
    page(client, "/communities/?cols=default")
    assert "编号" not in page(client).partition("<thead")[2].partition("</thead")[0]


def test_menu_counts_what_each_option_would_give(street: list[Community], client_as: ClientAs) -> None:
    html = page(client_as("district_lead"), "/communities/menu/built/?built=pre1980")
    assert "看 <span" in html
    assert 'class="j-filter-count">30<' in html  # pre1980
    assert client_as("district_lead").get("/communities/menu/ids/").status_code == 404


def test_total_of_a_form_before_it_is_applied(street: list[Community], client_as: ClientAs) -> None:
    client = client_as("district_lead")
    assert client.get("/communities/total/?built=pre1980").content == b"30"
    assert client.get("/communities/total/?built_min=x").content == b"0"


def test_names_are_escaped(cast: Cast, client_as: ClientAs) -> None:
    community("<script>alert(1)</script>", cast.areas[STREET], address="<b>")
    html = page(client_as("district_lead"))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_print_names_who_filter_and_marks(street: list[Community], client_as: ClientAs) -> None:
    html = page(client_as("district_lead"), "/communities/print/?built=pre1980")
    assert "筛选条件：建成：1980年以前　共 30 个" in html
    assert "区住房城乡建设委·district_lead" in html


def sourced(row: Community, field: str, value: object, mark: str = "crawl") -> None:
    source, _ = Source.objects.get_or_create(
        key=f"s-{mark}", defaults={"name": "公开抓取", "mark": mark, "label": "公开抓取 2017—2021，非官方"}
    )
    CommunityValue.objects.create(community=row, field=field, value=value, source=source)


def test_excel_carries_marks_types_and_what_it_is(cast: Cast, client_as: ClientAs) -> None:
    row = community("=1+1", cast.areas[STREET], built_year=1979, households=300, provenance="demo")
    sourced(row, "built_year", 1979)
    answer = client_as("district_lead").get("/communities/export/?cols=name,built,households&built=pre1980")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet, about = book["小区"], book["说明"]
    assert [c.value for c in sheet[1]] == [
        "小区",
        "建成（年）",
        "建成来源",
        "户数（户）",
        "户数来源",
        "平台编号",
        "数据",
    ]
    assert [c.value for c in sheet[2]] == ["=1+1", 1979, "抓", 300, None, row.code, "演示"]
    assert (sheet["A2"].data_type, sheet["B2"].data_type) == ("s", "n")
    told = {line[0].value: line[1].value for line in about.iter_rows()}
    assert told["筛选条件"] == "建成：1980年以前"
    assert told["导出人"].startswith("区住房城乡建设委·district_lead")
    assert "公开抓取 2017—2021，非官方" in [line[1].value for line in about.iter_rows()]


def test_csv_is_readable_by_excel_and_harmless(cast: Cast, client_as: ClientAs) -> None:
    for name in ("=cmd|' /C calc'!A0", "+1", "-1", "@x", "正常"):
        community(name, cast.areas[STREET])
    answer = client_as("district_lead").get("/communities/export/?format=csv&cols=name")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\ufeff")
    names = [row[0] for row in csv.reader(io.StringIO(text[1:]))][1:]
    assert sorted(names) == sorted(["'=cmd|' /C calc'!A0", "'+1", "'-1", "'@x", "正常"])


def test_every_row_of_a_csv_says_where_the_data_come_from(street: list[Community], client_as: ClientAs) -> None:
    sourced(street[0], "built_year", 1979)
    answer = client_as("district_lead").get("/communities/export/?format=csv&cols=name")
    head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert head[-1] == "数据来源"
    assert {row[-1] for row in rows} == {"公开抓取 2017—2021，非官方"}


def test_csv_stays_in_scope(street: list[Community], cast: Cast, client_as: ClientAs) -> None:
    answer = client_as("outsider").get("/communities/export/?format=csv")
    assert b"".join(answer.streaming_content).decode().count("\n") == 1


def test_export_is_written_down(street: list[Community], client_as: ClientAs) -> None:
    client_as("district_lead").get("/communities/export/?built=pre1980")
    event = AuditEvent.objects.get(action="export")
    assert event.after["rows"] == 30
    assert event.after["conditions"] == "建成：1980年以前"


def test_who_may_not_export_is_told_why(street: list[Community], client_as: ClientAs) -> None:
    client = client_as("community_worker")
    assert "您的角色不能导出" in page(client)
    assert client.get("/communities/export/").status_code == 403


def test_export_takes_only_where_the_right_is_held(street: list[Community], cast: Cast) -> None:
    community("月坛北街1号院", cast.areas[XICHENG])
    user = cast.hire("two_places", Role.DISTRICT_LEAD, "outside", XICHENG)
    worker = {"organisation": cast.bodies["street"], "role": Role.COMMUNITY_WORKER, "area": cast.areas[STREET]}
    Membership.objects.create(user=user, starts=SINCE, **worker)
    client = Client()
    client.force_login(user)
    assert "枣营" in page(client)
    taken = b"".join(client.get("/communities/export/?format=csv")).decode("utf-8-sig")
    assert "月坛北街1号院" in taken
    assert "枣营" not in taken


def test_chosen_rows_alone_are_exported(street: list[Community], client_as: ClientAs) -> None:
    ids = "&".join(f"ids={row.pk}" for row in street[:3])
    answer = client_as("district_lead").get(f"/communities/export/?format=csv&{ids}&back=q%3Dx")
    assert b"".join(answer.streaming_content).decode().count("\n") == 4


@pytest.mark.obligation("T01-2")
def test_bulk_mark_asks_first_and_keeps_the_reason(street: list[Community], client_as: ClientAs) -> None:
    client = client_as("street_clerk")
    ids = f"{street[0].pk},{street[1].pk}"
    asked = page(client, f"/communities/bulk/plan/?ids={ids}")
    assert "2 个小区的“十四五”标记会改成下面选的" in asked
    refused = client.post("/communities/bulk/plan/", {"ids": ids, "mark": "needed", "reason": " "})
    assert refused.status_code == 422
    assert "请写明原因" in refused.content.decode()
    done = client.post("/communities/bulk/plan/", {"ids": ids, "mark": "needed", "reason": "台账核对", "back": "q=枣"})
    assert done.status_code == 302
    assert done.headers["Location"].startswith("/communities/?q=")
    assert set(Community.objects.filter(plan_mark="needed")) == set(street[:2])
    assert CommunityValue.objects.filter(field="plan_mark", reason="台账核对").count() == 2


def test_bulk_mark_needs_the_right_to_edit(street: list[Community], client_as: ClientAs) -> None:
    assert client_as("planner").get(f"/communities/bulk/plan/?ids={street[0].pk}").status_code == 403
    assert client_as("outsider").get(f"/communities/bulk/plan/?ids={street[0].pk}").status_code == 400


def test_bulk_mark_reaches_all_rows_of_the_conditions(street: list[Community], client_as: ClientAs) -> None:
    client, old = client_as("street_clerk"), {row.pk for row in street if (row.built_year or 0) < 1980}
    ask = f"/communities/bulk/plan/?ids={street[0].pk}&every=1&back=built%3Dpre1980"
    asked = page(client, ask)
    assert "标记“十四五” 30 个" in asked
    ids = asked.partition('name="ids" value="')[2].partition('"')[0]
    client.post("/communities/bulk/plan/", {"ids": ids, "mark": "needed", "reason": "台账核对"})
    assert set(Community.objects.filter(plan_mark="needed").values_list("pk", flat=True)) == old


def test_choosing_all_stays_in_scope_and_below_the_limit(
    street: list[Community], client_as: ClientAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client_as("outsider").get("/communities/bulk/plan/?every=1").status_code == 400
    monkeypatch.setattr(lists, "BULK_ROWS", 59)
    refused = client_as("street_clerk").get("/communities/bulk/plan/?every=1")
    assert refused.status_code == 413
    assert "一次最多处理 59 个" in refused.content.decode()


def test_all_rows_of_the_conditions_are_exported(street: list[Community], client_as: ClientAs) -> None:
    ask = f"/communities/export/?format=csv&ids={street[0].pk}&every=1&back=built%3Dpre1980"
    answer = client_as("district_lead").get(ask)
    assert b"".join(answer.streaming_content).decode().count("\n") == 31


def test_saved_view_is_shared_renamed_and_removed(cast: Cast, client_as: ClientAs) -> None:
    mine, colleague = client_as("district_lead"), client_as("data_officer")
    form = {"register": "communities", "name": "高需求", "query": "need=high", "to": "/communities/", "shared": "1"}
    assert mine.post("/views/", form).headers["Location"] == "/communities/?need=high"
    view = SavedView.objects.get()
    assert 'href="/communities/?need=high"' in page(colleague)
    assert "高需求" not in page(client_as("outsider"))
    assert colleague.post(f"/views/{view.pk}/", {"do": "delete"}).status_code == 404
    mine.post(f"/views/{view.pk}/", {"do": "save", "name": "高"})
    assert "高需求" not in page(colleague)
    mine.post(f"/views/{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.exists()


def test_saved_view_leads_nowhere_else(client_as: ClientAs) -> None:
    form = {"register": "communities", "name": "x", "query": "need=high", "to": "//evil.example/"}
    assert client_as("district_lead").post("/views/", form).headers["Location"] == "/communities/?need=high"


def test_same_name_twice_is_refused(client_as: ClientAs) -> None:
    client, form = client_as("district_lead"), {"register": "communities", "name": "x", "query": ""}
    client.post("/views/", form)
    assert client.post("/views/", form).status_code == 409


def test_search_finds_by_name_initials_and_address(cast: Cast, client_as: ClientAs) -> None:
    community("枣营南里", cast.areas[STREET], initials="zynl", address="麦子店街12号", point=(116.46, 39.94))
    client = client_as("street_clerk")
    for text in ("枣营", "ZYN", "麦子店街12"):
        assert "枣营南里" in page(client, f"/search/suggest/?q={text}")
    assert "没有找到“不存在的”" in page(client, "/search/suggest/?q=不存在的")


def test_merged_and_withdrawn_ones_are_gone(cast: Cast, client_as: ClientAs) -> None:
    kept = community("留下的", cast.areas[STREET])
    community("并入的", cast.areas[STREET], merged_into=kept)
    community("撤回的", cast.areas[STREET], withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC))
    html = page(client_as("district_lead"))
    assert "留下的" in html
    assert "并入的" not in html
    assert "撤回的" not in html


def test_buildings_have_the_same_list(cast: Cast, client_as: ClientAs) -> None:
    home = community("枣营南里", cast.areas[STREET])
    home.buildings.create(code="B1", label="7号楼", storeys=6, point=Point(116.46, 39.94, srid=4490))
    client = client_as("district_lead")
    assert "枣营南里 7号楼" in page(client, "/buildings/?q=枣营 7号楼&storeys_max=6")
    assert "没有符合" in page(client, "/buildings/?q=枣营&storeys_min=7")
