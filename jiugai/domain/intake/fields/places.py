"""Reading coordinates."""

import re

from jiugai.domain.intake.fields.text import NOTHING_SAID, Reading, is_nothing, plain
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.rows import Cell

_DECIMAL = re.compile(r"[EN东北]?(?:经|纬)?\s*(-?\d{1,3}(?:\.\d+)?)\s*°?\s*[EN]?")
_SEXAGESIMAL = re.compile(
    r"[EN]?(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′分]\s*(\d{1,2}(?:\.\d+)?)?\s*(?:[\"″秒]|′′|'')?\s*[EN]?"
)
_PAIR = re.compile(r"[(\[]?\s*(-?\d{1,3}\.\d+)\s*[,;，；\s]\s*(-?\d{1,3}\.\d+)\s*[)\]]?")


def read_degrees(cell: Cell) -> Reading:
    """Read one coordinate in degrees: 116.397, 116.397°E, 116°23′50″."""
    if is_nothing(cell):
        return NOTHING_SAID
    text = plain(cell).upper()
    if found := _DECIMAL.fullmatch(text):
        return _within(float(found[1]))
    if found := _SEXAGESIMAL.fullmatch(text):
        return _within(round(int(found[1]) + int(found[2]) / 60 + float(found[3] or 0) / 3600, 7))
    return Reading(None, Problem("not_degrees", "读不出经纬度", "填小数度，如 116.39747"))


def read_pair(cell: Cell) -> Reading:
    """Read longitude and latitude from one cell as a list of two."""
    if is_nothing(cell):
        return NOTHING_SAID
    found = _PAIR.fullmatch(plain(cell))
    if found is None:
        return Reading(
            None, Problem("not_a_pair", "读不出经度和纬度", "先经度后纬度，中间用逗号隔开，如 116.39747,39.90863")
        )
    return Reading([float(found[1]), float(found[2])])


def _within(degrees: float) -> Reading:
    if not -180 <= degrees <= 180:
        return Reading(None, Problem("not_degrees", "度数应在 −180 到 180 之间", "填小数度，如 116.39747"))
    return Reading(degrees)
