"""Files are what they contain, not what they are called; harmful ones are refused in words."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from jiugai.domain.intake import zips
from jiugai.domain.intake.sniff import Kind, NotReadable, TypeLies, UnknownEncoding, sniff

TABLE = "小区名称,区域商圈,建筑年代\n管庄东里,朝阳 管庄,1985年\n真武庙四里,西城 木樨地,1979年\n"


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


def a_workbook() -> bytes:
    book, out = Workbook(), io.BytesIO()
    book.active.append(["小区名称"])
    book.save(out)
    return out.getvalue()


def a_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_encoding_is_found_by_reading_the_whole_file(tmp_path, encoding, found):
    sniffed = sniff(a_file(tmp_path, TABLE.encode(encoding)), "名单.csv")
    assert (sniffed.kind, sniffed.encoding, sniffed.delimiter) == (Kind.CSV, found, ",")


def test_gb18030_after_a_long_ascii_start_is_found(tmp_path):
    content = b"url,id,floor\n" + b"http://x,1,26\n" * 200_000 + "a,2,高 26\n".encode("gb18030")
    assert sniff(a_file(tmp_path, content), "t.csv").encoding == "gb18030"


@pytest.mark.parametrize("mark", ["\t", ";", "|"])
def test_other_separators(tmp_path, mark):
    assert sniff(a_file(tmp_path, TABLE.replace(",", mark).encode()), "t.txt").delimiter == mark


def test_broken_text_names_its_line(tmp_path):
    content = TABLE.encode() + b"\xff\xff\xff,\x81\xff\n"
    with pytest.raises(UnknownEncoding, match="第 4 行") as refusal:
        sniff(a_file(tmp_path, content), "t.csv")
    assert "CSV UTF-8" in refusal.value.remedy


def test_gzip_is_read_through(tmp_path):
    sniffed = sniff(a_file(tmp_path, gzip.compress(TABLE.encode("gb18030"))), "t.csv.gz")
    assert (sniffed.kind, sniffed.encoding, sniffed.packed) == (Kind.CSV, "gb18030", True)


def test_torn_gzip_is_refused(tmp_path):
    with pytest.raises(NotReadable, match="不完整"):
        sniff(a_file(tmp_path, gzip.compress(TABLE.encode() * 1000)[:-40]), "t.csv.gz")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("名单.csv", a_workbook(), "内容却是Excel 工作簿"),
        ("名单.xlsx", TABLE.encode(), "内容却是文本表格"),
        ("名单.xls", b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        ("名单.xlsx", b"%PDF-1.7\n", "不是表格"),
        ("名单.geojson", TABLE.encode(), "内容却是文本表格"),
    ],
)
def test_file_that_lies_about_its_type(tmp_path, name, content, words):
    with pytest.raises(TypeLies, match=words) as refusal:
        sniff(a_file(tmp_path, content), name)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "空的"),
        ("a.exe", b"MZ", "不认识"),
        ("a.csv", b"MZ\x00\x01\x02binary", "不是文字"),
        ("a.xlsx", a_workbook()[:-300], "解不开"),
        ("a.xlsx", a_zip(**{"[Content_Types]__xml": b"", "word/document__xml": b""}), "Word"),
        ("a.zip", a_zip(readme__txt=b"x"), "没有 .shp"),
        ("a.zip", a_zip(a__shp=b"x", b__shp=b"x"), "2 个 .shp"),
        ("a.zip", a_zip(a__shp=b"x", a__dbf=b"x"), "缺 .shx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ],
)
def test_unreadable_files_are_refused_in_words(tmp_path, name, content, words):
    with pytest.raises((NotReadable, zips.DamagedArchive), match=words):
        sniff(a_file(tmp_path, content), name)


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    content = a_zip(**{"[Content_Types]__xml": b"", "xl/worksheets/sheet1__xml": bytes(100 * 1024 * 1024)})
    with pytest.raises(zips.ZipBomb, match="倍"):
        sniff(a_file(tmp_path, content), "a.xlsx")


def test_archive_whose_directory_lies_about_sizes_is_refused(tmp_path, monkeypatch):
    content = bytearray(a_zip(**{"[Content_Types]__xml": b"", "xl/a__xml": b"0" * 1_000_000}))
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(zips.ZipBomb, match="不一样"):
        sniff(a_file(tmp_path, bytes(content)), "a.xlsx")


def test_sheet_with_one_cell_at_the_far_corner_is_refused(tmp_path):
    sheet = b'<sheetData><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></sheetData>'
    content = a_zip(**{"[Content_Types]__xml": b"", "xl/worksheets/sheet1__xml": sheet})
    with pytest.raises(zips.ZipBomb, match="1,048,576 行"):
        sniff(a_file(tmp_path, content), "a.xlsx")


def test_gzip_bomb_is_refused(tmp_path):
    with pytest.raises(zips.ZipBomb):
        sniff(a_file(tmp_path, gzip.compress(bytes(80 * 1024 * 1024))), "a.csv.gz")
