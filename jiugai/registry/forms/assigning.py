"""The form that assigns a community to a street or residents' committee."""

from typing import Any

from django import forms


class AssignForm(forms.Form):
    """Where to, why, and the version the person saw."""

    area = forms.ChoiceField(label="划归到", help_text="本区的街道（乡镇），清楚的话选到社区（村）")
    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="依据什么划归，例如：街道辖区图、门牌登记",
        error_messages={"required": "写明依据什么划归"},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, places: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].choices = [("", "请选"), *places]  # type: ignore[attr-defined]
        self.fields["area"].error_messages |= {
            "required": "没有选街道或社区", "invalid_choice": "选本区的街道或社区，别的区不能选",
        }  # fmt: skip
