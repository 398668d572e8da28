"""Forms beside the lists of works."""

from typing import Any

from django import forms

from jiugai.accounts.models import Area, Organisation
from jiugai.web.fields import day_field
from jiugai.works.forms.fields import firms


class FirmPeriodForm(forms.Form):
    """A firm, an area and a period to evaluate."""

    firm: Any = forms.ModelChoiceField(label="企业", queryset=Organisation.objects.none(), empty_label="请选")
    area: Any = forms.ModelChoiceField(
        label="辖区", queryset=Area.objects.none(), to_field_name="code", empty_label="请选"
    )
    since = day_field("测评期起")
    until = day_field("测评期止")

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["firm"].queryset = firms()  # type: ignore[attr-defined]
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
