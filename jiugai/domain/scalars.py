"""Values of figures: exact numbers, days and words; read from files and from what people type, written for people."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isfinite

Scalar = int | Decimal | Fraction | date | str
_RATIO = re.compile(r"^\d+/[1-9]\d*$")


class BadFigure(ValueError):
    """A figure contradicts itself or lacks a part; the message names it."""


def scalar(raw: object) -> Scalar:
    """Bring a raw value into exact form: 0.2 a Decimal, "2/3" a Fraction. Raises BadFigure for other kinds."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | Fraction | date | str):
        raise BadFigure(f"{raw!r} is no figure")
    if isinstance(raw, float) and not isfinite(raw):
        raise BadFigure(f"{raw!r} is no figure")
    if isinstance(raw, float):
        return Decimal(str(raw))
    if isinstance(raw, str) and _RATIO.match(raw):
        return Fraction(raw)
    return raw


def words(value: Scalar, unit: str) -> str:
    """Write a value for people: ratios of whole percent as such, other ratios as fractions, days in Chinese."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if unit == "比例" and not isinstance(value, str):
        percent = Fraction(value) * 100
        return f"{percent}%" if percent.denominator == 1 else f"{Fraction(value)}"
    return str(value)


def kind_of(value: Scalar) -> str:
    """Return what a value is: number, date or str."""
    return "number" if isinstance(value, int | Decimal | Fraction) else type(value).__name__


def _number(text: str) -> Scalar:
    if _RATIO.match(text):
        return Fraction(text)
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return int(found) if found == found.to_integral_value() else found


def _word(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


READERS: dict[str, Callable[[str], Scalar]] = {
    "number": _number,
    "date": date.fromisoformat,
    "str": _word,
    "int": int,
    "Decimal": Decimal,
    "Fraction": Fraction,
}
