"""Names of files that go home: in Chinese, and short enough for every file system (255 bytes, three a character)."""

from pathlib import PurePosixPath
from urllib.parse import quote

MOST_BYTES = 180  # leaves room for what browsers add: " (1)", ".crdownload"


def shortened(name: str, most: int = MOST_BYTES) -> str:
    """Return a name of at most `most` bytes in UTF-8 that keeps its ending and breaks no character."""
    if len(name.encode()) <= most:
        return name
    ending = PurePosixPath(name).suffix
    if len(ending.encode()) > most // 4:
        ending = ""
    stem = name.removesuffix(ending).encode()[: most - len(ending.encode()) - len("…".encode())]
    return stem.decode("utf-8", "ignore") + "…" + ending


def disposition(name: str, *, way: str = "attachment") -> str:
    """Return the header that names a download."""
    return f"{way}; filename*=UTF-8''{quote(shortened(name))}"
