"""Forms of streetworks. They say what is wrong with what was typed; whether it may be done, the actions say."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from jiugai.accounts.models import Area
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.worklines import from_text, read_shape
from jiugai.domain.intake.works import WorkRow, together
from jiugai.domain.streetworks import FUND_SOURCES, KIND_CHOICES, STATE_CHOICES
from jiugai.streetworks.models import FundEntry
from jiugai.web.fields import day_field

CRS_CHOICES = [(crs.value, crs.label) for crs in CRS]


class ImportForm(forms.Form):
    """A file of works, with what a person says of it."""

    upload = forms.FileField(
        label="文件", help_text="xlsx、csv、GeoJSON、GeoPackage，或装着 Shapefile 的 zip",
        error_messages={"required": "没有选文件", "empty": "文件是空的，选有内容的文件重新上传"},
    )  # fmt: skip
    crs = forms.ChoiceField(label="坐标系", choices=CRS_CHOICES, help_text="文件自带坐标系说明的，选 CGCS2000")
    department = forms.CharField(label="主管部门", max_length=80, required=False, help_text="文件里有这一列的可以不填")
    source = forms.CharField(label="来源", max_length=200, required=False, help_text="如 2027年度道路大修计划")
    observed_on = day_field("资料日期", hint="资料截至哪一天")

    def clean_observed_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["observed_on"]
        if self.today and day > self.today:
            raise forms.ValidationError("资料日期在今后")
        return day

    today: date | None = None


class WorkForm(forms.Form):
    """One work; the shape is typed as points or WKT."""

    code = forms.CharField(label="工程编号", max_length=60)
    title = forms.CharField(label="工程名称", max_length=160)
    kind = forms.ChoiceField(label="类型", choices=KIND_CHOICES)
    department = forms.CharField(label="主管部门", max_length=80)
    owner = forms.CharField(
        label="联系单位", max_length=160, required=False, help_text="登记过的组织；协同请求发给它，不填则按主管部门找"
    )
    area: Any = forms.ModelChoiceField(label="区", queryset=Area.objects.none())
    road = forms.CharField(label="道路或地段", max_length=120, required=False)
    starts = day_field("开工")
    ends = day_field("完工")
    earliest_start = day_field("最早可开工", required=False, hint="能移动的填，和最晚一起填")
    latest_start = day_field("最晚可开工", required=False)
    digs = forms.BooleanField(label="要开挖", required=False, initial=True)
    width_m = forms.DecimalField(
        label="开挖宽度", required=False, min_value=Decimal("0.1"), max_value=200, decimal_places=1
    )
    state = forms.ChoiceField(label="状态", choices=STATE_CHOICES)
    budget_yuan = forms.DecimalField(
        label="投资", required=False, min_value=Decimal("0.01"), max_digits=14, decimal_places=2
    )
    note = forms.CharField(label="说明", max_length=300, required=False)
    crs = forms.ChoiceField(label="坐标系", choices=CRS_CHOICES)
    shape = forms.CharField(
        label="图形", max_length=200_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="经度,纬度;经度,纬度，或 LINESTRING、POLYGON",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, areas: Any, today: date, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.today = today
        self.row = WorkRow("工程", 1)

    def clean(self) -> dict[str, Any]:
        """Read the shape and check the days together, by the same functions as files are read with."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for key, problem in together(data, on=self.today):
            if key not in self.errors:
                self.add_error(key, f"{problem.message}，{problem.remedy}")
        if "shape" in data and "crs" in data:
            typed = from_text(data["shape"])
            found = typed if isinstance(typed, Problem) else read_shape(typed, CRS(data["crs"]))
            if isinstance(found, Problem):
                self.add_error("shape", f"{found.message}，{found.remedy}")
            else:
                self.row.shape = found
        self.row.values = self._values(data)
        return data

    @staticmethod
    def _values(data: dict[str, Any]) -> dict[str, Any]:
        names = ("code", "title", "kind", "department", "owner", "road", "starts", "ends", "earliest_start",
                 "latest_start", "digs", "width_m", "state", "note")  # fmt: skip
        yuan = data.get("budget_yuan")
        return {n: data.get(n) for n in names} | {"budget_fen": None if yuan is None else int(yuan * 100)}


class AskForm(forms.Form):
    """What is asked of the other side."""

    detail = forms.CharField(
        label="怎么合并", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清希望谁先做、共用哪段沟槽、路面由谁恢复",
    )  # fmt: skip
    wanted_from = day_field("希望一起施工起", required=False)
    wanted_until = day_field("希望一起施工止", required=False)
    saving_yuan = forms.IntegerField(label="预计节省", required=False, min_value=0, max_value=10**12)


class HarmlessForm(forms.Form):
    """Why an overlap needs no agreement."""

    reason = forms.CharField(label="不需协同的理由", max_length=300)


class FundForm(forms.Form):
    """An entry of the book."""

    department = forms.CharField(label="部门", max_length=80)
    source = forms.ChoiceField(label="资金来源", choices=FUND_SOURCES)
    purpose = forms.ChoiceField(label="用途", choices=FundEntry.Purpose.choices)
    step = forms.ChoiceField(label="进度", choices=FundEntry.Step.choices)
    amount_yuan = forms.DecimalField(label="金额", min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    on = day_field("日期")
    reference = forms.CharField(label="依据", max_length=120, help_text="文号或合同号")
    area: Any = forms.ModelChoiceField(label="辖区", queryset=Area.objects.none())
    community = forms.CharField(
        label="小区", max_length=120, required=False, help_text="名称或编号；不属于某个小区的不填"
    )
    project_ref = forms.CharField(label="项目编号", max_length=40, required=False)

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    @property
    def amount_fen(self) -> int:
        """The amount in fen."""
        return int(self.cleaned_data["amount_yuan"] * 100)
