"""Reading text cells."""

import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from jiugai.domain.intake.names import has_letter
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Cell

NOTHING = frozenset(
    {
        "", "无", "暂无", "暂无数据", "暂无信息", "未知", "不详", "不明", "暂未获知", "待定", "待查", "待核实", "空",
        "-", "--", "—", "——", "/", "\\", "N/A", "NA", "NAN", "NULL", "NONE", "#N/A", "#NAME?", "#REF!", "#VALUE!",
    }
)  # fmt: skip
_BLANKS = re.compile(r"\s+")


class Reading(NamedTuple):
    """What a cell says: a value (None: it says nothing) and what is wrong with it (None: nothing)."""

    value: Any = None
    problem: Problem | None = None


NOTHING_SAID = Reading()


def plain(cell: Cell) -> str:
    """Return the cell as text with half-width digits and letters and single blanks."""
    if isinstance(cell, str):
        return half_width(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return half_width("" if cell is None else str(cell))


@lru_cache(maxsize=1 << 17)
def half_width(text: str) -> str:
    """Return a text in half width with single blanks; remembered, because files repeat few different cells."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def is_nothing(cell: Cell) -> bool:
    """Tell whether a cell says that there is no value, in one of the many ways people write that."""
    return cell is None or _says_nothing(plain(cell))


@lru_cache(maxsize=1 << 17)
def _says_nothing(text: str) -> bool:
    return text.upper() in NOTHING


def read_text(cell: Cell, *, longest: int = 200) -> Reading:
    """Read a text; too long is an error, because the database would refuse it."""
    if is_nothing(cell):
        return NOTHING_SAID
    text = _BLANKS.sub(" ", str(plain(cell) if not isinstance(cell, str) else cell)).strip()
    text = "".join(c for c in text if c.isprintable())
    if len(text) > longest:
        return Reading(None, Problem("text_too_long", f"有 {len(text)} 个字，最多 {longest} 个", "缩短，其余写到备注"))
    return Reading(text or None)


def read_name(cell: Cell) -> Reading:
    """Read the name of a community; a number is none."""
    reading = read_text(cell, longest=120)
    if reading.value and not has_letter(str(reading.value)):
        return Reading(None, Problem("name_is_number", "名称里没有一个字，像是对错了列", "核对这一列是不是小区名称"))
    return reading
