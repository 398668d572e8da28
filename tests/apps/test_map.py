"""The map page: what people see in scope, what legend, list and card say, what leaves as a file."""

import json
from collections.abc import Callable
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from pyogrio.raw import read

from jiugai.accounts.models import AuditEvent
from jiugai.registry.models import CommunityValue, SavedView, Source
from tests.apps.map_rows import LAT, LON, XICHENG, community
from tests.cast import CHAOYANG, Cast

As = Callable[[str], Client]
AROUND = f"{LON - 0.01},{LAT - 0.01},{LON + 0.01},{LAT + 0.01}"
BOX = f"{LON - 0.01},{LAT - 0.01};{LON + 0.01},{LAT - 0.01};{LON + 0.01},{LAT + 0.01};{LON - 0.01},{LAT + 0.01}"


def counts(client: Client, **params: str) -> dict[str, Any]:
    """Ask what the legend counts."""
    answer: dict[str, Any] = client.get("/map/counts/", {"bbox": AROUND, **params}).json()
    return answer


def ring(corners: int) -> str:
    """Return a drawn circle."""
    turns = (2 * pi * n / corners for n in range(corners))
    return ";".join(f"{LON + cos(t) / 100:.6f},{LAT + sin(t) / 100:.6f}" for t in turns)


def opening(client: Client, query: str) -> list[float] | None:
    """Return the box at which the map opens, None where nothing names a place."""
    found = page(client, f"/map/?{query}").split('id="map-config"')[1].split(">", 1)[1].split("</script>")[0]
    box: list[float] | None = json.loads(found)["opening"]
    return box


def page(client: Client, url: str = "/map/") -> str:
    """Ask for a page or fragment."""
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_front_door_leads_to_the_map(client_as: As) -> None:
    assert client_as("resident").get("/").headers["Location"] == "/map/"


@pytest.mark.obligation("T01-3", "T01-5")
def test_people_see_their_own_district_only(cast: Cast, client_as: As) -> None:
    community(cast, "管庄东里")
    community(cast, "真武庙四里", area=XICHENG)
    assert all(name in page(client_as("city_lead")) for name in ("管庄东里", "真武庙四里"))
    assert "管庄东里" in page(client_as("district_lead"))
    assert "真武庙四里" not in page(client_as("district_lead"))
    assert "管庄东里" not in page(client_as("outsider"))


def test_page_names_its_sources_and_that_they_are_not_official(client_as: As) -> None:
    shown = page(client_as("city_lead"))
    assert "© OpenStreetMap 贡献者" in shown
    assert "小区为公开抓取，非官方" in shown


def test_page_has_no_inline_script(client_as: As) -> None:
    response = client_as("city_lead").get("/map/")
    bare = [s for s in response.content.decode().split("<script")[1:] if "src=" not in s.split(">")[0]]
    assert all('type="application/json"' in s.split(">")[0] for s in bare)


@pytest.mark.obligation("T01-4")
def test_legend_counts_what_is_in_view(cast: Cast, client_as: As) -> None:
    community(cast, "甲", need="high")
    community(cast, "乙", need="high")
    community(cast, "丙", need="unknown")
    community(cast, "丁", need="low", lon=LON - 1)
    found = counts(client_as("city_lead"))
    assert (found["total"], found["in_view"]) == (4, 3)
    assert found["classes"] == {"high": 2, "mid": 0, "low": 0, "none": 0, "unknown": 1}


@pytest.mark.obligation("T01-3", "T32-4")
def test_legend_by_ownership_counts_groups(cast: Cast, client_as: As) -> None:
    community(cast, "甲", ownership_group="mixed")
    community(cast, "乙", ownership_group="central")
    found = counts(client_as("city_lead"), by="ownership")["classes"]
    assert (found["mixed"], found["central"], found["unknown"]) == (1, 1, 0)


@pytest.mark.obligation("T22-5")
@pytest.mark.parametrize(
    ("year", "kind"), [(1979, "pre1980"), (1989, "1980s"), (1990, "1990-2000"), (2000, "1990-2000"), (2001, "post2000")]
)
def test_legend_by_year_keeps_both_cut_offs_apart(cast: Cast, client_as: As, year: int, kind: str) -> None:
    community(cast, "甲", built_year=year)
    assert counts(client_as("city_lead"), by="year")["classes"][kind] == 1


