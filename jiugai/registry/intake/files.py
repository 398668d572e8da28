"""Where uploaded files lie, and how they get there: streamed, measured, never overwritten."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.registry.arriving import arriving
from jiugai.registry.models import ImportBatch

FOLDER = "imports"
PIECE = 1 << 20


class FileGone(Refusal):
    """The stored file is no longer on the disk."""

    status = 410
    code = "file_gone"


@dataclass(frozen=True)
class Kept:
    """A stored file: its place below MEDIA_ROOT, size in bytes, digest."""

    place: str
    size: int
    sha256: str


def keep(pieces: Iterable[bytes], *, name: str) -> Kept:
    """Write a stream to disk and return where it lies. The same content is stored once.

    Raises TooLarge as soon as the limit is passed; nothing is left behind then.
    """
    with arriving(pieces, folder=FOLDER, check_size=lambda size: _check_size(size, name)) as arrived:
        return Kept(arrived.settle(f"{FOLDER}/{arrived.sha256}"), arrived.size, arrived.sha256)


def _check_size(size: int, name: str) -> None:
    limit = settings.UPLOAD_LIMIT_BYTES
    if size > limit:
        raise TooLarge(
            f"文件超过 {limit // 1024 // 1024} MB",
            where=name,
            remedy="删掉用不到的表和列，或分成几个文件；csv 可以压缩成 .csv.gz 再上传",
        )


def drop(place: str) -> None:
    """Remove a stored file that no batch came of, in whatever area; an empty place is no file."""
    with scoped(SYSTEM):  # the same content may be another district's batch, which the person cannot see
        wanted = not place or ImportBatch.objects.filter(file=place).exists()
    if not wanted:
        (Path(settings.MEDIA_ROOT) / place).unlink(missing_ok=True)


def path_of(place: str) -> Path:
    """Return the full path of a stored file. Raises FileGone."""
    path = Path(settings.MEDIA_ROOT) / place
    if not path.is_file():
        raise FileGone("这个文件已不在服务器上", where=place.rsplit("/", 1)[-1][:12], remedy="重新上传原文件")
    return path


def pieces_of(path: Path) -> Iterable[bytes]:
    """Yield the content of a local file piece by piece."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
