"""A list taken home and handed in again: what nobody changed says nothing, what was changed says just that."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from jiugai.accounts.actor import Actor
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile
from jiugai.registry.intake import checking, declaring, steps, writing
from jiugai.registry.models import (
    Building,
    BuildingValue,
    Community,
    CommunityValue,
    DuplicatePair,
    ImportBatch,
    ImportProfile,
    ImportRow,
)
from jiugai.registry.queries import imports as queries
from tests.apps.file_rows import building
from tests.apps.import_rows import OBSERVED, csv_of, draw_ground, uploaded, written
from tests.cast import Cast

As = Callable[[str], Client]
COLUMNS = (
    "name", "area", "built", "ownership", "need", "plan", "height", "floors_max", "building_count", "households",
    "share_no_lift", "floor_area", "plot_ratio", "green_rate", "property_fee", "property_firm", "developer", "lon",
    "lat", "address",
)  # fmt: skip
HEAD = (
    "编号",
    "小区名称",
    "所属区",
    "建成年份",
    "户数",
    "经度",
    "纬度",
    "产权",
    "层数",
    "物业费",
    "绿化率",
    "详细地址",
)
ROWS: tuple[tuple[Any, ...], ...] = (
    (
        "CY-1",
        "管庄东里",
        "朝阳区",
        1985,
        1200,
        116.501234567,
        39.91,
        "已购公房",
        6,
        "1.25",
        "30%",
        "朝阳路1号",
        12345.6,
    ),
    ("CY-2", "慧忠里", "朝阳区", 1990, 3100, 116.51, 39.95, "商品房", 18, "", "", "", ""),
    ("CY-3", "枣营南里", "朝阳区", "1981-1986", 600, 116.52, 39.94, "", "", "", "", "枣营路", ""),
    ("CY-4", "枣营南里", "朝阳区", "", "", "", "", "商品房", "", "", "", "又一处", ""),
)


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    actor = cast.actor("data_officer")
    written(actor, csv_of(ROWS, HEAD), head=HEAD)
    return actor


def exported(client: Client, kind: str) -> bytes:
    if kind in {"xlsx", "csv"}:
        columns = ",".join(COLUMNS)
        response = client.get(f"/communities/export/?format={kind}&cols={columns}")
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    response = client.post("/map/export/", {"kind": kind.removeprefix("map-"), "query": ""})
    return bytes(response.content)


def sent_back(
    actor: Actor, content: bytes, name: str, *, profile: Profile | None = None, target: str = "communities"
) -> ImportBatch:
    """Hand a file in, take the mapping that the page proposes, and keep it as a profile; check it."""
    batch = uploaded(actor, content, name)
    tables, _ = queries.head_of(batch)
    titles = [c.title for c in queries.all_columns(tables)]
    chosen = profile or queries.opening_profile(batch, titles, saved=None, target=target)
    steps.declare(
        batch_id=batch.pk, profile=chosen, source=declaring.source_named("朝阳区核对表"), observed_on=OBSERVED,
        actor=actor,
    )  # fmt: skip
    batch.refresh_from_db()
    steps.save_profile(batch=batch, name="核对表", actor=actor)
    steps.ask_check(batch_id=batch.pk, actor=actor)
    return checking.check(batch.pk, user_id=actor.user_id, clock=timezone.localtime)


def fates(batch: ImportBatch) -> dict[str, int]:
    return {fate: n for fate, n in writing.fates(batch).items() if n}


KINDS = {"xlsx": "a.xlsx", "csv": "a.csv", "map-xlsx": "m.xlsx", "geojson": "m.geojson", "gpkg": "m.gpkg"}


@pytest.mark.obligation("T01-1")
@pytest.mark.parametrize("kind", KINDS)
def test_file_taken_home_and_handed_in_unchanged_changes_nothing(
    cast: Cast, officer: Actor, client_as: As, kind: str
) -> None:
    before = list(Community.objects.order_by("pk").values())
    batch = sent_back(officer, exported(client_as("district_lead"), kind), KINDS[kind])
    assert (batch.errors, batch.warnings, fates(batch)) == (0, 0, {"same": 4}), list(
        batch.problems.values_list("column", "typed", "message")
    ) + list(ImportRow.objects.filter(batch=batch).values_list("changes", flat=True))
    saved = Profile.from_json(ImportProfile.objects.get(name="核对表").mapping)
    again = sent_back(officer, exported(client_as("district_lead"), kind), KINDS[kind], profile=saved)
    steps.ask_write(batch_id=again.pk, actor=officer)
    writing.write(again.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert list(Community.objects.order_by("pk").values()) == before
    assert not DuplicatePair.objects.exists()
    assert not CommunityValue.objects.filter(batch=again).exists()


def edited(content: bytes, **cells: Any) -> bytes:
    """Change cells of a workbook by their address."""
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book.worksheets[0][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def place_of(content: bytes, name: str, head: str, *, by: str = "小区") -> str:
    """Return the cell below a head in the row that has this in its column `by`."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    column = next(c.column_letter for c in sheet[1] if c.value == head)
    key = next(c.column for c in sheet[1] if c.value == by)
    row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, key).value == name)
    return f"{column}{row}"


