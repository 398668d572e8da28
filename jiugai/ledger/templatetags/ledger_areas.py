"""Areas in the tables of the ledger."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from jiugai.web.areas import CM2

register = template.Library()


@register.filter
def m2(cm2: int) -> str:
    """Write cm² as ㎡ with two decimals; a minus as −."""
    return f"{Decimal(cm2) / CM2:,.2f}".replace("-", "−")


@register.filter
def m2_out(cm2: int) -> str:
    """Write what left an account without its sign."""
    return m2(-cm2)


@register.filter
def at(values: Mapping[str, Any], key: str) -> Any:
    """Return the value under a key."""
    return values[key]
