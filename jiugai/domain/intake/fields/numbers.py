"""Reading numbers as people type them: with units, commas, full-width digits, 约, 万."""

import re
from decimal import Decimal, InvalidOperation

from jiugai.domain.intake.fields.text import NOTHING_SAID, Reading, is_nothing, plain
from jiugai.domain.intake.problems import Problem, warning
from jiugai.domain.intake.rows import Cell

ABOUT = re.compile(r"^(?:约|大约|大概|近|超过|不足|共|总计|合计)\s*|\s*(?:左右|上下|余|多|以上)$")
_NUMBER = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?|[+-]?\.\d+)\s*(万|亿)?\s*(.*)", re.DOTALL)
TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}


def read_whole(cell: Cell, *, units: tuple[str, ...] = (), low: int = 0, high: int = 10**9) -> Reading:
    """Read a whole number within limits, with or without its unit behind it."""
    reading = read_decimal(cell, units=units, low=low, high=high)
    if reading.value is None or not isinstance(reading.value, float):
        return reading
    if not reading.value.is_integer():
        return Reading(None, Problem("not_whole", "要填整数", "去掉小数"))
    return Reading(int(reading.value), reading.problem)


def read_decimal(cell: Cell, *, units: tuple[str, ...] = (), low: float = 0, high: float = 1e12) -> Reading:
    """Read a number within limits. An estimate (约30) is an error with the bare number as suggestion."""
    if is_nothing(cell):
        return NOTHING_SAID
    text = plain(cell)
    bare = ABOUT.sub("", text)
    number = _number(bare, units)
    if number is None:
        return Reading(None, Problem("not_a_number", "要填数字", _how(units)))
    if bare != text:
        return Reading(None, _estimate(text, number))
    if not low <= number <= high:
        return Reading(None, Problem("number_out_of_range", f"应在 {low:,g} 到 {high:,g} 之间", "核对数字和单位"))
    return Reading(float(number))


def read_percent(cell: Cell) -> Reading:
    """Read a share in percent: "30%", 30, and 0.3 from a cell formatted as percent (with a warning)."""
    text = plain(cell)
    reading = read_decimal(text.removesuffix("%"), high=100)
    if reading.value is None or text.endswith("%") or not 0 < reading.value < 1:
        return reading
    percent = round(reading.value * 100, 4)
    note = warning("percent_as_fraction", f"按 {percent:g}% 读入", "填百分数，如 30%", suggestion=f"{percent:g}%")
    return Reading(percent, note)


def read_share(cell: Cell) -> Reading:
    """Read a share in percent as `read_percent` does, and return it as a fraction of one.

    A bare 1 is 100 %: so a cell formatted as percent hands it over.
    """
    reading = read_percent(100 if plain(cell) == "1" else cell)
    return reading if reading.value is None else Reading(round(reading.value / 100, 4), reading.problem)


def read_area(cell: Cell) -> Reading:
    """Read an area in m²: 1200, 1200平米, 11.86万㎡."""
    return read_decimal(cell, units=("㎡", "m2", "m²", "平方米", "平米", "平", "方"), high=1e9)


def read_fee(cell: Cell) -> Reading:
    """Read a property fee in yuan per m² and month."""
    units = (
        "元",
        "元/月",
        "元/㎡",
        "元/㎡·月",
        "元/平米/月",
        "元/平米·月",
        "元/m2/月",
        "元/m2·月",
        "元/平方米/月",
        "元/平方米·月",
    )
    return read_decimal(cell, units=units, high=1000)


def _number(text: str, units: tuple[str, ...]) -> Decimal | None:
    found = _NUMBER.fullmatch(text)
    if found is None or _unit(found[3]) not in {"", *map(_unit, units)}:
        return None
    try:
        return Decimal(found[1].replace(",", "")) * TIMES[found[2] or ""]
    except InvalidOperation:
        return None


def _unit(text: str) -> str:
    """Return a unit in one spelling; NFKC has turned ㎡ and m² into m2 already."""
    return text.strip().replace("㎡", "m2").replace("m²", "m2").replace("（", "(").lower()


def _estimate(text: str, number: Decimal) -> Problem:
    plain_number = f"{number.normalize():f}"
    return Problem("estimate", "要填数字", f"去掉“{_words(text)}”，填 {plain_number}", suggestion=plain_number)


def _words(text: str) -> str:
    return "".join(found[0].strip() for found in ABOUT.finditer(text))


def _how(units: tuple[str, ...]) -> str:
    return f"只填数字，单位{units[0]}不用写" if units else "只填数字"
