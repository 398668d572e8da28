"""Forms of plans: scenarios, limits, planning figures, bundles, batches, adjustments."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from jiugai.accounts.models import Area
from jiugai.planning.models import PlanAdjustment, Project, RenewalUnit
from jiugai.planning.models.frames import FrameKind

WAN = 1_000_000  # fen in 万元
MONEY_KINDS = (FrameKind.DISTRICT_MONEY, FrameKind.CITY_MONEY)


class MonthField(forms.DateField):
    """A month, typed as 2027-05 or as any day of it; kept as its first day."""

    def __init__(self, label: str, *, required: bool = True, hint: str = "") -> None:
        super().__init__(
            label=label, required=required, help_text=hint, input_formats=["%Y-%m", "%Y-%m-%d", "%Y年%m月"],
            widget=forms.DateInput(format="%Y-%m", attrs={"type": "month"}),
            error_messages={"required": f"没有填{label}", "invalid": f"{label}要填年月，如 2027-05"},
        )  # fmt: skip

    def clean(self, value: Any) -> date | None:
        """Return the first day of the month."""
        found = super().clean(value)
        return found.replace(day=1) if found else None


class AreaChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An area by its name, code or full name; workbooks name it."""

    def to_python(self, value: Any) -> Area | None:
        """Take a key, a code or a name."""
        text = str(value or "").strip()
        if text and not (text.isdecimal() and len(text) < 10):
            found = _given(self).filter(Q(name=text) | Q(code=text)).order_by("path").first()
            if found is None:
                raise forms.ValidationError(f"辖区里没有“{text}”", code="invalid_choice")
        else:
            found = super().to_python(value)
        return found if isinstance(found, Area) else None


class ScenarioForm(forms.Form):
    """A scenario."""

    area = forms.ModelChoiceField(label="辖区", queryset=Area.objects.none(), empty_label=None)
    title = forms.CharField(label="方案名称", max_length=80, error_messages={"required": "没有填方案名称"})
    first_month = MonthField("第一个月", hint="一般从一月起，按年对资金")
    months = forms.IntegerField(label="排多少个月", min_value=1, max_value=72, initial=36)
    money_percent = forms.IntegerField(
        label="资金按条件的", min_value=1, max_value=500, initial=100, help_text="100 就是按登记的资金；试算增减时改"
    )
    note = forms.CharField(label="说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class FrameForm(forms.Form):
    """A limit; money in 万元."""

    area = AreaChoice(
        label="辖区", queryset=Area.objects.none(), error_messages={"required": "没有选辖区"}, empty_label=None
    )
    kind = forms.ChoiceField(label="条件", choices=FrameKind.choices)
    year = forms.IntegerField(
        label="年度", required=False, min_value=2020, max_value=2100, help_text="资金要写年度；面积和个数不写"
    )
    value = forms.DecimalField(
        label="数值", min_value=Decimal(0), max_digits=14, decimal_places=4,
        help_text="资金填万元，面积填㎡，在施上限填个数", error_messages={"required": "没有填数值"},
    )  # fmt: skip
    document = forms.CharField(label="依据", max_length=120, required=False, help_text="文号或会议")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = self.areas  # type: ignore[attr-defined]

    areas: Any = Area.objects.none()

    def clean(self) -> dict[str, Any]:
        """See that money has its year and counts are whole."""
        clean = super().clean() or {}
        money, value = clean.get("kind") in MONEY_KINDS, clean.get("value")
        if money and not clean.get("year") and "year" not in self.errors:
            self.add_error("year", "资金要写年度")
        if not money and value is not None and value != value.to_integral_value():
            self.add_error("value", "面积和个数要填整数")
        return clean

    @property
    def stored(self) -> int:
        """The value as it is kept: money in fen."""
        value: Decimal = self.cleaned_data["value"]
        return int(value * WAN) if self.cleaned_data["kind"] in MONEY_KINDS else int(value)


class ProjectChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A project by its code or key; workbooks name the code."""

    def to_python(self, value: Any) -> Project | None:
        """Take a key or a code."""
        text = str(value or "").strip()
        found = _given(self).filter(code=text).first() if text else None
        found = found or super().to_python(value)
        return found if isinstance(found, Project) else None


def _given(field: Any) -> Any:
    return field.queryset


def _money(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=Decimal(0), max_digits=12, decimal_places=4)


class InputForm(forms.Form):
    """What a project brings into the plan; money in 万元. What is not known stays empty."""

    project = ProjectChoice(
        label="项目编号", queryset=Project.objects.none(),
        error_messages={"required": "没有填项目编号", "invalid_choice": "没有这个项目，或不在您的辖区"},
    )  # fmt: skip
    area_m2 = forms.IntegerField(label="建筑面积（㎡）", required=False, min_value=1, max_value=50_000_000)
    households = forms.IntegerField(label="户数", required=False, min_value=1, max_value=100_000)
    district_wan = _money("区级资金（万元）")
    city_wan = _money("市级补助（万元）")
    other_wan = _money("其他资金（万元）")
    months = forms.IntegerField(label="工期（月）", required=False, min_value=1, max_value=60)
    earliest = MonthField("最早开工月", required=False)
    latest_finish = MonthField("最晚完工月", required=False)
    must = forms.ChoiceField(label="必须安排", choices=(("no", "否"), ("yes", "是")), initial="no", required=False)
    source = forms.CharField(label="数据来源", max_length=120, required=False)
    projects: Any = Project.objects.none()

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["project"].queryset = self.projects  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that the finish is not before the start."""
        clean = super().clean() or {}
        first, last = clean.get("earliest"), clean.get("latest_finish")
        if first and last and last < first:
            self.add_error("latest_finish", "最晚完工月早于最早开工月")
        return clean

    def values(self) -> dict[str, Any]:
        """Return the columns as they are kept."""
        clean = self.cleaned_data
        money = {f"{name}_fen": _fen(clean[f"{name}_wan"]) for name in ("district", "city", "other")}
        money["other_fen"] = money["other_fen"] or 0
        plain = ("area_m2", "households", "months", "earliest", "latest_finish", "source")
        return {name: clean[name] for name in plain} | money | {"must": clean["must"] == "yes"}


def _fen(wan: Decimal | None) -> int | None:
    return None if wan is None else int(wan * WAN)


class BundleForm(forms.Form):
    """A bundle of projects."""

    name = forms.CharField(label="打捆名称", max_length=120, error_messages={"required": "没有填名称"})
    unit = forms.ModelChoiceField(
        label="街区更新单元", queryset=RenewalUnit.objects.none(), required=False, empty_label="不属于更新单元"
    )
    new_unit = forms.CharField(label="或新登记一个更新单元", max_length=120, required=False)
    reason = forms.CharField(label="打捆理由", max_length=300, required=False)
    projects = forms.ModelMultipleChoiceField(
        label="项目", queryset=Project.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选两个项目"},
    )  # fmt: skip

    def __init__(self, *args: Any, projects: Any, units: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["projects"].queryset = projects  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class AdjustForm(forms.Form):
    """A change of what was confirmed."""

    what = forms.ChoiceField(label="调整内容", choices=PlanAdjustment.What.choices, widget=forms.RadioSelect)
    start = MonthField("改为开工月", required=False)
    months = forms.IntegerField(label="改为工期（月）", required=False, min_value=1, max_value=60)
    reason = forms.CharField(
        label="调整理由", max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "没有写调整理由"},
    )  # fmt: skip


class ItemForm(forms.Form):
    """Months of a project in a batch."""

    start = MonthField("开工月", required=False)
    months = forms.IntegerField(label="工期（月）", required=False, min_value=1, max_value=60)
