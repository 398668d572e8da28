"""Forms of pipelines and risers. They say what is wrong with what was typed; the actions decide."""

from decimal import Decimal
from typing import Any

from django import forms

from jiugai.accounts.models import Organisation
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.worklines import from_text, read_shape
from jiugai.domain.pipes import TRADES
from jiugai.matters.forms.fields import PlaceField
from jiugai.pipes.models import DrainTakeover, PipePlan
from jiugai.pipes.models.risers import NEEDS
from jiugai.registry.models import Building, Community, Dwelling
from jiugai.web.fields import day_field

YES_NO = [("", "没有看过"), ("yes", "有"), ("no", "没有")]
KNOWN = {"yes": True, "no": False, "": None}


def money_field(label: str, *, required: bool = True) -> forms.DecimalField:
    """Return a field for yuan."""
    return forms.DecimalField(
        label=label, required=required, min_value=Decimal("0.01"), max_digits=13, decimal_places=2,
        error_messages={"required": f"没有填{label}"},
    )  # fmt: skip


def fen(yuan: Decimal | None) -> int | None:
    """Return yuan as fen."""
    return None if yuan is None else int(yuan * 100)


class PlanForm(forms.Form):
    """What holds for all pipelines of a project."""

    has_pipelines = forms.ChoiceField(label="有专业管线改造", choices=YES_NO, required=False)
    has_overhead = forms.ChoiceField(label="有架空线", choices=YES_NO, required=False)
    contract = forms.ChoiceField(
        label="红线内承包方式", choices=[("", "没有定"), *PipePlan.Model.choices], required=False
    )
    contractor = forms.CharField(label="总承包单位", max_length=120, required=False)
    contract_ref = forms.CharField(label="合同编号", max_length=80, required=False)
    signed_on = day_field("签订日期", required=False)
    telecom: Any = forms.ModelChoiceField(
        label="统筹架空线的通信公司", queryset=Organisation.objects.none(), required=False, empty_label="没有明确"
    )
    telecom_ref = forms.CharField(label="明确的依据", max_length=120, required=False)
    site_from = day_field("综合整治开工", required=False)
    site_until = day_field("综合整治完工", required=False)
    public_design_ref = forms.CharField(label="公共区域设计图号", max_length=80, required=False)
    public_from = day_field("公共区域施工起", required=False)
    public_until = day_field("公共区域施工止", required=False)
    public_acceptance_ref = forms.CharField(label="公共区域验收编号", max_length=80, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, companies: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["telecom"].queryset = companies  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the columns."""
        data = dict(self.cleaned_data)
        data.pop("version")
        for name in ("has_pipelines", "has_overhead"):
            data[name] = KNOWN[data[name]]
        return data


class JobForm(forms.Form):
    """A pipeline job."""

    title = forms.CharField(label="名称", max_length=120)
    trade = forms.ChoiceField(label="专业", choices=TRADES)
    community: Any = forms.ModelChoiceField(label="小区", queryset=Community.objects.none())
    building: Any = forms.ModelChoiceField(
        label="楼栋", queryset=Building.objects.none(), required=False, empty_label="整个小区"
    )
    company = forms.CharField(label="专业公司", max_length=120)
    inside = forms.BooleanField(label="红线内", required=False, initial=True)
    for_lift = forms.BooleanField(label="因加装电梯改移", required=False)
    starts = day_field("开工", required=False)
    ends = day_field("完工", required=False)
    design_ref = forms.CharField(label="设计图号", max_length=80, required=False)
    accepted_on = day_field("验收合格", required=False)
    acceptance_ref = forms.CharField(label="验收编号", max_length=80, required=False)
    cost_yuan = money_field("费用", required=False)
    route = forms.CharField(
        label="走向", required=False, max_length=100_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="经度,纬度;经度,纬度；填了才能按地块查合并",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, homes: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["community"].queryset = homes  # type: ignore[attr-defined]
        self.fields["building"].queryset = Building.objects.filter(  # type: ignore[attr-defined]
            community__in=homes, withdrawn_at__isnull=True
        )

    def clean_route(self) -> Any:
        """Read the line by the same function as works of others."""
        from django.contrib.gis.geos import GEOSGeometry

        text = self.cleaned_data["route"].strip()
        if not text:
            return None
        typed = from_text(text)
        found = typed if isinstance(typed, Problem) else read_shape(typed, CRS.CGCS2000)
        if isinstance(found, Problem):
            raise forms.ValidationError(f"{found.message}，{found.remedy}")
        return GEOSGeometry(memoryview(found.wkb), srid=4490)

    def values(self) -> dict[str, Any]:
        """Return the columns."""
        data = dict(self.cleaned_data)
        data.pop("version")
        return data | {"geom": data.pop("route"), "cost_fen": fen(data.pop("cost_yuan"))}


class BoundaryForm(forms.Form):
    """A boundary point."""

    trade = forms.ChoiceField(label="专业", choices=TRADES)
    company = forms.CharField(label="专业公司", max_length=120)
    description = forms.CharField(label="分界位置", max_length=200, help_text="如 楼前给水井阀门出口")
    point = PlaceField(label="位置", required=True)
    agreed_on = day_field("确认日期")
    reference = forms.CharField(label="依据", max_length=120, required=False)


class TakeoverForm(forms.Form):
    """How far the drainage company has taken over."""

    company = forms.CharField(label="排水企业", max_length=120)
    reach = forms.ChoiceField(label="管到哪里", choices=DrainTakeover.Reach.choices)
    taken_on = day_field("接管日期")
    reference = forms.CharField(label="接管协议", max_length=120)


class DutyForm(forms.Form):
    """A duty of a company."""

    company = forms.CharField(label="专业公司", max_length=120)
    trade = forms.ChoiceField(label="专业", choices=TRADES)
    duty = forms.CharField(label="责任", max_length=200)
    since = day_field("明确日期")
    due_on = day_field("期限")


class RoundForm(forms.Form):
    """A round to be published."""

    title = forms.CharField(label="名称", max_length=120)
    plan = forms.CharField(label="改造计划", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    published_on = day_field("公示日期")
    published_at = forms.CharField(label="公示地点", max_length=120, help_text="如 各楼门公告栏")
    cutoff_on = day_field("申请截止")
    works_from = day_field("计划施工起", required=False)
    works_until = day_field("计划施工止", required=False)


class ApplyForm(forms.Form):
    """An application for a building or a riser."""

    round: Any = forms.IntegerField(widget=forms.HiddenInput)
    building: Any = forms.ModelChoiceField(label="楼栋", queryset=Building.objects.none(), empty_label="请选")
    line = forms.CharField(label="立管", max_length=60, required=False, help_text="如 1单元01号；整栋的不填")
    applied_by = forms.CharField(label="申请人", max_length=80, help_text="姓名和门牌")

    def __init__(self, *args: Any, home: Community, **rest: Any) -> None:
        super().__init__(*args, **rest)
        rows = Building.objects.filter(
            community=home,
            withdrawn_at__isnull=True,
            pk__in=Dwelling.objects.filter(building__community=home).values("building"),
        )
        self.fields["building"].queryset = rows  # type: ignore[attr-defined]
        self.fields["building"].label_from_instance = lambda b: b.label  # type: ignore[attr-defined]


class VoiceForm(forms.Form):
    """What a household says."""

    answer = forms.ChoiceField(label="答复", choices=[("agreed", "同意"), ("opposed", "不同意"), ("absent", "没见到")])
    note = forms.CharField(label="情况", max_length=200, required=False)
    next_visit = day_field("约定再来", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DecorationForm(forms.Form):
    """When a household decorated or means to, and when it was warned."""

    decorated_on = day_field("最近装修", required=False)
    planned_on = day_field("打算装修", required=False)
    warned_on = day_field("已提醒", required=False)


class SchemeForm(forms.Form):
    """The detailed scheme."""

    reference = forms.CharField(label="施工方案", max_length=120)
    made_on = day_field("方案日期")
    needs = forms.MultipleChoiceField(label="生活需求", choices=NEEDS, widget=forms.CheckboxSelectMultiple)


class WaterForm(forms.Form):
    """Temporary water and drains."""

    supply = forms.CharField(label="临时供水", max_length=200)
    drainage = forms.CharField(label="临时排水", max_length=200)
    water_points = forms.IntegerField(label="取水点", min_value=1, max_value=99)
    toilets = forms.IntegerField(label="临时厕所", min_value=0, max_value=99, initial=0)
    since = day_field("启用")
    until = day_field("停用")
    contact = forms.CharField(label="现场联系人", max_length=80)


class OfferForm(forms.Form):
    """Times of a crew."""

    crew = forms.CharField(label="施工班组", max_length=40)
    day = day_field("日期")
    hour = forms.TimeField(label="开始", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label="每户时长", min_value=30, max_value=600, initial=120)
    count = forms.IntegerField(label="段数", min_value=1, max_value=50, initial=4)


class OwnForm(forms.Form):
    """An owner's own decoration."""

    content = forms.CharField(label="内容", max_length=200)
    amount_yuan = money_field("金额")
    agreed_on = day_field("约定日期")


class JobRowForm(forms.Form):
    """A pipeline as a row of a workbook; project and community stand before it (`views.sheets`)."""

    title = forms.CharField(label="名称", max_length=120)
    trade = forms.ChoiceField(label="专业", choices=TRADES)
    company = forms.CharField(label="专业公司", max_length=120)
    inside = forms.ChoiceField(label="位置", choices=[("yes", "红线内"), ("no", "红线外")])
    starts = day_field("开工", required=False)
    ends = day_field("完工", required=False)
    design_ref = forms.CharField(label="设计图号", max_length=80, required=False)
    cost_yuan = money_field("费用（元）", required=False)

    def values(self) -> dict[str, Any]:
        """Return the columns of the job."""
        data = dict(self.cleaned_data)
        data.pop("project")
        return {**data, "inside": data["inside"] == "yes", "cost_fen": fen(data.pop("cost_yuan"))}
