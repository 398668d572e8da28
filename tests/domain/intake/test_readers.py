"""Files become rows: headers, encodings, merged cells, formulas, shapes."""

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely

from jiugai.domain.intake.readers import open_tables
from jiugai.domain.intake.readers.headers import columns, find_header
from jiugai.domain.intake.readers.opening import NothingInside
from jiugai.domain.intake.rows import RawRow, Table
from jiugai.domain.intake.sniff import Kind, NotReadable, Sniffed, sniff

CSV = "小区名称：,总户数：\n白广路6号院,1628户\n"


def opened(path: Path, name: str = "") -> list[Table]:
    return open_tables(path, sniff(path, name or path.name), name=name or path.name)


def only(path: Path) -> tuple[Table, list[RawRow]]:
    (table,) = opened(path)
    return table, list(table.rows())


def workbook(path: Path, rows: list[list[Any]], **merges: str) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for merge in merges.values():
        sheet.merge_cells(merge)
    book.save(path)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(CSV.encode(encoding))
    table, rows = only(tmp_path / "a.csv")
    assert [c.title for c in table.columns] == ["小区名称", "总户数"]
    assert rows == [RawRow("a", 2, {"小区名称": "白广路6号院", "总户数": "1628户"})]


def test_packed_csv_and_other_separators(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV.replace(",", ";").encode("gb18030")))
    _, rows = only(tmp_path / "a.csv.gz")
    assert rows[0].cells["总户数"] == "1628户"


def test_the_header_is_found_below_titles() -> None:
    rows = [["2026年老旧小区台账", "", ""], ["单位：户", "", ""], ["小区名称", "总户数", "建成年代"], ["甲", 1, 1981]]
    assert find_header(rows) == 2


def test_blank_and_repeated_titles_stay_apart() -> None:
    assert [c.title for c in columns(["户数", "", "户数", "小区名称："])] == ["户数", "B 列", "户数（2）", "小区名称"]


def test_the_upper_of_two_alike_rows_is_the_header() -> None:
    assert find_header([["名", "好坏", "远近"], ["甲", "好", "近"]]) == 0


def test_a_row_wider_than_the_header_is_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("小区名称,户数\n甲,1\n乙,路口,2\n", encoding="utf-8")
    table, rows = only(tmp_path / "a.csv")
    assert [(p.code, p.row) for p in table.problems] == [("row_too_wide", 3)]
    assert len(rows) == 2


def test_rows_keep_the_number_the_spreadsheet_shows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["台账"], [], ["小区名称", "户数"], ["甲", 10], [], ["乙", 20]])
    table, rows = only(path)
    assert [(r.number, r.cells["小区名称"], r.cells["户数"]) for r in rows] == [(4, "甲", 10), (6, "乙", 20)]
    assert [c.letter for c in table.columns] == ["A", "B"]


def test_merged_cells_are_filled_and_reported(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["区", "小区名称"], ["西城", "甲"], [None, "乙"]], m="A2:A3")
    table, rows = only(path)
    assert [r.cells["区"] for r in rows] == ["西城", "西城"]
    assert [(p.code, p.row, p.column) for p in table.problems] == [("merged_cells", 2, "区")]
    assert not table.problems[0].is_error


def test_a_header_of_two_rows(tmp_path: Path) -> None:
    rows = [["小区名称", "位置", None], [None, "经度", "纬度"], ["甲", 116.3, 39.9]]
    table, read = only(workbook(tmp_path / "a.xlsx", rows, a="A1:A2", b="B1:C1"))
    assert [c.title for c in table.columns] == ["小区名称", "经度", "纬度"]
    assert len(read) == 1


