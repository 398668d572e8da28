"""The form that registers a community by hand."""

from datetime import date
from typing import Any

from django import forms

from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.registry.facts import COMMUNITY
from jiugai.registry.typing_in import read

FACTS = ("address", "point", "built_year", "households", "building_count", "floors_max", "property_firm")


class CommunityForm(forms.Form):
    """Name and area are needed, everything else may follow later: what is missing stays 资料不足."""

    name = forms.CharField(label="小区名称", max_length=120, help_text=COMMUNITY["name"].hint)
    area = forms.ModelChoiceField(
        label="所属辖区",
        queryset=Area.objects.none(),
        to_field_name="code",
        empty_label="请选",
        help_text="区、街道或社区",
    )
    address = forms.CharField(label="地址", max_length=200, required=False)
    point = forms.CharField(label="坐标", max_length=60, required=False, help_text=COMMUNITY["point"].hint)
    built_year = forms.CharField(label="建成年份", max_length=8, required=False, help_text=COMMUNITY["built_year"].hint)
    households = forms.CharField(label="户数", max_length=8, required=False)
    building_count = forms.CharField(label="楼栋数", max_length=6, required=False)
    floors_max = forms.CharField(label="最高层数", max_length=4, required=False)
    property_firm = forms.CharField(label="物业服务企业", max_length=120, required=False)
    reason = forms.CharField(
        label="登记依据", max_length=300, help_text="例如：街道摸底表", error_messages={"required": "写明依据"}
    )
    not_a_twin = forms.BooleanField(label="看过了，不是同一个小区", required=False)

    def __init__(self, *args: Any, areas: Any, on: date, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.on = on
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Turn what was typed into JSON values, each error at its field."""
        clean = super().clean() or {}
        for field in FACTS:
            if clean.get(field):
                try:
                    clean[field] = read(COMMUNITY[field], [clean[field]], on=self.on)
                except Refusal as wrong:
                    self.add_error(field, f"{wrong.message}。{wrong.remedy}")
        return clean

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, by field."""
        return {field: self.cleaned_data[field] for field in FACTS if self.cleaned_data.get(field)}
