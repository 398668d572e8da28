"""Files that people attach: what they really are, a safe name, and one place for each content."""

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.intake import zips
from jiugai.registry.arriving import arriving
from jiugai.registry.limits import LARGEST_DOCUMENT, LARGEST_DOCUMENT_BYTES

LONGEST_NAME = 120
FOLDER = "documents"
TAKEN = "pdf、png、jpg、webp、docx、xlsx"
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS = {"jpeg": "jpg", "jpe": "jpg"}
# Characters that mean something to a file system or a shell, and those that turn the direction of writing.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')


class Upload(Protocol):
    """A file as Django hands it over."""

    @property
    def name(self) -> str | None:
        """The name it had."""
        ...

    @property
    def size(self) -> int | None:
        """The length it claims."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Yield the content."""
        ...


class BadFile(Refusal):
    """The file cannot be taken: empty, of a kind we do not take, or not what its name says."""

    code = "bad_file"


@dataclass(frozen=True)
class Stored:
    """Where a file lies (below MEDIA_ROOT, by its SHA-256), and what it is."""

    path: str
    name: str
    content_type: str
    size: int
    sha256: str


def store(upload: Upload) -> Stored:
    """Check a file and keep it; equal content is kept once. Raises BadFile, TooLarge, zips.ZipBomb.

    What is written before a refusal is removed again.
    """
    name = safe_name(upload.name or "")
    _check_size(upload.size or 0, name)
    with arriving(upload.chunks(), folder=FOLDER, check_size=lambda size: _check_size(size, name)) as arrived:
        _check_size(arrived.size, name)
        kind = _checked_kind(arrived.path, name)
        place = arrived.settle(f"{FOLDER}/{arrived.sha256[:2]}/{arrived.sha256}")
    return Stored(place, name, TYPES[kind], arrived.size, arrived.sha256)


def place_of(path: str) -> Path:
    """Return where a stored file lies on disk."""
    return Path(settings.MEDIA_ROOT) / path


def safe_name(name: str) -> str:
    """Return a name that is only a name: no folders, no control or direction characters, at most 120 characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = _FORBIDDEN.sub("", last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if dot and len(clean) > LONGEST_NAME:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return clean[:LONGEST_NAME] or "未命名"


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise BadFile("文件是空的", where=name, remedy="选有内容的文件重新上传")
    if size > LARGEST_DOCUMENT_BYTES:
        raise TooLarge(
            f"文件有 {size / 1024 / 1024:.1f} MB，最大 {LARGEST_DOCUMENT}",
            where=name,
            remedy="压缩图片或拆成几个文件后上传",
        )


def _checked_kind(path: Path, name: str) -> str:
    """Return the kind by content, and refuse a name that says otherwise."""
    said = name.rpartition(".")[2].lower()
    said = ENDINGS.get(said, said)
    if said not in TYPES:
        raise BadFile("不收这种文件", where=name, remedy=f"可以上传的是 {TAKEN}；压缩包请解压后逐个上传")
    kind = _kind(path, name)
    if kind != said:
        raise BadFile(
            f"文件名以 .{said} 结尾，内容却{f'是 {kind}' if kind else '不是这种文件'}",
            where=name,
            remedy="用原来的软件重新保存后上传，不要只改文件名",
        )
    return kind


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return _office(path, name) if head.startswith(b"PK\x03\x04") else ""


def _office(path: Path, name: str) -> str:
    """Tell workbooks and letters from other archives, and refuse those that carry macros."""
    members = [member.lower() for member in zips.inspect(path, name=name)]
    if any(member.endswith("vbaproject.bin") for member in members):
        raise BadFile("文件里有宏", where=name, remedy="另存为不带宏的 docx 或 xlsx 后上传")
    if "[content_types].xml" not in members or not zipfile.is_zipfile(path):
        return ""
    return next((kind for kind, part in (("docx", "word/"), ("xlsx", "xl/")) if _has(members, part)), "")


def _has(members: list[str], part: str) -> bool:
    return any(member.startswith(part) for member in members)
