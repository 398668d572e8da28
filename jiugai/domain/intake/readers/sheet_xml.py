"""What a value reader cannot see in a workbook: formulas that were never computed, and cells in error."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

BLOCK = 1 << 20
MOST = 1000
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)>(.*?)</c>', re.DOTALL)
_EMPTY = re.compile(rb"<v>\s*</v>|<v\s*/>")
_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Oddities:
    """Places (row, column letter) of formulas without a value and of error values."""

    formulas: list[tuple[int, str]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def oddities(path: Path) -> dict[str, Oddities]:
    """Return the odd cells of each sheet by its name; nothing for files that are no xlsx."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: _scan(archive, member) for name, member in _sheets(archive) if member in archive.namelist()}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and the member that holds it."""
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") or "" for relation in relations}
    for sheet in fromstring(archive.read("xl/workbook.xml")).iterfind("m:sheets/m:sheet", _NS):
        target = targets.get(sheet.get(_RELATION), "")
        member = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        yield sheet.get("name") or "", member


def _scan(archive: zipfile.ZipFile, member: str) -> Oddities:
    odd = Oddities()
    tail = b""
    with archive.open(member) as stream:
        while block := stream.read(BLOCK):
            text = tail + block
            end = text.rfind(b"</c>") + 4
            if end < 4:
                tail = text[-BLOCK:]
                continue
            _collect(text[:end], odd)
            tail = text[end:]
    return odd


def _collect(text: bytes, odd: Oddities) -> None:
    if b"<f" not in text and b't="e"' not in text:
        return
    for letters, row, attributes, inner in _CELL.findall(text):
        place = (int(row), letters.decode())
        if b't="e"' in attributes and len(odd.errors) < MOST:
            odd.errors.append(place)
        elif b"<f" in inner and (b"<v" not in inner or _EMPTY.search(inner)) and len(odd.formulas) < MOST:
            odd.formulas.append(place)
