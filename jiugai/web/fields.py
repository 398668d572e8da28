"""Form fields that every part uses."""

from typing import Any

from django import forms


def day_input() -> forms.DateInput:
    """Return the control of a day as browsers take it: the value in ISO form whatever the language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def day_field(label: str, *, required: bool = True, hint: str = "", **more: Any) -> forms.DateField:
    """Return a field for a day, the same in every form."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=day_input(),
        error_messages={"required": f"没有填{label}", "invalid": f"{label}要填真实日期，如 2026-11-23"},
        **more,
    )
