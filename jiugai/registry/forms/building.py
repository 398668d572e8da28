"""Forms of buildings, flats, holdings."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from jiugai.domain.ownership import Ownership
from jiugai.registry.choices import BuildingType
from jiugai.registry.limits import MOST_ENTRANCES
from jiugai.registry.models import OwnerUnit

REASON_HINT = "依据什么登记或更正，例如：产权单位来函"


def _reason() -> forms.CharField:
    return forms.CharField(label="原因", max_length=300, help_text=REASON_HINT, error_messages={"required": "写明依据"})


def _area(label: str, **rest: Any) -> forms.DecimalField:
    """Square metres with two decimals; the register keeps cm²."""
    return forms.DecimalField(
        label=label, max_digits=10, decimal_places=2, min_value=Decimal("0.01"), required=False, **rest
    )


def in_cm2(area: Decimal | None) -> int | None:
    """Turn m² into whole cm²."""
    return None if area is None else int(area * 10_000)


class BuildingForm(forms.Form):
    """A surveyed building."""

    label = forms.CharField(label="楼号", max_length=60, help_text="按门牌写，如 3号楼")
    built_year = forms.IntegerField(label="建成年份", min_value=1850, required=False, help_text="四位年份")
    storeys = forms.IntegerField(label="地上层数", min_value=1, max_value=150, required=False)
    building_type = forms.ChoiceField(
        label="楼型", choices=[("", "请选"), *[c for c in BuildingType.choices if c[0] != "unknown"]], required=False
    )
    households = forms.IntegerField(label="户数", min_value=1, max_value=10_000, required=False)
    entrances = forms.IntegerField(label="单元数", min_value=0, max_value=MOST_ENTRANCES, initial=1)
    reason = _reason()

    def facts(self) -> dict[str, Any]:
        """Return what was filled in, as JSON values by field."""
        names = ("built_year", "storeys", "building_type", "households")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in (None, "")}


class EntrancesForm(forms.Form):
    """Further entrances of a building on record."""

    count = forms.IntegerField(label="加几个单元", min_value=1, max_value=MOST_ENTRANCES, initial=1)
    has_lift = forms.ChoiceField(label="电梯", choices=[("", "不清楚"), ("yes", "有"), ("no", "没有")], required=False)
    reason = _reason()

    def clean_has_lift(self) -> bool | None:
        """Return whether they have a lift, None when nobody knows."""
        return {"yes": True, "no": False}.get(self.cleaned_data["has_lift"])


class DwellingForm(forms.Form):
    """Class and area of one flat."""

    ownership = forms.ChoiceField(label="产权", choices=[(one.value, one.label) for one in Ownership])
    area = _area("建筑面积")
    reason = _reason()


class HoldingForm(forms.Form):
    """What a property unit holds in a building."""

    unit = forms.ModelChoiceField(label="产权单位", queryset=OwnerUnit.objects.none(), empty_label="请选")
    area = _area("建筑面积")
    dwellings = forms.IntegerField(label="户数", min_value=1, max_value=10_000, required=False)
    reason = _reason()

    def __init__(self, *args: Any, units: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class UnitForm(forms.Form):
    """A property unit; `places` are the areas, as path and name, in which it may be registered."""

    name = forms.CharField(label="名称", max_length=160, help_text="写全称")
    ownership = forms.ChoiceField(
        label="产权类别", choices=[("", "请选"), *[(o.value, o.label) for o in Ownership if o is not Ownership.UNKNOWN]]
    )
    area_path = forms.ChoiceField(label="登记辖区", required=False, help_text="这个辖区里的人都能选用它")
    reason = _reason()

    def __init__(self, *args: Any, places: Sequence[tuple[str, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.places = places
        self.fields["area_path"].choices = places  # type: ignore[attr-defined]

    def clean_area_path(self) -> str:
        """Return where it is registered: the only place there is, or the one chosen."""
        return self.cleaned_data["area_path"] or self.places[0][0]