@pytest.mark.obligation("T01-1")
def test_only_the_cell_that_was_changed_says_something(cast: Cast, officer: Actor, client_as: As) -> None:
    content = exported(client_as("district_lead"), "xlsx")
    changed = edited(content, **{place_of(content, "管庄东里", "户数（户）"): 1234})
    batch = sent_back(officer, changed, "a.xlsx")
    assert (batch.errors, fates(batch)) == (0, {"change": 1, "same": 3})
    (row,) = ImportRow.objects.filter(batch=batch, fate="change")
    assert list(row.changes) == ["households"]
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    said = CommunityValue.objects.filter(batch=batch)
    assert list(said.values_list("field", "value")) == [("households", 1234)]
    assert Community.objects.get(pk=row.community_id).households == 1234


def test_renamed_community_is_the_same_one(cast: Cast, officer: Actor, client_as: As) -> None:
    content = exported(client_as("district_lead"), "xlsx")
    changed = edited(content, **{place_of(content, "慧忠里", "小区"): "慧忠里一区"})
    batch = sent_back(officer, changed, "a.xlsx")
    assert fates(batch) == {"change": 1, "same": 3}
    assert ImportRow.objects.get(batch=batch, fate="change").community == Community.objects.get(name="慧忠里")


def test_half_a_point_changed_keeps_the_other_half(cast: Cast, officer: Actor, client_as: As) -> None:
    content = exported(client_as("district_lead"), "xlsx")
    changed = edited(content, **{place_of(content, "慧忠里", "经度（CGCS2000）"): 116.53})
    batch = sent_back(officer, changed, "a.xlsx")
    assert (batch.errors, batch.warnings) == (0, 0)
    assert ImportRow.objects.get(batch=batch, fate="change").changes["point"]["given"] == [116.53, 39.95]


def test_point_moved_in_a_map_program_is_what_changed(cast: Cast, officer: Actor, client_as: As) -> None:
    found = json.loads(exported(client_as("district_lead"), "geojson"))
    moved = next(f for f in found["features"] if f["properties"]["小区名称"] == "慧忠里")
    moved["geometry"]["coordinates"] = [116.53, 39.96]
    batch = sent_back(officer, json.dumps(found).encode(), "m.geojson")
    assert (batch.errors, fates(batch)) == (0, {"change": 1, "same": 3})
    assert ImportRow.objects.get(batch=batch, fate="change").changes["point"]["given"] == [116.53, 39.96]


def test_number_that_is_not_ours_is_an_error_in_its_cell(cast: Cast, officer: Actor, client_as: As) -> None:
    content = exported(client_as("district_lead"), "xlsx")
    place = place_of(content, "慧忠里", "平台编号")
    batch = sent_back(officer, edited(content, **{place: "110105-9999999"}), "a.xlsx")
    (problem,) = batch.problems.filter(severity="error")
    assert (problem.code, f"{problem.column_letter}{problem.number}") == ("code_unknown", place)
    with pytest.raises(steps.ErrorsLeft):
        steps.ask_write(batch_id=batch.pk, actor=officer)


def test_row_added_without_our_number_is_a_new_community(cast: Cast, officer: Actor, client_as: As) -> None:
    content = exported(client_as("district_lead"), "xlsx")
    batch = sent_back(officer, edited(content, A6="新来的里", B6="朝阳区", C6=1979), "a.xlsx")
    assert (batch.errors, fates(batch)) == (0, {"new": 1, "same": 4})


def test_community_of_another_district_is_not_found_by_its_number(cast: Cast, officer: Actor, client_as: As) -> None:
    other = Community.objects.create(
        code="110102-0000001", name="真武庙四里", name_norm="真武庙四里", area=cast.areas["110102"],
        point=Point(116.35, 39.9, srid=4490), position_state="good",
    )  # fmt: skip
    content = exported(client_as("district_lead"), "xlsx")
    batch = sent_back(officer, edited(content, **{place_of(content, "慧忠里", "平台编号"): other.code}), "a.xlsx")
    assert batch.errors >= 1


