"""The field for a day, the same in every form."""

from django import forms


def day_field(label: str, *, required: bool = True, hint: str = "") -> forms.DateField:
    """Return a field for a day, as every browser offers one."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": f"没有填{label}", "invalid": f"{label}要填真实日期，如 2026-11-23"},
    )
