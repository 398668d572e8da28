"""Files on their way in: written aside, measured and digested, and put in place only once somebody wants them."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings


@dataclass(frozen=True)
class Arrived:
    """A file that lies aside: where, its size in bytes as counted, its SHA-256."""

    path: Path
    size: int
    sha256: str

    def settle(self, place: str) -> str:
        """Move the file to a place below MEDIA_ROOT, which is named by its content: equal content is kept once."""
        target = Path(settings.MEDIA_ROOT) / place
        target.parent.mkdir(parents=True, exist_ok=True)
        self.path.replace(target)
        return place


@contextmanager
def arriving(pieces: Iterable[bytes], *, folder: str, check_size: Callable[[int], None]) -> Iterator[Arrived]:
    """Write a stream into `folder` below MEDIA_ROOT; what has not settled in the end is removed.

    `check_size` is asked after every piece, and raises when the file is too large.
    """
    home = Path(settings.MEDIA_ROOT) / folder
    home.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with NamedTemporaryFile(dir=home, prefix="arriving-", delete=False) as file:
        path = Path(file.name)
        try:
            for piece in pieces:
                size += len(piece)
                check_size(size)
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
            yield Arrived(path, size, digest.hexdigest())
        finally:
            path.unlink(missing_ok=True)
