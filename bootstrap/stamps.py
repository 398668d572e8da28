"""What has been installed already: a stamp lies in what was made and holds the hash of what it was made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """A file that remembers from which inputs something was made."""

    place: Path
    inputs: tuple[str | Path, ...]

    @property
    def mark(self) -> str:
        """Hash of the inputs: texts as they are, paths by their content."""
        total = hashlib.sha256()
        for part in self.inputs:
            total.update(part.read_bytes() if isinstance(part, Path) else part.encode("utf-8", "surrogateescape"))
            total.update(b"\0")
        return total.hexdigest()

    def fresh(self) -> bool:
        """True when it was made from the present inputs."""
        return self.place.exists() and self.place.read_text(encoding="ascii") == self.mark

    def set(self) -> None:
        """Remember the present inputs."""
        self.place.parent.mkdir(parents=True, exist_ok=True)
        self.place.write_text(self.mark, encoding="ascii")
