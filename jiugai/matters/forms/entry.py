"""The form of a kind, made from its declaration: for opening, correcting, and each row of a workbook."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib.gis.db.models import PointField
from django.db.models import DateField, Field, ForeignKey

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.matters.forms.fields import ByName, PlaceField, body_called, community_called
from jiugai.matters.kinds import Kind
from jiugai.registry.models import Community
from jiugai.web.fields import day_input

EARLIEST = date(1900, 1, 1)
BODIES = "bodies"


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The base: leaves the row alone, gives values."""

    def values(self) -> dict[str, Any]:
        """Return the columns of the matter, without the community."""
        return {name: value for name, value in self.cleaned_data.items() if name != "community"}

    def _post_clean(self) -> None:
        """Check the single fields only: place, stage and number are not the form's business."""


def entry_form(
    kind: Kind, *, actor: Actor, fields: Sequence[str] | None = None, community: Community | None = None,
    with_community: bool = True, all_optional: bool = False,
) -> type[EntryForm]:  # fmt: skip
    """Build the form of a kind: its fields, before them the community where none is given."""
    wanted = list(kind.of.form_fields if fields is None else fields)
    if kind.of.point and fields is None and "point" not in wanted:
        wanted.append("point")

    def control(column: Any, **rest: Any) -> Any:
        return _control(column, actor, rest | ({"required": False} if all_optional else {}))

    made = forms.modelform_factory(kind.model, form=EntryForm, fields=wanted, formfield_callback=control)
    if with_community and community is None:
        asked = ByName(
            find=community_called, actor=actor, label="小区", required=kind.of.needs_community,
            help_text="小区名称或编号", listed="communities",
        )  # fmt: skip
        made.base_fields = {"community": asked, **made.base_fields}
    return cast("type[EntryForm]", made)


def _control(column: "Field[Any, Any]", actor: Actor, rest: dict[str, Any]) -> forms.Field | None:
    """Return the control of a column."""
    if isinstance(column, ForeignKey):
        if column.related_model is not Organisation:
            return column.formfield(**rest)
        required = rest.get("required", not column.blank)
        return ByName(find=body_called, actor=actor, label=column.verbose_name, required=required, listed=BODIES)
    if isinstance(column, PointField):
        return PlaceField(label=column.verbose_name, required=rest.get("required", not column.blank))
    if isinstance(column, DateField):
        rest = rest | {"widget": day_input()}
    found = column.formfield(**rest)
    if isinstance(found, forms.CharField) and isinstance(found.widget, forms.Textarea):
        found.widget.attrs["rows"] = 3
    return found
