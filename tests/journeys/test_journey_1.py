"""Journey 1: the new officer of 朝阳区 finds a community, reads its file, corrects it and takes a list home."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio.raw
import pytest
import shapely
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from python_calamine import CalamineWorkbook

from jiugai.accounts.codes import Action
from jiugai.accounts.models import AuditEvent
from jiugai.registry.models import Community
from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LogIn = Callable[[str], Page]
HERS, OTHERS = "/110000/110105/", "/110000/110102/"
PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
# Which communities the map has received, as numbers.
DRAWN = """() => window.jiugaiMap.getStyle().layers.filter((one) => one["source-layer"] === "communities")
  .flatMap((one) => window.jiugaiMap.querySourceFeatures(one.source, {sourceLayer: "communities"}))
  .map((one) => Number(one.id ?? one.properties.id))"""
REASON = "档案馆竣工图，图签为1984年"


@pytest.fixture
def page(log_in: LogIn, settings: Settings, tmp_path: Path) -> Page:
    """The officer's first page, drawn; what she uploads goes to a directory of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    page = log_in("district_lead")
    drawn(page)
    return page


def drawn(page: Page) -> None:
    page.wait_for_selector("#map-stage[data-ready]", timeout=60_000)


def of(path: str) -> Any:
    return Community.objects.filter(area_path__startswith=path)


def known() -> Community:
    return Community.objects.get(area_path__startswith=HERS, name="管庄东里")


@pytest.mark.obligation("T01-1")
def test_map_opens_on_her_district_only(page: Page, live_server: LiveServer) -> None:
    assert page.url.startswith(f"{live_server.url}/map/")
    expect(page.locator("#map-side [data-total]")).to_have_attribute("data-total", str(of(HERS).count()))
    ids = {int(str(row.get_attribute("data-id"))) for row in page.locator("#map-list [data-row]").all()}
    assert ids
    assert ids <= set(of(HERS).values_list("pk", flat=True))
    middle = page.evaluate("() => window.jiugaiMap.getCenter().toArray()")
    assert 116.3 < middle[0] < 116.7
    assert 39.8 < middle[1] < 40.1
    shown = page.evaluate(DRAWN)
    assert shown
    assert not set(shown) & set(of(OTHERS).values_list("pk", flat=True))


@pytest.mark.obligation("T01-1")
def test_other_districts_are_not_there(page: Page, live_server: LiveServer) -> None:
    other = of(OTHERS).exclude(households=None).order_by("-households")[0]
    for address in (f"/communities/{other.pk}/", f"/communities/{other.pk}/history/", f"/map/card/{other.pk}/"):
        answer = page.request.get(live_server.url + address)
        assert (address, answer.status) == (address, 404)
        assert other.name not in answer.text()
    page.fill("#map-filters [name=q]", other.name)
    expect(page.locator("#map-list .j-empty")).to_contain_text("没有符合条件的小区")


@pytest.mark.parametrize("typed", ["管庄东里", "gzdl", "管庄路"])
def test_name_initials_and_address_lead_to_the_file(page: Page, typed: str) -> None:
    page.fill("#map-filters [name=q]", typed)
    expect(page.locator("#map-list .j-empty, #map-list [data-row]").first).to_be_visible()
    expect(page).to_have_url(re.compile("q="))
    page.locator("#map-list [data-open]", has_text=re.compile("^管庄东里$")).click()
    expect(page.locator("#map-card h2")).to_have_text("管庄东里")
    page.get_by_role("link", name="打开小区档案").click()
    expect(page.locator(".j-record-head h2")).to_have_text("管庄东里")
    assert page.url.endswith(f"/communities/{known().pk}/")


