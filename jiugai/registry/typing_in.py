"""Reading what a person typed for a fact, with words for what is wrong; and checking a value that came otherwise."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from jiugai.domain.errors import Refusal
from jiugai.domain.intake.names import has_letter
from jiugai.registry.facts import Fact, Kind

# The box that holds Beijing with some room; a point outside is a slip, mostly swapped or projected coordinates.
WEST, SOUTH, EAST, NORTH = 115.3, 39.3, 117.7, 41.2
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_POWER = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
LONGEST_SHOWN = 16
FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％－", "0123456789.,%-")


class WrongValue(Refusal):
    """What was typed cannot be the value of this fact."""

    code = "wrong_value"


def read(fact: Fact, typed: list[str], *, on: date) -> Any:
    """Return the JSON value of what was typed (one text, or several for classes). Raises WrongValue."""
    if fact.kind is Kind.CLASSES:
        return check(fact, [code for code in typed if code], on=on)
    text = (typed[0] if typed else "").strip()
    if not text:
        raise WrongValue(f"没有填{fact.label}", where=fact.label, remedy="填写后再保存；不清楚就先不更正")
    return check(fact, _from_text(fact, text), on=on)


def _from_text(fact: Fact, text: str) -> Any:
    if fact.kind in {Kind.YEAR, Kind.WHOLE, Kind.DECIMAL, Kind.SHARE}:
        return _number(fact, text)
    if fact.kind is Kind.POINT:
        return _point(fact, text)
    if fact.kind is Kind.YES_NO:
        return {"yes": True, "no": False}.get(text)
    return " ".join(text.split())


def _number(fact: Fact, text: str) -> int | float:
    """Read a number as people write it: full-width digits, thousands commas, its unit behind it.

    Powers of ten (1e5) are refused: mostly a spreadsheet wrote them, and digits are lost.
    """
    plain = text.translate(FULL_WIDTH).replace(",", "").removesuffix(fact.unit).removesuffix("%").strip()
    if not _NUMBER.fullmatch(plain):
        remedy = "写出每一位数字，如 100000" if _POWER.fullmatch(plain) else f"只填数字，单位{fact.unit or '不用写'}"
        raise WrongValue(f"{fact.label}不是数字：{text}", where=fact.label, remedy=remedy)
    value = Decimal(plain)
    if fact.kind is Kind.SHARE and 0 < value < 1 and "%" not in text.translate(FULL_WIDTH):
        raise WrongValue(
            f"{fact.label}要填百分数，{text} 像是小数",
            where=fact.label,
            remedy=f"填 {(value * 100).normalize():f}；确实不到 1% 的写上百分号，如 {text}%",
        )
    if fact.kind in {Kind.YEAR, Kind.WHOLE}:
        return _whole(fact, value, text)
    _within(fact, value)
    return float(value / 100 if fact.kind is Kind.SHARE else value)


def _whole(fact: Fact, value: Decimal, text: str) -> int:
    if value != value.to_integral_value():
        raise WrongValue(f"{fact.label}要填整数：{text}", where=fact.label, remedy="去掉小数")
    return int(value)


def _point(fact: Fact, text: str) -> list[float]:
    found = re.findall(r"-?\d+(?:\.\d+)?", text.translate(FULL_WIDTH))
    if len(found) != 2:
        raise WrongValue(
            f"{fact.label}读不出经度和纬度：{text}", where=fact.label, remedy="先经度后纬度，中间用逗号隔开"
        )
    return [float(found[0]), float(found[1])]


def check(fact: Fact, value: Any, *, on: date) -> Any:
    """Return the value if the fact can have it. Raises WrongValue with the limit in words."""
    if fact.kind is Kind.YEAR:
        _year(fact, value, on=on)
    elif fact.kind in {Kind.WHOLE, Kind.DECIMAL}:
        _within(fact, Decimal(str(value)))
    elif fact.kind is Kind.SHARE:
        _within(fact, Decimal(str(value)) * 100)
    elif fact.kind is Kind.POINT:
        _in_beijing(fact, value)
    else:
        _listed(fact, value)
    return value


def _year(fact: Fact, value: Any, *, on: date) -> None:
    if not isinstance(value, int) or not fact.low <= value <= on.year:
        raise WrongValue(
            f"{fact.label}应在 {fact.low} 到 {on.year} 年之间：{str(value)[:LONGEST_SHOWN]}",
            where=fact.label,
            remedy="填四位年份，如 1981",
        )


def _within(fact: Fact, value: Decimal) -> None:
    if not fact.low <= value <= fact.high:
        raise WrongValue(
            f"{fact.label}应在 {fact.low:,} 到 {fact.high:,} {fact.unit}之间：{_short(value)}",
            where=fact.label,
            remedy="核对数字和单位",
        )


def _short(value: Decimal) -> str:
    """Write a number that is far outside without its thirty digits."""
    text = f"{value:f}"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _in_beijing(fact: Fact, value: Any) -> None:
    lon, lat = value
    if WEST <= lat <= EAST and SOUTH <= lon <= NORTH:
        raise WrongValue("经度和纬度填反了", where=fact.label, remedy=f"改成 {lat}，{lon}")
    if not (WEST <= lon <= EAST and SOUTH <= lat <= NORTH):
        raise WrongValue(f"这个点不在北京：{lon}，{lat}", where=fact.label, remedy="核对坐标系，要填 CGCS2000 经纬度")


def _text(fact: Fact, value: str) -> None:
    if not 0 < len(value) <= fact.length:
        raise WrongValue(f"{fact.label}最多 {fact.length} 个字", where=fact.label, remedy="缩短后再保存")
    if fact.is_name and not has_letter(value):
        raise WrongValue(f"{fact.label}里没有一个字：{value}", where=fact.label, remedy="写名称，不写编号")


def _listed(fact: Fact, value: Any) -> None:
    """Check texts, choices for membership, classes for both being there and known."""
    if fact.kind is Kind.TEXT:
        _text(fact, str(value))
    allowed = {code for code, _ in fact.choices}
    chosen = value if isinstance(value, list) else [value]
    if fact.kind in {Kind.CHOICE, Kind.CLASSES} and (not chosen or not set(chosen) <= allowed):
        raise WrongValue(f"没有选{fact.label}", where=fact.label, remedy="从列出的选项里选")
    if fact.kind is Kind.YES_NO and not isinstance(value, bool):
        raise WrongValue(f"没有选{fact.label}", where=fact.label, remedy="选有或没有")
