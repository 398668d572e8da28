"""Fields that the forms of works share."""

from typing import Any

from django import forms

from jiugai.accounts.models import Organisation
from jiugai.planning.models import Project
from jiugai.registry.models import Building, Community


def text(label: str, most: int, *, required: bool = True, hint: str = "", rows: int = 0) -> forms.CharField:
    """Return a field for words; several rows make it a box."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, widget=widget,
        error_messages={"required": f"没有填{label}"},
    )  # fmt: skip


def whole(label: str, low: int, high: int, *, required: bool = True, hint: str = "") -> forms.IntegerField:
    """Return a field for a whole number."""
    return forms.IntegerField(
        label=label, min_value=low, max_value=high, required=required, help_text=hint,
        error_messages={"required": f"没有填{label}"},
    )  # fmt: skip


def choice(label: str, choices: Any, *, required: bool = True, radio: bool = False) -> forms.ChoiceField:
    """Return a field for one of several."""
    given = list(choices) if radio else [("", "请选"), *choices]
    widget = forms.RadioSelect() if radio else forms.Select()
    return forms.ChoiceField(
        label=label, choices=given, required=required, widget=widget, error_messages={"required": f"没有选{label}"}
    )


class OfProjectForm(forms.Form):
    """A form of a project's page. Rows to choose from are those of the project."""

    def __init__(self, *args: Any, project: Project, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.project = project
        for name, field in self.fields.items():
            rows = getattr(self, f"rows_of_{name}", None)
            if rows is not None:
                field.queryset = rows()  # type: ignore[attr-defined]


def home_field() -> forms.ModelChoiceField:  # type: ignore[type-arg]  # not subscriptable at run time
    """Return a field for one of the communities that the project covers."""
    return forms.ModelChoiceField(
        label="小区", queryset=Community.objects.none(), empty_label=None, error_messages={"required": "没有选小区"}
    )


class WithHome(OfProjectForm):
    """A form that asks for the community where the project covers several."""

    community: Any = home_field()

    def rows_of_community(self) -> Any:
        """The communities covered."""
        return Community.objects.filter(project_links__project=self.project).order_by("name")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        homes = list(self.fields["community"].queryset[:2])  # type: ignore[attr-defined]
        if len(homes) == 1:
            self.fields["community"].widget = forms.HiddenInput()
            self.fields["community"].initial = homes[0].pk


def firms() -> Any:
    """Return the bodies that may build, supervise or take over."""
    return Organisation.objects.filter(kind__in=["company", "owners"]).order_by("name")


def buildings_of(project: Project) -> Any:
    """Return the buildings of a project, else those of its communities."""
    rows = Building.objects.filter(withdrawn_at__isnull=True).order_by("label")
    mine = rows.filter(project_links__project=project)
    return mine if mine.exists() else rows.filter(community__project_links__project=project)