def test_a_class_switched_off_keeps_its_count(cast: Cast, client_as: As) -> None:
    community(cast, "甲", need="high")
    community(cast, "乙", need="low")
    found = counts(client_as("city_lead"), need="low")
    assert (found["total"], found["in_view"], found["classes"]["high"]) == (1, 1, 1)


def test_legend_counts_only_the_scope(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    assert counts(client_as("outsider"))["total"] == 0


@pytest.mark.parametrize("word", ["管庄东里", "gzdl", "朝阳路"])
def test_list_finds_by_name_initials_and_address(cast: Cast, client_as: As, word: str) -> None:
    community(cast, "管庄东里", initials="gzdl", address="朝阳路北侧")
    community(cast, "慧忠里", initials="hzl")
    shown = page(client_as("district_lead"), f"/map/side/?q={word}")
    assert "管庄东里" in shown
    assert "慧忠里" not in shown


def test_list_follows_conditions_and_shows_them_as_chips(cast: Cast, client_as: As) -> None:
    community(cast, "甲里", need="high")
    community(cast, "乙里", need="low")
    shown = page(client_as("city_lead"), "/map/side/?need=high&by=need")
    assert "甲里" in shown
    assert "乙里" not in shown
    assert "去掉条件：改造需求：高" in shown


def test_list_continues_behind_the_last_row(cast: Cast, client_as: As) -> None:
    for n in range(65):
        community(cast, f"第{n:02d}小区", share_no_lift=f"0.{n:02d}")
    client = client_as("city_lead")
    first = client.get("/map/side/?sort=no_lift")
    following = page(client, f"/map/side/?sort=no_lift&after={first.context['list'].next}")
    assert first.context["list"].lines[0].row.name == "第64小区"
    assert following.count("data-row") == 5


def test_drawn_shape_chooses(cast: Cast, client_as: As) -> None:
    inside = community(cast, "里面")
    community(cast, "外面", lon=LON - 1)
    shown = page(client_as("city_lead"), f"/map/side/?sel={BOX}")
    assert f'data-selected="{inside.pk}"' in shown
    assert "外面" not in shown


def test_card_shows_facts_with_sources_and_the_stage(cast: Cast, client_as: As) -> None:
    row = community(cast, "管庄东里", built_year=1986, households=2403)
    source = Source.objects.create(key="test", name="某站", mark="crawl")
    CommunityValue.objects.create(community=row, field="built_year", value=1986, source=source)
    shown = page(client_as("district_lead"), f"/map/card/{row.pk}/")
    assert "1986年" in shown
    assert "来源：公开抓取" in shown
    assert "2,403 户" in shown
    assert "第 1 阶段 登记" in shown


def test_card_says_why_a_point_is_doubted(cast: Cast, client_as: As) -> None:
    row = community(cast, "甲", position_state="suspect", position_flags=["district_mismatch"])
    shown = page(client_as("district_lead"), f"/map/card/{row.pk}/")
    assert "位置待核实" in shown
    assert "坐标落在所属区以外" in shown


def test_card_of_another_district_is_not_found(cast: Cast, client_as: As) -> None:
    row = community(cast, "甲")
    assert client_as("outsider").get(f"/map/card/{row.pk}/").status_code == 404


def export(client: Client, kind: str, query: str = "") -> Any:
    """Ask for a file."""
    return client.post("/map/export/", {"kind": kind, "query": query})


def test_workbook_carries_sources_labels_and_reality(cast: Cast, client_as: As) -> None:
    row = community(cast, "=HYPERLINK(1)", provenance="demo")
    source = Source.objects.create(key="test", name="某站", mark="crawl", observed="2019", label="公开抓取，非官方")
    CommunityValue.objects.create(community=row, field="name", value=row.name, source=source)
    sheet = load_workbook(BytesIO(export(client_as("district_lead"), "xlsx").content))["小区"]
    head, values = ([cell.value for cell in line] for line in sheet.iter_rows())
    found = dict(zip(head, values, strict=True))
    assert (found["来源"], found["标注"], found["数据"]) == ("某站（2019）", "公开抓取，非官方", "演示")
    assert sheet["B2"].data_type == "s"


def test_geojson_names_its_coordinate_system(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    found = json.loads(export(client_as("district_lead"), "geojson").content)
    assert found["crs"]["properties"]["name"].endswith("EPSG::4490")
    assert found["features"][0]["geometry"]["coordinates"] == [LON, LAT]


def test_geopackage_opens_with_gdal(cast: Cast, client_as: As, tmp_path: Path) -> None:
    community(cast, "甲", built_year=1986)
    file = tmp_path / "a.gpkg"
    file.write_bytes(export(client_as("district_lead"), "gpkg").content)
    meta, _, geometry, columns = read(file)
    found = dict(zip(meta["fields"], (column[0] for column in columns), strict=True))
    assert meta["crs"] == "EPSG:4490"
    assert len(geometry) == 1
    assert (found["小区名称"], found["建成年份"]) == ("甲", 1986)


def test_export_holds_what_is_shown_and_is_written_down(cast: Cast, client_as: As) -> None:
    community(cast, "甲", need="high")
    community(cast, "乙", need="low")
    found = json.loads(export(client_as("district_lead"), "geojson", "need=high&by=need").content)
    assert [f["properties"]["小区名称"] for f in found["features"]] == ["甲"]
    event = AuditEvent.objects.get(action="export")
    assert event.after["行数"] == 1
    assert "改造需求" in event.after["条件"]


def test_export_stays_in_scope(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    assert export(client_as("outsider"), "xlsx").status_code == 400


def test_roles_without_the_right_are_told_so(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    assert export(client_as("planner"), "xlsx").status_code == 403
    assert "您的角色不能导出" in page(client_as("planner"))


def test_conditions_are_kept_under_a_name(cast: Cast, client_as: As) -> None:
    client = client_as("district_lead")
    answer = client.post("/map/saved/", {"name": " 朝阳待改造 ", "query": "?need=high&by=need&id=5"})
    view = SavedView.objects.get()
    assert (view.name, view.query, view.register) == ("朝阳待改造", "need=high&by=need", "map")
    assert "朝阳待改造" in answer.content.decode()
    assert client.post("/map/saved/", {"name": " ", "query": ""}).status_code == 400
    client.post("/map/saved/", {"name": "朝阳待改造", "query": "need=low"})
    assert SavedView.objects.get().query == "need=low"  # the same name gives way


@pytest.mark.parametrize(
    "query",
    ["need=nonsense", "sel=1,2;3", "by=nonsense", f"sel={ring(500)}"],
)
def test_nonsense_is_not_kept_under_a_name(cast: Cast, client_as: As, query: str) -> None:
    answer = client_as("district_lead").post("/map/saved/", {"name": "x", "query": query})
    assert answer.status_code == 400
    assert not SavedView.objects.exists()


def test_view_of_a_list_keeps_known_conditions_only(cast: Cast, client_as: As) -> None:
    client, form = client_as("district_lead"), {"register": "communities", "name": "x", "to": "/communities/"}
    assert client.post("/views/", form | {"query": "need=nonsense"}).status_code == 400
    client.post("/views/", form | {"query": "need=high&after=abc&made=up"})
    assert SavedView.objects.get().query == "need=high"


def test_map_opens_where_the_conditions_name_a_place(cast: Cast, client_as: As) -> None:
    community(cast, "甲")
    client = client_as("district_lead")
    west, south, east, north = opening(client, f"district={CHAOYANG}")
    assert (west < LON < east, south < LAT < north) == (True, True)
    assert opening(client, "need=high") is None
    assert opening(client, f"district={CHAOYANG}&at=116.4,39.9,12") is None


def test_nonsense_in_the_address_is_refused_in_words(client_as: As) -> None:
    response = client_as("city_lead").get("/map/?need=nonsense")
    assert response.status_code == 400
    assert "看不懂条件" in response.content.decode()
