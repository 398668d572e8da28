"""What a file really is, whatever its name says; and refusals of files that must not be opened."""

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from jiugai.domain.errors import Refusal
from jiugai.domain.intake import zips


class Kind(StrEnum):
    """File types that can be read."""

    XLSX = "xlsx"
    XLS = "xls"
    CSV = "csv"
    GEOJSON = "geojson"
    SHAPEFILE = "shapefile"
    GEOPACKAGE = "gpkg"

    @property
    def label(self) -> str:
        """Words on screen."""
        return LABELS[self]


LABELS = {
    Kind.XLSX: "Excel 工作簿",
    Kind.XLS: "Excel 97—2003 工作簿",
    Kind.CSV: "文本表格（csv）",
    Kind.GEOJSON: "GeoJSON",
    Kind.SHAPEFILE: "Shapefile（zip）",
    Kind.GEOPACKAGE: "GeoPackage",
}
ENDINGS: dict[str, Kind] = {
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".xls": Kind.XLS,
    ".csv": Kind.CSV,
    ".txt": Kind.CSV,
    ".tsv": Kind.CSV,
    ".csv.gz": Kind.CSV,
    ".geojson": Kind.GEOJSON,
    ".json": Kind.GEOJSON,
    ".zip": Kind.SHAPEFILE,
    ".gpkg": Kind.GEOPACKAGE,
}
TAKEN = "xlsx、xls、csv、geojson、gpkg，Shapefile 打成 zip"
BLOCK = 1 << 20
DELIMITERS = ",\t;|"
HEAD_BYTES = 64 * 1024


class NotReadable(Refusal):
    """The file is none of the kinds we take, or is damaged."""

    code = "file_not_readable"


class TypeLies(NotReadable):
    """The name says one type, the content is another."""

    code = "file_type_lies"


class UnknownEncoding(NotReadable):
    """The text is neither UTF-8, UTF-16 nor GB18030."""

    code = "file_encoding"


@dataclass(frozen=True)
class Sniffed:
    """What was found. `encoding` and `delimiter` only for csv; `packed` when it is inside gzip."""

    kind: Kind
    encoding: str = ""
    delimiter: str = ""
    packed: bool = False


def sniff(path: Path, name: str) -> Sniffed:
    """Return what the file is. Reads the whole of a text and unpacks archives once, without keeping them.

    Raises NotReadable (or a subclass), zips.ZipBomb, with words for the person who uploaded it.
    """
    said, ending = _said(name)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip():
        raise NotReadable("文件是空的", where=name, remedy="选有内容的文件重新上传")
    found = _found(path, name, head)
    if found.kind != said:
        raise TypeLies(
            f"文件名以 {ending} 结尾，内容却是{found.kind.label}",
            where=name,
            remedy=f"把文件名结尾改成 {_ending_of(found.kind)}，或者用原来的软件另存为 {ending} 后重新上传",
        )
    return found


def _said(name: str) -> tuple[Kind, str]:
    lowered = name.lower()
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if lowered.endswith(ending):
            return ENDINGS[ending], ending
    raise NotReadable("不认识这种文件", where=name, remedy=f"可以上传的是 {TAKEN}")


def _ending_of(kind: Kind) -> str:
    return next(ending for ending, of in ENDINGS.items() if of == kind)


def _found(path: Path, name: str, head: bytes) -> Sniffed:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Sniffed(_archive(path, name))
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return Sniffed(_old_office(path, name))
    if head.startswith(b"SQLite format 3\x00"):
        return Sniffed(Kind.GEOPACKAGE)
    if head.startswith(b"\x1f\x8b"):
        return _gzip(path, name)
    return _text(path, name, head)


def _archive(path: Path, name: str) -> Kind:
    members = [m.lower() for m in zips.inspect(path, name=name)]
    if "[content_types].xml" in members:
        if any(m.startswith("xl/") for m in members):
            return Kind.XLSX
        raise NotReadable("这是 Word 或 PowerPoint 文件，不是表格", where=name, remedy="把表格另存为 xlsx 后上传")
    shapes = [m for m in members if m.endswith(".shp")]
    if len(shapes) != 1:
        words = "压缩包里没有 .shp 文件" if not shapes else f"压缩包里有 {len(shapes)} 个 .shp 文件，只能有 1 个"
        raise NotReadable(words, where=name, remedy="Shapefile 把 .shp .shx .dbf .prj 一起打包；表格请解压后单独上传")
    lacking = [e for e in (".shx", ".dbf") if not any(m.endswith(e) for m in members)]
    if lacking:
        raise NotReadable(f"压缩包里缺 {' 和 '.join(lacking)}", where=name, remedy="把同名的几个文件一起打包后重新上传")
    return Kind.SHAPEFILE


