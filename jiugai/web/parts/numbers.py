"""Figures as the offices write them: thousands comma, a true minus, and shares that are cut, never rounded up."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction

Number = int | float | Decimal | Fraction | str
MINUS = "\N{MINUS SIGN}"


def exact(value: Number) -> Decimal:
    """Return the number as people would write it down: 0.29 is 29 hundredths, not the float below it."""
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def readable(value: object) -> bool:
    """Tell whether a value is a finite number."""
    if value is None or isinstance(value, bool) or not isinstance(value, Number):
        return False
    try:
        return exact(value).is_finite()
    except InvalidOperation:
        return False


def grouped(value: Number, places: int) -> str:
    """Write a number with thousands commas, rounded half up to `places`."""
    rounded = exact(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return f"{rounded:,}".replace("-", MINUS)


def percent(value: Number) -> str:
    """Write a fraction of one as percent with one decimal, cut: 66.69 % must not pass for 66.7 % at a threshold."""
    cut = (exact(value) * 100).quantize(Decimal("0.1"), ROUND_DOWN)
    return f"{abs(cut) if cut == 0 else cut:,}%".replace("-", MINUS)


def share(part: Number, whole: Number) -> str:
    """Write `part` of `whole` as percent; exact, without a detour over floats. `whole` must not be 0."""
    return percent(Fraction(exact(part)) / Fraction(exact(whole)))


def in_wan(value: Number) -> str:
    """Write yuan as 万元 with two decimals, unit left to the heading."""
    return grouped(exact(value) / 10_000, 2)


def area(value: Number) -> str:
    """Write square metres: whole ones without decimals, others with two."""
    whole = exact(value) == exact(value).to_integral_value()
    return f"{grouped(value, 0 if whole else 2)} ㎡"


def area_in_wan(value: Number) -> str:
    """Write square metres as 万㎡ with two decimals."""
    return f"{in_wan(value)} 万㎡"
