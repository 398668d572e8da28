"""Bad files: a clear message, nothing half-saved, nothing lost."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely
from django.utils import timezone
from openpyxl import Workbook

from jiugai.accounts.actor import Actor
from jiugai.domain.errors import Refusal
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile, suggest
from jiugai.registry.intake import annotating, mending
from jiugai.registry.models import Community, ImportBatch, ImportProblem, ImportRow
from jiugai.registry.queries import imports as queries
from tests.apps.import_rows import HEAD, ROWS, checked, csv_of, draw_ground, uploaded, written, xlsx_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    return cast.actor("data_officer")


def codes(batch: ImportBatch, severity: str = "error") -> list[tuple[int | None, str, str]]:
    found = ImportProblem.objects.filter(batch=batch, severity=severity)
    return list(found.order_by("number", "pk").values_list("number", "column_letter", "code"))


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_encodings_of_chinese_offices_arrive_unharmed(officer, encoding):
    written(officer, csv_of(encoding=encoding))
    assert sorted(Community.objects.values_list("name", flat=True)) == sorted(r[1] for r in ROWS)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("台账.xlsx", csv_of(), "内容却是文本表格"),
        ("台账.csv", xlsx_of({"表": [HEAD, *ROWS]}), "内容却是Excel"),
        ("台账.csv", b"\x81\xff\xff\xff,\xff\n", "编码"),
        ("台账.csv", b"", "空的"),
        ("台账.exe", b"MZ", "不认识"),
        ("台账.xlsx", xlsx_of({"表": [HEAD, *ROWS]})[:-200], "解不开"),
        ("台账.csv", csv_of([]), "没有数据行"),
        ("台账.xlsx", xlsx_of({"表": [HEAD]}), "没有数据行"),
        ("范围.geojson", b"[" * 100_000 + b"]" * 100_000, "可能已损坏"),
        ("范围.gpkg", b"SQLite format 3\x00" + bytes(4000), "可能已损坏"),
    ],
)
def test_unusable_file_is_refused_with_remedy_and_leaves_neither_batch_nor_file(
    officer, tmp_path, name, content, words
):
    with pytest.raises(Refusal, match=words) as refusal:
        uploaded(officer, content, name)
    assert refusal.value.remedy
    assert not ImportBatch.objects.exists()
    assert not kept(tmp_path)


def kept(folder) -> list[Path]:
    return [f for f in (folder / "files").rglob("*") if f.is_file()]


def test_refused_replacement_leaves_the_first_batch_as_it_was(officer, tmp_path):
    first = checked(officer, csv_of())
    with pytest.raises(Refusal, match="没有数据行"):
        uploaded(officer, csv_of([]), redo_of=first.pk)
    first.refresh_from_db()
    assert (first.state, len(kept(tmp_path))) == ("checked", 1)


def test_zip_bomb_is_refused_and_nothing_is_kept_of_it(officer, tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(90 * 1024 * 1024))
    with pytest.raises(Refusal, match="倍") as refusal:
        uploaded(officer, out.getvalue(), "台账.xlsx")
    assert refusal.value.status == 413
    assert not kept(tmp_path)


def test_swapped_columns_are_doubted_before_anything_is_read(officer):
    rows = [(f"CY-{n}", f"新村{n}里", "朝阳区", 1985, 600, 39.90 + n / 100, 116.50) for n in range(8)]
    batch = uploaded(officer, csv_of(rows))
    _, raws = queries.head_of(batch)
    doubts = queries.doubts(raws, Profile("", columns=suggest(HEAD, target="communities")))
    assert any("像是对反了" in d.message for d in doubts)


def test_dates_and_numbers_typed_as_text_are_read(officer):
    rows = [("CY-1", "管庄东里", "朝阳区", "1985年", "1,200户", "116.50°E", " 39.91 ")]
    content = xlsx_of({"表": [HEAD, *rows]})
    written(officer, content, name="台账.xlsx")
    home = Community.objects.get()
    assert (home.built_year, home.households, round(home.point.y, 2)) == (1985, 1200, 39.91)


def test_impossible_dates_are_errors_with_their_cell(officer):
    rows = [
        ("CY-1", "管庄东里", "朝阳区", "1985-13-02", 1200, 116.50, 39.91),
        ("CY-2", "慧忠里", "朝阳区", 2035, 1, 116.51, 39.9),
    ]
    assert codes(checked(officer, csv_of(rows))) == [(2, "D", "not_a_year"), (3, "D", "year_in_future")]


def test_formula_without_result_and_formula_as_text_stay_harmless(officer):
    rows = [("CY-1", '=HYPERLINK("http://x","点我")', "朝阳区", 1985, 1200, 116.50, 39.91)]
    batch = checked(officer, xlsx_of({"表": [HEAD, *rows]}), name="台账.xlsx")
    assert codes(batch)[0] == (2, "B", "formula_without_value")
    mending.leave_out_wrong(batch_id=batch.pk, actor=officer, at=timezone.localtime())
    batch.refresh_from_db()
    assert batch.errors == 0
    assert not ImportRow.objects.filter(batch=batch, parsed__name__contains="HYPERLINK").exists()


def test_merged_cells_fill_every_row_they_cover(officer):
    book, out = Workbook(), io.BytesIO()
    page = book.active
    page.append(["朝阳区 2026 年摸底台账"])
    page.merge_cells("A1:G1")
    for row in (HEAD, *ROWS):
        page.append(list(row))
    page["C3"], page["C4"], page["C5"] = "朝阳区", None, None
    page.merge_cells("C3:C5")
    book.save(out)
    batch = checked(officer, out.getvalue(), name="台账.xlsx")
    assert (batch.errors, batch.rows_total) == (0, 3)
    assert set(ImportRow.objects.filter(batch=batch).values_list("parsed__area", flat=True)) == {"110105"}


def test_point_outside_the_city_is_flagged_and_shown_not_dropped(officer):
    rows = [("CY-1", "管庄东里", "朝阳区", 1985, 1200, 121.47, 31.23)]
    batch = written(officer, csv_of(rows))
    assert codes(batch, "warning") == [(2, "F", "outside")]
    home = Community.objects.get()
    assert (home.position_state, home.position_flags, round(home.point.x, 2)) == ("suspect", ["outside"], 121.47)


def test_point_in_another_district_than_stated_is_flagged(officer):
    rows = [("CY-1", "管庄东里", "西城区", 1985, 1200, 116.50, 39.91)]
    batch = written(officer, csv_of(rows))
    assert (
        codes(batch, "warning") == [(2, "C", "district_mismatch")]
        or codes(batch, "warning")[0][2] == "district_mismatch"
    )
    home = Community.objects.get()
    assert (home.area.name, home.position_flags) == ("朝阳区", ["district_mismatch"])


def test_points_shared_by_several_rows_are_flagged(officer):
    rows = [(f"CY-{n}", f"新村{n}里", "朝阳区", 1985, 600, 116.50, 39.91) for n in range(3)]
    written(officer, csv_of(rows))
    assert {tuple(f) for f in Community.objects.values_list("position_flags", flat=True)} == {("shared_point",)}


def test_row_from_nowhere_is_an_error(officer):
    rows = [("CY-1", "管庄东里", "北京周边 燕郊", 1985, 1200, None, None), ("CY-2", "", "朝阳区", 1985, 1, 116.5, 39.9)]
    batch = checked(officer, csv_of(rows), profile=Profile("", columns=suggest(HEAD[1:], target="communities")))
    assert [code for _, _, code in codes(batch)] == ["nowhere", "no_name"]


def a_geojson(shape: shapely.Geometry) -> bytes:
    feature = {"type": "Feature", "properties": {"小区名称": "管庄东里", "所属区": "朝阳区"}}
    feature["geometry"] = json.loads(shapely.to_geojson(shape))
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()


def test_polygon_that_crosses_itself_is_mended_with_a_warning(officer):
    bow_tie = shapely.Polygon([(116.50, 39.90), (116.51, 39.91), (116.51, 39.90), (116.50, 39.91)])
    batch = checked(officer, a_geojson(bow_tie), name="范围.geojson", head=("小区名称", "所属区"))
    assert [code for _, _, code in codes(batch, "warning")] == ["shape_mended"]
    assert batch.errors == 0


def a_geopackage(folder) -> bytes:
    path = folder / "x.gpkg"
    points = shapely.to_wkb(np.array([shapely.Point(r[5], r[6]) for r in ROWS]))
    fields = [np.array([r[i] for r in ROWS], dtype=object) for i in (1, 2)]
    pyogrio.raw.write(
        path, points, fields, ["小区名称", "所属区"], geometry_type="Point", crs="EPSG:4490", layer="communities"
    )
    return path.read_bytes()


def test_geopackage_and_geojson_points_become_positions(officer, tmp_path):
    batch = written(officer, a_geopackage(tmp_path), name="小区.gpkg", head=("小区名称", "所属区"))
    assert batch.summary["written"]["new"] == 3
    assert Community.objects.get(name="枣营南里").point is not None


@pytest.mark.parametrize("crs", list(CRS))
def test_points_of_every_system_arrive_at_the_same_place(officer, crs):
    from jiugai.domain.geo.crs import from_cgcs2000

    lon, lat = from_cgcs2000(crs, 116.50, 39.91)
    rows = [("CY-1", "管庄东里", "朝阳区", 1985, 1200, float(lon), float(lat))]
    written(officer, csv_of(rows), profile=Profile("", crs=crs, columns=suggest(HEAD, target="communities")))
    home = Community.objects.get()
    assert (home.point.x, home.point.y) == (pytest.approx(116.50, abs=1e-7), pytest.approx(39.91, abs=1e-7))


@pytest.fixture
def wrong(officer) -> Callable[..., ImportBatch]:
    rows = [*ROWS, ("CY-4", "新村", "朝阳区", "1985-13-02", "约300", 116.53, 39.95)]

    def make(name: str) -> ImportBatch:
        content = xlsx_of({"违建": [HEAD, *rows], "说明": [["填表说明"]]}) if name.endswith("xlsx") else csv_of(rows)
        return checked(officer, content, name=name)

    return make


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.csv"])
def test_file_comes_back_with_comments_in_the_wrong_cells_and_can_be_imported_mended(officer, wrong, name):
    from openpyxl import load_workbook

    batch = wrong(name)
    book = load_workbook(annotating.annotated(batch))
    page = book.worksheets[0]
    assert "读不出年份" in page["D5"].comment.text
    assert "填 300" in page["E5"].comment.text
    page["D5"], page["E5"] = 1985, 300
    out = io.BytesIO()
    book.save(out)
    mended = written(officer, out.getvalue(), name="改好.xlsx")
    assert mended.summary["written"]["new"] == 4


def test_sheets_keep_the_order_of_the_file(officer):
    sheets = {"老旧小区": [HEAD, *ROWS], "平房": [HEAD, ("P-1", "胡同", "朝阳区", 1950, 20, 116.45, 39.92)]}
    batch = checked(officer, xlsx_of(sheets), name="台账.xlsx")
    assert [name for name, _ in queries.sheets_of(batch, "error")] == ["老旧小区", "平房"]
