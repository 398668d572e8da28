"""Areas: kept as integer cm², typed and shown as ㎡ with two decimals."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import models

CM2 = 10_000
MOST_M2 = 10_000_000


def square_metres(cm2: int | None) -> str:
    """Write an area for people; empty for none."""
    return "" if cm2 is None else f"{Decimal(cm2) / CM2:,.2f} ㎡"


class SquareMetres(forms.DecimalField):
    """A field typed in ㎡ that gives integer cm²."""

    def __init__(self, **rest: Any) -> None:
        limits: dict[str, Any] = {"min_value": Decimal("0.01"), "max_value": MOST_M2}
        super().__init__(**{"decimal_places": 2, "max_digits": 12, **limits, **rest})

    def clean(self, value: Any) -> Any:
        """Return cm², None for nothing."""
        typed = super().clean(value)
        return None if typed is None else int(typed * CM2)

    def prepare_value(self, value: Any) -> Any:
        """Show kept cm² as ㎡; what was typed stays as it is."""
        return f"{Decimal(value) / CM2:.2f}" if isinstance(value, int) else value


class AreaField(models.BigIntegerField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A column of integer cm² with a control in ㎡."""

    def deconstruct(self) -> Any:
        """Stand in migrations as what it is in the database."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs

    def formfield(self, **rest: Any) -> Any:
        """Return the control; its unit stands in the label."""
        for name in ("form_class", "choices_form_class"):
            rest.pop(name, None)
        return SquareMetres(**{"label": f"{self.verbose_name}（㎡）", "required": not self.blank} | rest)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Give the model the words of the area, as choices have."""
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, f"get_{name}_display", lambda row: square_metres(getattr(row, name)))