BUILDING_COLUMNS = "name,area,built_year,storeys,type,structure,lift,lift_share,ownership,households,floor_area,sales"


@pytest.fixture
def towers(officer: Actor) -> list[Building]:
    """Two communities of one name, each with buildings of the same numbers."""
    home, other = Community.objects.filter(name="枣营南里").order_by("pk")
    for place in (home, other):
        for label in ("1号楼", "2号楼"):
            building(place, label, storeys=6, built_year=1981, structure="brick_concrete", has_lift=False)
    return list(Building.objects.order_by("pk"))


def buildings_taken(client: Client, kind: str) -> bytes:
    response = client.get(f"/buildings/export/?format={kind}&cols={BUILDING_COLUMNS}")
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def handed_in(actor: Actor, content: bytes, name: str) -> ImportBatch:
    return sent_back(actor, content, name, target="buildings")


@pytest.mark.obligation("T01-1")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_list_of_buildings_handed_in_unchanged_changes_nothing(
    officer: Actor, towers: list[Building], client_as: As, kind: str
) -> None:
    before = list(Building.objects.order_by("pk").values())
    batch = handed_in(officer, buildings_taken(client_as("district_lead"), kind), f"b.{kind}")
    assert (batch.errors, batch.warnings, fates(batch)) == (0, 0, {"same": 4})
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert list(Building.objects.order_by("pk").values()) == before
    assert not BuildingValue.objects.filter(batch=batch).exists()


@pytest.mark.obligation("T01-1")
def test_cell_changed_in_the_list_of_buildings_changes_that_building(
    officer: Actor, towers: list[Building], client_as: As
) -> None:
    content = buildings_taken(client_as("district_lead"), "xlsx")
    mine = towers[3]
    row = place_of(content, mine.code, "平台楼栋编号", by="平台楼栋编号")[-1]
    letter = place_of(content, mine.code, "电梯", by="平台楼栋编号")[0]
    batch = handed_in(officer, edited(content, **{f"{letter}{row}": "有"}), "b.xlsx")
    assert (batch.errors, fates(batch)) == (0, {"change": 1, "same": 3})
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert list(Building.objects.filter(has_lift=True)) == [mine]
    assert list(BuildingValue.objects.filter(batch=batch).values_list("building", "field")) == [(mine.pk, "has_lift")]


def test_building_does_not_move_by_a_list_and_a_number_not_ours_is_wrong(
    officer: Actor, towers: list[Building], client_as: As
) -> None:
    content = buildings_taken(client_as("district_lead"), "xlsx")
    home = place_of(content, towers[0].code, "所属小区", by="平台楼栋编号")
    code = place_of(content, towers[1].code, "平台楼栋编号", by="平台楼栋编号")
    batch = handed_in(officer, edited(content, **{home: "慧忠里", code: "B99999999"}), "b.xlsx")
    found = {p.code: f"{p.column_letter}{p.number}" for p in batch.problems.filter(severity="error")}
    assert found == {"building_moved": home, "code_unknown": code}


def test_row_without_number_is_a_new_building(officer: Actor, towers: list[Building], client_as: As) -> None:
    content = buildings_taken(client_as("district_lead"), "xlsx")
    cells = {place_of(content, towers[0].code, head, by="平台楼栋编号")[0] + "6": words
             for head, words in (("所属小区", "慧忠里"), ("楼号", "9号楼"), ("地上层数（层）", 18))}  # fmt: skip
    batch = handed_in(officer, edited(content, **cells), "b.xlsx")
    assert (batch.errors, fates(batch)) == (0, {"change": 1, "same": 4})
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert Building.objects.get(label="9号楼", community__name="慧忠里").storeys == 18


def test_page_takes_a_list_of_buildings_for_what_it_is(officer: Actor, towers: list[Building], client_as: As) -> None:
    content = buildings_taken(client_as("district_lead"), "xlsx")
    page, client = f"/imports/{uploaded(officer, content, 'b.xlsx').pk}/columns/", client_as("data_officer")
    assert '<option value="buildings" selected>' in client.get(page).content.decode()
    answers = {"target": "communities", "crs": CRS.CGCS2000.value, "source": "new", "source_name": "核对表"}
    refused = client.post(page, answers | {"observed_on": "2026-10-01", "col-0": "name"})
    assert (refused.status_code, "这是从平台导出的楼栋清单" in refused.content.decode()) == (422, True)
