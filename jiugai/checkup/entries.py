"""Reading the body of a check-up's entry: which part, what is said. Everything else is refused in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiugai.domain.checkup.edition import ORDER, Edition, Indicator, Level
from jiugai.domain.checkup.merge import MEMBER
from jiugai.domain.checkup.scoring import BAD, OK, UNSURE, as_number
from jiugai.domain.errors import Refusal

DEFECTS, PHOTOS = "defects", "photos"
NOTE = "note:"
LONGEST_TEXT = 500
LARGEST_NUMBER = 100_000


class BadEntry(Refusal):
    """The entry cannot be part of a check-up."""

    code = "bad_entry"


@dataclass(frozen=True)
class Entry:
    """A checked entry: an edit of `part` in the words of `domain.checkup.merge`."""

    part: str
    action: str
    field: str
    value: Any


def check(body: Mapping[str, Any], edition: Edition) -> Entry:
    """Return the entry if an edition's check-up can have it. Raises BadEntry."""
    part, action, name = (body.get(k) for k in ("part", "action", "field"))
    if not isinstance(part, str) or not isinstance(name, str) or len(part) > 60:
        raise BadEntry("没有写是哪一部分")
    value = body.get("value")
    level = Level.BUILDING if part else Level.COMMUNITY
    if action == "set":
        _check_set(name, value, edition, level)
    elif action == "add":
        _check_add(name, value, edition, level)
    elif action == "remove":
        _check_remove(name, value)
    else:
        raise BadEntry("不知道要做什么", where=str(action)[:40])
    return Entry(part, str(action), name, value)


def _check_set(name: str, value: Any, edition: Edition, level: Level) -> None:
    if name.startswith(MEMBER):
        return _check_member(name.rpartition(":")[2], value)
    if name.startswith(NOTE):
        _indicator(name.removeprefix(NOTE), edition, level)
        return _text(value, "说明")
    indicator = _indicator(name, edition, level)
    if value is not None and value != UNSURE:
        _answer(indicator, value)
    return None


def _answer(indicator: Indicator, value: Any) -> None:
    if indicator.answer == "number":
        number = as_number(value)
        if number is None or number > LARGEST_NUMBER:
            raise BadEntry(
                f"应是 0 到 {LARGEST_NUMBER:,} 的数字", where=indicator.label, remedy=f"单位{indicator.unit}"
            )
    elif value not in (OK, BAD):
        raise BadEntry("应是“没问题”“有问题”或“说不清”", where=indicator.label)


def _check_member(name: str, value: Any) -> None:
    if name == "severity":
        _severity(value)
    elif name in ("place", "note"):
        _text(value, "说明")
    else:
        raise BadEntry("不知道要改什么", where=name[:40])


def _check_add(name: str, value: Any, edition: Edition, level: Level) -> None:
    if not isinstance(value, Mapping):
        raise BadEntry("没有内容")
    indicator = _indicator(value.get("indicator"), edition, level)
    if name == PHOTOS:
        return _photo(value)
    if name != DEFECTS:
        raise BadEntry("不知道要加什么", where=name[:40])
    if indicator.problem(str(value.get("code"))) is None:
        raise BadEntry("这个版本没有这个问题代码", where=str(value.get("code"))[:20], remedy="重新下载小区后再填")
    _severity(value.get("severity"))
    _text(value.get("place", ""), "部位")
    return _text(value.get("note", ""), "说明")


def _photo(value: Mapping[str, Any]) -> None:
    sha256 = value.get("sha256")
    if not isinstance(sha256, str) or len(sha256) != 64:
        raise BadEntry("照片没有编号")
    point = value.get("point")
    good = isinstance(point, list) and len(point) == 2 and all(isinstance(n, int | float) for n in point)
    if point is not None and not good:
        raise BadEntry("照片的位置读不出来")


def _check_remove(name: str, value: Any) -> None:
    names = isinstance(value, list) and len(value) <= 200 and all(isinstance(v, str) and len(v) <= 60 for v in value)
    if name not in (DEFECTS, PHOTOS) or not names:
        raise BadEntry("不知道要去掉什么")


def _indicator(code: Any, edition: Edition, level: Level) -> Indicator:
    found = edition.find(code) if isinstance(code, str) else None
    if found is None or found.level is not level:
        raise BadEntry(f"{edition.name}没有这个{level.label}指标", where=str(code)[:40], remedy="重新下载小区后再填")
    return found


def _severity(value: Any) -> None:
    if value not in ORDER:
        raise BadEntry("没有写程度", remedy="选轻微、一般或严重")


def _text(value: Any, label: str) -> None:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadEntry(f"{label}最多 {LONGEST_TEXT} 个字")