def test_formulas_without_a_value_and_formulas_as_text_are_errors(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["小区名称", "户数", "栋数"])
    sheet.append(["甲", "=1+1", None])
    sheet["C2"] = "=SUM(A1)"
    sheet["C2"].data_type = "s"
    book.save(tmp_path / "a.xlsx")
    table, _ = only(tmp_path / "a.xlsx")
    assert {(p.code, p.row, p.column) for p in table.problems} == {
        ("formula_without_value", 2, "户数"),
        ("formula_as_text", 2, "栋数"),
    }


def test_hidden_and_empty_sheets_are_left_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["小区名称", "户数"])
    sheet.append(["甲", 1])
    book.create_sheet("空")
    book.create_sheet("藏").append(["x", "y"])
    book["藏"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert [t.name for t in opened(tmp_path / "a.xlsx")] == ["Sheet"]


def test_a_file_with_a_header_only_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("小区名称,户数\n", encoding="utf-8")
    with pytest.raises(NothingInside):
        opened(tmp_path / "a.csv")


def test_a_damaged_workbook_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<broken")
    with pytest.raises(NotReadable) as caught:
        open_tables(path, Sniffed(Kind.XLSX), name="a.xlsx")
    assert caught.value.remedy


def shapefile(folder: Path, *, encoding: str, crs: str | None = "EPSG:4490", cpg: bool = True) -> Path:
    inner = folder / "inner"
    inner.mkdir()
    square = shapely.box(116.35, 39.88, 116.36, 39.89)
    pyogrio.raw.write(
        inner / "x.shp",
        geometry=np.array([shapely.to_wkb(square)], dtype=object),
        field_data=[np.array(["白广路6号院"], dtype=object)],
        fields=["小区名称"],
        crs=crs,
        geometry_type="Polygon",
        encoding=encoding,
    )
    packed = folder / "小区.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in inner.iterdir():
            if cpg or part.suffix != ".cpg":
                archive.write(part, f"小区{part.suffix}")
    return packed


@pytest.mark.parametrize(
    ("encoding", "cpg"), [("UTF-8", True), ("GB18030", True), ("GB18030", False), ("UTF-8", False)]
)
def test_shapefiles_in_both_encodings_with_and_without_cpg(tmp_path: Path, encoding: str, cpg: bool) -> None:
    table, rows = only(shapefile(tmp_path, encoding=encoding, cpg=cpg))
    assert list(rows[0].cells.values()) == ["白广路6号院"]
    assert table.columns[0].title in {"小区名称", "小区名"}  # a name holds ten bytes
    assert shapely.from_wkb(rows[0].geometry).area > 0
    assert table.name == "小区"


@pytest.mark.filterwarnings("ignore")  # the writer of the test file grumbles about it
def test_a_shapefile_without_crs_is_questioned(tmp_path: Path) -> None:
    table, _ = only(shapefile(tmp_path, encoding="UTF-8", crs=None))
    assert [p.code for p in table.problems] == ["crs_unknown"]


def test_projected_layers_become_degrees(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path,
        geometry=np.array([shapely.to_wkb(shapely.Point(440000, 4418000))], dtype=object),
        field_data=[np.array(["甲"], dtype=object)],
        fields=["名称"],
        crs="EPSG:4548",
        geometry_type="Point",
    )
    table, rows = only(path)
    point = shapely.from_wkb(rows[0].geometry)
    assert 115.4 < point.x < 117.5
    assert 39.4 < point.y < 41.1
    assert [p.code for p in table.problems] == ["crs_converted"]


def test_geojson_with_missing_values_and_shapes(tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [116.3, 39.9]}
    features = [
        {"type": "Feature", "properties": {"name": "甲", "户数": 12}, "geometry": point},
        {"type": "Feature", "properties": {"name": "乙", "户数": None}, "geometry": None},
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    (tmp_path / "a.geojson").write_text(text, encoding="utf-8")
    _, rows = only(tmp_path / "a.geojson")
    assert [(r.cells["name"], r.cells["户数"], r.geometry is None) for r in rows] == [
        ("甲", 12, False),
        ("乙", None, True),
    ]