def _old_office(path: Path, name: str) -> Kind:
    """Tell an old workbook from an encrypted new one: both are OLE2 containers with UTF-16 stream names."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise NotReadable("工作簿设了打开密码，读不出来", where=name, remedy="在 Excel 里取消密码，保存后重新上传")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return Kind.XLS
    raise NotReadable("这是旧版 Office 文件，但不是 Excel 工作簿", where=name, remedy="把表格另存为 xlsx 后上传")


def _gzip(path: Path, name: str) -> Sniffed:
    head = b""
    try:
        with gzip.open(path) as stream:
            zips.count(_blocks(stream), packed=path.stat().st_size, name=name)
        with gzip.open(path) as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, EOFError, zlib.error) as problem:
        raise NotReadable("压缩文件不完整", where=name, remedy="重新压缩，或解压后直接上传 csv") from problem
    return replace(_text(path, name, head, packed=True), packed=True)


def _text(path: Path, name: str, head: bytes, *, packed: bool = False) -> Sniffed:
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if lowered.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise TypeLies(
            "内容其实是网页，只是用表格的名字保存", where=name, remedy="用 Excel 打开，另存为 xlsx 后重新上传"
        )
    if lowered.startswith((b"<?xml", b"%pdf", b"{\\rtf")):
        raise TypeLies("内容不是表格（像 XML、PDF 或文档）", where=name, remedy="用原来的软件另存为 xlsx 或 csv 后上传")
    encoding = _encoding(path, name, head, packed=packed)
    if lowered.startswith((b"{", b"[")):
        return Sniffed(Kind.GEOJSON, encoding=encoding)
    return Sniffed(Kind.CSV, encoding=encoding, delimiter=_delimiter(head, encoding))


def _encoding(path: Path, name: str, head: bytes, *, packed: bool) -> str:
    """Return the first encoding that reads the whole file. GB18030 comes last: it accepts almost anything."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, name, ["utf-16"], packed=packed)
    if b"\x00" in head:
        encoding = _wide(head)
        if not encoding or _first_bad_line(path, encoding, packed=packed):
            raise NotReadable("内容不是文字，读不成表格", where=name, remedy=f"可以上传的是 {TAKEN}")
        return encoding
    return _checked(path, name, ["utf-8-sig", "gb18030"], packed=packed)


def _wide(head: bytes) -> str:
    """Return the byte order of UTF-16 without its mark, if it may be: digits and commas have a zero in every pair."""
    low, high = head[0::2].count(0), head[1::2].count(0)
    if min(low, high) or max(low, high) * 20 < len(head):
        return ""
    return "utf-16-le" if high else "utf-16-be"


def _checked(path: Path, name: str, encodings: list[str], *, packed: bool) -> str:
    reached = 0
    for encoding in encodings:
        line = _first_bad_line(path, encoding, packed=packed)
        if not line:
            return encoding
        reached = max(reached, line)
    raise UnknownEncoding(
        f"第 {reached} 行起的文字编码读不出来，不是 UTF-8，也不是 GB18030（GBK）",
        where=name,
        remedy="用 Excel 或 WPS 打开，确认文字正常，另存为“CSV UTF-8”后重新上传",
    )


def _first_bad_line(path: Path, encoding: str, *, packed: bool) -> int:
    """Return the line (from 1) at which decoding stops, 0 when the whole file can be read."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    opened: BinaryIO
    with gzip.open(path) if packed else path.open("rb") as opened:  # type: ignore[assignment]
        for block in _blocks(opened):
            try:
                line += decoder.decode(block).count("\n")
            except UnicodeDecodeError as problem:
                return line + block[: problem.start].count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return 0


def _delimiter(head: bytes, encoding: str) -> str:
    """Return the separator that splits the first lines into the most columns, evenly."""
    text = codecs.getincrementaldecoder(encoding)(errors="ignore").decode(head)
    lines = [line for line in text.splitlines()[:20] if line.strip()]

    def columns(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)] or [0]
        return (widths.count(widths[0]) if widths[0] > 1 else 0), widths[0]

    return max(DELIMITERS, key=columns)


def _blocks(stream: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block
