"""Writing a fact's value as people read it. Nothing known gives an empty text: the page puts its mark there."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from jiugai.domain.ownership import known
from jiugai.registry.facts import Fact, Kind
from jiugai.web.parts.numbers import grouped, percent


def show(fact: Fact, value: Any) -> str:
    """Return the value in words with its unit, empty when nothing is known."""
    if value is None or value in ("", [], "unknown"):
        return ""
    return _WRITERS[fact.kind](fact, value)


def typed(fact: Fact, value: Any) -> str | list[str]:
    """Return the value as a form field holds it, so that a form opens with what is known."""
    if value is None or value in ("", [], "unknown"):
        return [] if fact.kind is Kind.CLASSES else ""
    if fact.kind is Kind.SHARE:
        return f"{(Decimal(str(value)) * 100).normalize():f}"
    if fact.kind is Kind.POINT:
        return f"{value[0]:.6f}，{value[1]:.6f}"
    if fact.kind is Kind.YES_NO:
        return "yes" if value else "no"
    if fact.kind is Kind.CLASSES:
        return list(value) if isinstance(value, list) else [value]
    return str(value)


def _classes(_fact: Fact, value: Any) -> str:
    codes = value if isinstance(value, list) else [value]
    return "、".join(one.label for one in known(codes))


def _decimal(fact: Fact, value: Any) -> str:
    plain = Decimal(str(value))
    places = 0 if plain == plain.to_integral_value() else fact.places
    return f"{grouped(plain, places)}{_unit(fact)}"


def _unit(fact: Fact) -> str:
    """Percent and year stand tight, other units after a space."""
    return fact.unit if fact.unit in {"%", "年"} or not fact.unit else f" {fact.unit}"


_WRITERS: dict[Kind, Callable[[Fact, Any], str]] = {
    Kind.TEXT: lambda fact, value: str(value),
    Kind.AREA: lambda fact, value: str(value),
    Kind.YEAR: lambda fact, value: f"{value}年",
    Kind.WHOLE: lambda fact, value: f"{grouped(value, 0)}{_unit(fact)}",
    Kind.DECIMAL: _decimal,
    Kind.SHARE: lambda fact, value: percent(value),
    Kind.CHOICE: lambda fact, value: dict(fact.choices).get(value, str(value)),
    Kind.CLASSES: _classes,
    Kind.POINT: lambda fact, value: f"{value[0]:.5f}，{value[1]:.5f}",
    Kind.YES_NO: lambda fact, value: "有" if value else "没有",
}
