"""Opening archives without being blown up by them."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from jiugai.domain.errors import TooLarge

LARGEST_UNPACKED = 2 * 1024**3
MOST_TIMES = 150
"""Real workbooks shrink 5 to 30 times; what shrinks more, and is large, was made to do harm."""
HARMLESS = 64 * 1024 * 1024
MOST_MEMBERS = 20_000
MOST_CELLS = 60_000_000
BLOCK = 1 << 20
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>/]*>')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


class ZipBomb(TooLarge):
    """The archive unpacks to far more than a table needs, or lies about its sizes."""

    code = "zip_bomb"

    def __init__(self, words: str, *, name: str) -> None:
        super().__init__(
            words,
            where=name,
            remedy="打开文件，删掉空行空列和多余的表，另存为新文件；或者另存为 csv，分几个文件上传",
        )


class DamagedArchive(TooLarge):
    """The archive cannot be unpacked."""

    status = 400
    code = "damaged_archive"

    def __init__(self, name: str) -> None:
        super().__init__("文件不完整，解不开", where=name, remedy="重新保存或重新下载这个文件，再上传")


def inspect(path: Path, *, name: str) -> list[str]:
    """Unpack every member once, without keeping it; return the members' names.

    Counts what really comes out, because sizes in the directory may lie. Raises ZipBomb or DamagedArchive.
    """
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = archive.infolist()
            _plausible(members, path.stat().st_size, name)
            left = LARGEST_UNPACKED
            for member in members:
                left -= _unpack(file, member, most=left, name=name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as problem:
        raise DamagedArchive(name) from problem
    return [m.filename for m in members]


def _plausible(members: list[zipfile.ZipInfo], size: int, name: str) -> None:
    if len(members) > MOST_MEMBERS:
        raise ZipBomb(f"压缩包里有 {len(members):,} 个文件，太多了", name=name)
    if sum(m.compress_size for m in members) > size:
        raise ZipBomb("压缩包里的文件互相重叠，不是正常保存出来的", name=name)
    if any(m.flag_bits & 1 for m in members):
        raise DamagedArchive(name)
    _check(sum(m.file_size for m in members), packed=size, name=name)


def _unpack(file: BinaryIO, member: zipfile.ZipInfo, *, most: int, name: str) -> int:
    """Return how many bytes the member really holds."""
    widest, lowest, total, tail = 0, 0, 0, b""
    is_sheet = bool(_SHEET.fullmatch(member.filename))
    for block in _member_blocks(file, member):
        total += len(block)
        if total > most:
            raise ZipBomb("解开后超过 2 GB", name=name)
        if is_sheet:
            for column, row in _CELL.findall(tail + block):
                widest, lowest = max(widest, _index(column)), max(lowest, int(row))
            tail = block[-64:]
    if widest * lowest > MOST_CELLS:
        raise ZipBomb(f"有一张表占到第 {lowest:,} 行第 {widest:,} 列，装不下", name=name)
    if total != member.file_size:
        raise ZipBomb("压缩包写的大小和解开后的不一样", name=name)
    return total


def _member_blocks(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the unpacked content, straight from the stream: `zipfile` stops at the size the directory claims."""
    file.seek(member.header_offset)
    header = file.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(member.filename)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError(member.compress_type)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        while block:
            yield inflater.decompress(block, BLOCK)
            block = inflater.unconsumed_tail
    yield inflater.flush()


def count(blocks: Iterable[bytes], *, packed: int, name: str) -> int:
    """Return the length of a stream; raise ZipBomb as soon as it is more than a table needs."""
    total = 0
    for block in blocks:
        total += len(block)
        _check(total, packed=packed, name=name)
    return total


def _check(unpacked: int, *, packed: int, name: str) -> None:
    if unpacked > LARGEST_UNPACKED:
        raise ZipBomb("解开后超过 2 GB", name=name)
    if unpacked > HARMLESS and unpacked > MOST_TIMES * max(packed, 1):
        raise ZipBomb(f"文件 {packed / 1e6:.1f} MB，解开后是它的 {unpacked // max(packed, 1):,} 倍", name=name)


def _index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
