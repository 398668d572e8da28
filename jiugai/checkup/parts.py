"""What a check-up is divided into: its buildings, and what they share. How parts are named in entries."""

import re
import unicodedata
from collections.abc import Iterable

from jiugai.checkup.models import Checkup
from jiugai.domain.errors import Refusal
from jiugai.registry.choices import BuildingRecord
from jiugai.registry.models import Building

SHARED = ""
SHARED_LABEL = "小区公共部分"
LONGEST = 40
_TYPED = re.compile(r"n:(.+)")
_KNOWN = re.compile(r"b([1-9]\d{0,17})")


class UnknownPart(Refusal):
    """The entry is about a building that is not in this community."""

    code = "unknown_part"


def plain(label: str) -> str:
    """Return a typed building label in one way of writing: two workers who mean the same building meet in it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", label))


def buildings_of(community_id: int) -> list[Building]:
    """Return the surveyed buildings of a community; heaps of sales records are no buildings to walk into."""
    rows = Building.objects.filter(community_id=community_id, record=BuildingRecord.SURVEYED, withdrawn_at__isnull=True)
    return sorted(rows, key=lambda b: (_number(b.label), b.label))


def _number(label: str) -> int:
    found = re.search(r"\d+", label)
    return int(found.group()) if found and len(found.group()) < 9 else 10**9


def resolve(checkup: Checkup, key: str) -> str:
    """Return the part's key as it is kept: a typed label of a building on record becomes that building.

    Raises UnknownPart.
    """
    if key == SHARED:
        return SHARED
    if (known := _KNOWN.fullmatch(key)) is not None:
        if not Building.objects.filter(pk=int(known[1]), community_id=checkup.community_id).exists():
            raise UnknownPart("这栋楼不在这个小区", remedy="重新下载小区后再填")
        return key
    typed = _TYPED.fullmatch(key)
    label = plain(typed[1]) if typed else ""
    if not 0 < len(label) <= LONGEST:
        raise UnknownPart("没有写清是哪栋楼", remedy=f"写楼号，最多 {LONGEST} 个字，如 3号楼")
    same = [b for b in buildings_of(checkup.community_id) if plain(b.label) == label]
    return f"b{same[0].pk}" if same else f"n:{label}"


def label_of(key: str, buildings: Iterable[Building]) -> tuple[str, Building | None]:
    """Return the words for a part and its building on record, if any."""
    if key == SHARED:
        return SHARED_LABEL, None
    if (known := _KNOWN.fullmatch(key)) is not None:
        building = next((b for b in buildings if b.pk == int(known[1])), None)
        return (building.label if building else "已撤回的楼栋"), building
    return key.removeprefix("n:"), None