@pytest.mark.obligation("T01-3")
def test_file_says_which_source_said_what_and_when(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/communities/{known().pk}/")
    page.locator("#fact-built_year .j-src").first.focus()
    said = page.locator("#said-built_year")
    expect(said).to_be_visible()
    expect(said).to_contain_text("1986年")
    expect(said).to_contain_text("赶集网小区，2019年11月27日")
    owners = page.locator("#fact-ownership")
    expect(owners).to_contain_text("2 个来源说法不一")
    owners.locator(".j-src").first.focus()
    expect(page.locator("#said-ownership .f-said.used")).to_contain_text("公布的改造项目名单，2024年4月29日")
    expect(page.locator("#said-ownership .f-said.against")).to_contain_text("赶集网小区，2019年11月27日")


@pytest.mark.obligation("T01-3", "T01-5")
def test_correction_with_document_stands_in_file_history_and_export(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    page.goto(f"{live_server.url}/communities/{known().pk}/")
    correct(page, "1984")
    expect(page.locator("#fact-built_year dd")).to_contain_text("1984年")
    page.locator("#fact-built_year .j-src").first.focus()
    said = page.locator("#said-built_year")
    expect(said.locator(".used")).to_contain_text(f"原因：{REASON}")
    expect(said.locator(".against")).to_contain_text("1986年")
    proof = said.get_by_role("link", name="竣工图")
    answer = page.request.get(f"{live_server.url}{proof.get_attribute('href')}open/")
    assert answer.body() == PDF
    page.locator(".j-record-head").get_by_role("link", name="历史").click()
    line = page.locator("tr", has_text=REASON)
    expect(line.locator("del")).to_have_text("1986年")
    expect(line.locator("ins")).to_have_text("1984年")
    expect(line).to_contain_text("陈志远")
    page.goto(f"{live_server.url}/communities/?q=gzdl")
    (row,) = rows_of(take_home(page, tmp_path))
    assert (row["小区"], row["建成（年）"], row["建成来源"]) == ("管庄东里", 1984, "录")
    assert row["产权来源"] == "官"
    assert known().built_year == 1984


def correct(page: Page, year: str) -> None:
    page.get_by_role("link", name="更正建成年份").click()
    form = page.locator("#fact-built_year form")
    form.locator("[name=value]").fill(year)
    form.locator("[name=observed_on]").fill("2026-11-20")
    form.locator("[name=reason]").fill(REASON)
    form.get_by_text("附依据材料").click()
    form.locator("[name=upload]").set_input_files({"name": "竣工图.pdf", "mimeType": "application/pdf", "buffer": PDF})
    form.get_by_role("button", name="保存更正").click()


@pytest.mark.obligation("T01-3", "T01-5")
def test_filtered_list_goes_to_excel_and_into_the_log(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    page.get_by_role("link", name="小区", exact=True).click()
    page.get_by_text("建成", exact=True).first.click()
    page.get_by_label("1980年以前").check()
    page.locator("#list-menus form:visible .btn-primary").click()
    expect(page.locator(".j-chip.on")).to_have_text("建成：1980年以前")
    file = take_home(page, tmp_path)
    rows = rows_of(file)
    expected = of(HERS).filter(built_year__lt=1980)
    assert sorted(row["小区"] for row in rows) == sorted(expected.values_list("name", flat=True))
    assert all(row["建成（年）"] < 1980 and row["建成来源"] in "官抓" for row in rows)
    assert {row["数据"] for row in rows} == {"真实"}
    assert all(row["辖区"].startswith("朝阳区") for row in rows)
    about = {
        str(label): str(words)
        for label, words, *_ in CalamineWorkbook.from_path(file).get_sheet_by_index(1).to_python()
    }
    assert "1980年以前" in about["筛选条件"]
    assert about["行数"] == str(len(rows))
    assert about["导出人"].startswith("陈志远")
    event = AuditEvent.objects.filter(action=Action.EXPORTED).latest("pk")
    assert event.actor_name == "陈志远"
    assert event.after
    assert event.after["rows"] == len(rows)
    assert event.request_id == about["导出编号"]
    page.goto(f"{live_server.url}/audit/")
    expect(page.locator("main")).to_contain_text("小区列表")


def take_home(page: Page, folder: Path) -> Path:
    page.locator("summary", has_text="导出").click()
    with page.expect_download() as got:
        page.get_by_role("link", name="Excel 工作簿").click()
    file = folder / got.value.suggested_filename
    got.value.save_as(file)
    return file


def rows_of(file: Path) -> list[dict[str, Any]]:
    heads, *lines = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heads), line, strict=True)) for line in lines]


@pytest.mark.obligation("T01-3")
@pytest.mark.parametrize("kind", ["xlsx", "geojson", "gpkg"])
def test_what_the_map_shows_goes_home_in_every_format(page: Page, tmp_path: Path, kind: str) -> None:
    page.goto(f"{page.url.partition('?')[0]}?built=pre1980&by=ownership")
    drawn(page)
    names = set(of(HERS).filter(built_year__lt=1980).values_list("name", flat=True))
    page.locator("summary", has_text="导出这些小区").click()
    with page.expect_download() as got:
        page.locator(f"#map-export [value={kind}]").click()
    file = tmp_path / got.value.suggested_filename
    got.value.save_as(file)
    assert file.suffix == f".{kind}"
    if kind == "xlsx":
        assert {row["小区名称"] for row in rows_of(file)} == names
    else:
        meta, _, shapes, fields = pyogrio.raw.read(file)
        assert set(fields[list(meta["fields"]).index("小区名称")]) == names
        assert shapely.from_wkb(shapes)[0].within(shapely.box(116.3, 39.7, 116.8, 40.2))


@pytest.mark.obligation("T01-1", "T01-3")
@pytest.mark.parametrize("window", [(390, 844)], ids=["phone"], indirect=True)
def test_another_community_is_corrected_in_place_on_a_phone(page: Page, live_server: LiveServer) -> None:
    home = of(HERS).filter(households__gt=1000).exclude(pk=known().pk).order_by("code")[0]
    page.goto(f"{live_server.url}/communities/{home.pk}/")
    page.locator("#fact-households").get_by_role("link", name="更正户数").click()
    form = page.locator("#fact-households form")
    form.locator("[name=value]").fill("987")
    form.locator("[name=observed_on]").fill("2026-11-20")
    form.locator("[name=reason]").fill("入户清点")
    assert faults_of(page) == []
    form.get_by_role("button", name="保存更正").click()
    expect(page.locator("#fact-households dd")).to_contain_text("987 户")
    home.refresh_from_db()
    assert home.households == 987


@pytest.mark.parametrize("window", [(390, 844)], ids=["phone"], indirect=True)
def test_map_list_and_file_fit_a_phone(page: Page, live_server: LiveServer) -> None:
    faults = {"map": faults_of(page)}
    for address in ("/communities/", f"/communities/{known().pk}/", f"/communities/{known().pk}/history/"):
        page.goto(live_server.url + address)
        faults[address] = faults_of(page)
    assert {address: found for address, found in faults.items() if found} == {}
