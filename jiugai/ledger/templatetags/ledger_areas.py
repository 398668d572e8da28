"""Areas in the tables of the ledger."""

from decimal import Decimal

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
