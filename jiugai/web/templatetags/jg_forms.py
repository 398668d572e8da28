"""Form fields as template tags; docs/components.md shows how to use them."""

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect, Select
from django.utils.safestring import SafeString, mark_safe

from jiugai.web.parts.render import part as _part

register = template.Library()


@register.simple_tag
def field(
    bound: BoundField, *, unit: str = "", hint: str = "", width: str = "", label: str = "", placeholder: str = ""
) -> SafeString:
    """Render a form field: label above, hint, error in bold, control, unit inside the control.

    Optional fields are marked, required ones are not. `width` is short, mid or nothing (as wide as its place).
    """
    return _part(
        "field",
        field=bound,
        control=_control(bound, hint=bool(hint or bound.help_text), placeholder=placeholder),
        label=label or bound.label,
        hint=hint or bound.help_text,
        unit=unit,
        width=width,
        kind=_kind(bound),
    )


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "radio" if isinstance(widget, RadioSelect) else "text"


def _control(bound: BoundField, *, hint: bool, placeholder: str) -> SafeString:
    attrs: dict[str, str | bool] = {"class": _css(bound)}
    described = [f"{bound.auto_id}-hint"] * hint + [f"{bound.auto_id}-error"] * bool(bound.errors)
    described += [f"{bound.auto_id}-said"] * isinstance(bound.field.widget, FileInput)
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if placeholder:
        attrs["placeholder"] = placeholder
    return bound.as_widget(attrs=attrs)


def _css(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput | RadioSelect):
        return "form-check-input"
    if isinstance(widget, Select) and not widget.allow_multiple_selected:
        return "form-select"
    return "form-control"


@register.simple_tag
def file_input(name: str, *, id: str, accept: str = "") -> SafeString:  # noqa: A002 - the name of the attribute
    """Render the file input of a form that is written by hand, as `field` does for the others."""
    attrs = {"id": id, "class": "form-control", "aria-describedby": f"{id}-said"}
    return FileInput(attrs | ({"accept": accept} if accept else {})).render(name, None)


@register.simple_tag
def error_summary(form: BaseForm, *, verb: str = "没有保存") -> SafeString:
    """Say above a form what must be mended, each line a link to its field. Empty while there are no errors."""
    if not form.is_bound or not form.errors:
        return mark_safe("")
    named = [(name, found) for name, found in form.errors.items() if name in form.fields]
    rows = [{"field": form[name], "error": error} for name, found in named for error in found]
    return _part("error_summary", rows=rows, general=form.non_field_errors(), verb=verb)
