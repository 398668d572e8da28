"""The form that grants a scale."""

from typing import Any

from django import forms

from jiugai.accounts.models import Area
from jiugai.web.fields import day_field


class GrantForm(forms.Form):
    """Which district, how much, by which document."""

    district = forms.ModelChoiceField(Area.objects.none(), label="区", empty_label="选一个区")
    amount = forms.CharField(label="规模", max_length=24, help_text="㎡，两位小数；收回写负数")
    reference = forms.CharField(label="下达文号", max_length=80)
    on = day_field("文件日期")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        districts = Area.objects.filter(level=Area.Level.DISTRICT).order_by("code").defer("boundary")
        self.fields["district"].queryset = districts  # type: ignore[attr-defined]
