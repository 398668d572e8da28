"""Forms of planning. They say what is wrong with what was typed; whether it may be done, the actions say."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area, Organisation, User
from jiugai.domain.pledge import M2, Answer
from jiugai.domain.projects import ITEMS, KINDS, ExitReason, Family
from jiugai.matters.forms.fields import ByName, community_called
from jiugai.planning.models import MassWork, PlannerOpinion, PlannerTraining
from jiugai.planning.models.planners import STEP_CHOICES
from jiugai.registry.models import Building, Community, Document
from jiugai.web.fields import day_field


def _by_family() -> list[tuple[str, Any]]:
    families = [(f.label, [(k.code, k.label) for k in KINDS if k.family is f]) for f in Family]
    return [("", "请选"), *families]


class ProjectForm(forms.Form):
    """A project to be proposed for a community."""

    kind = forms.ChoiceField(label="改造类型", choices=_by_family, error_messages={"required": "没有选改造类型"})
    items = forms.MultipleChoiceField(
        label="同时做的单项",
        required=False,
        choices=[(item.code, item.label) for item in ITEMS],
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label="项目名称", max_length=160, required=False, help_text="不填则用小区名加类型")
    content = forms.CharField(
        label="改造内容",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="按体检结果和居民意见写，一行一项",
    )
    others = forms.ModelMultipleChoiceField(
        label="一起改造的小区",
        required=False,
        queryset=Community.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="同一街道、还没有未开工项目的小区",
    )
    buildings = forms.ModelMultipleChoiceField(
        label="只改这些楼栋",
        required=False,
        queryset=Building.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="都不选就是整个小区",
    )
    cost_wan = forms.DecimalField(
        label="估算投资", required=False, min_value=Decimal("0.01"), max_digits=12, decimal_places=4
    )
    works_area_m2 = forms.IntegerField(label="改造面积", required=False, min_value=1, max_value=50_000_000)
    checkup_ref = forms.CharField(label="来源体检", max_length=40, required=False)
    checkup_on = day_field("体检完成日期", required=False)

    def __init__(self, *args: Any, others: Any, buildings: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["others"].queryset = others  # type: ignore[attr-defined]
        self.fields["buildings"].queryset = buildings  # type: ignore[attr-defined]

    @property
    def cost_yuan(self) -> int | None:
        """The estimate in yuan; it is typed in 万元."""
        wan = self.cleaned_data["cost_wan"]
        return None if wan is None else int(wan * 10_000)


class ProjectRowForm(forms.Form):
    """A row of a workbook of proposals; the community stands before (`project_row_form`)."""

    kind = forms.ChoiceField(label="改造类型", choices=[(one.code, one.label) for one in KINDS])
    title = forms.CharField(label="项目名称", max_length=160, required=False, help_text="不填则用小区名加类型")
    items = forms.CharField(
        label="同时做的单项", max_length=200, required=False, help_text="、".join(item.label for item in ITEMS)
    )
    content = forms.CharField(label="改造内容", max_length=2000, required=False)
    cost_wan = forms.DecimalField(
        label="估算投资（万元）", required=False, min_value=Decimal("0.01"), max_digits=12, decimal_places=4
    )
    works_area_m2 = forms.IntegerField(label="改造面积（㎡）", required=False, min_value=1, max_value=50_000_000)

    cost_yuan = ProjectForm.cost_yuan

    def clean_items(self) -> list[str]:
        """Read the items by their words."""
        codes = {item.label: item.code for item in ITEMS}
        words = [one.strip() for one in self.cleaned_data["items"].replace("，", "、").split("、") if one.strip()]
        unknown = [one for one in words if one not in codes]
        if unknown:
            raise forms.ValidationError(f"没有这个单项：{'、'.join(unknown)}；可选{'、'.join(codes)}")
        return [codes[one] for one in words]


def project_row_form(actor: Actor) -> Any:
    """Return the form of a row, with the communities the person may name."""
    community = ByName(find=community_called, actor=actor, label="小区", help_text="小区名称或编号；同名的写编号")
    made: Any = type("ProjectRow", (ProjectRowForm,), {})
    made.base_fields = {"community": community, **ProjectRowForm.base_fields}
    return made


class ExitForm(forms.Form):
    """Why a project leaves the pool."""

    kind = forms.ChoiceField(
        label="出库情形",
        choices=[(r.value, r.label) for r in ExitReason],
        error_messages={"required": "没有选出库情形"},
    )
    reason = forms.CharField(label="原因", max_length=300, error_messages={"required": "写明原因"})


class ListForm(forms.Form):
    """Whether the project stands in one of both lists of central property (T32-9)."""

    which = forms.ChoiceField(choices=[("city", "市级改造计划"), ("central", "央产改造计划")])
    included = forms.ChoiceField(
        label="是否纳入", choices=[("yes", "已纳入"), ("no", "未纳入"), ("", "不清楚")], required=False
    )
    reference = forms.CharField(label="文号", max_length=80, required=False)

    @property
    def answer(self) -> bool | None:
        """Yes, no, or not known."""
        return {"yes": True, "no": False}.get(self.cleaned_data["included"])


class ImplementerForm(forms.Form):
    """Which body builds."""

    implementer = forms.ModelChoiceField(
        label="实施主体", queryset=Organisation.objects.none(), required=False, empty_label="未确定"
    )

    def __init__(self, *args: Any, bodies: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["implementer"].queryset = bodies  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """At which step the planner is asked."""

    at = forms.ChoiceField(label="环节", choices=PlannerOpinion.At.choices)
    detail = forms.CharField(label="送审材料在哪里", max_length=500, required=False)


class GuideForm(forms.Form):
    """A step of the planner's guide."""

    step = forms.ChoiceField(label="步骤", choices=STEP_CHOICES)
    done_on = day_field("日期")
    note = forms.CharField(label="记录", max_length=500, error_messages={"required": "没有写记录"})


class WorkForm(forms.Form):
    """A piece of mass work, short enough for a phone."""

    kind = forms.ChoiceField(label="形式", choices=MassWork.Kind.choices, widget=forms.RadioSelect, initial="visit")
    held_on = day_field("日期")
    households = forms.IntegerField(
        label="户数", min_value=0, max_value=100_000, error_messages={"required": "没有填户数，没有就填 0"}
    )
    agreed = forms.IntegerField(label="其中同意", min_value=0, required=False, help_text="只有征求意愿时填")
    place = forms.CharField(label="楼栋或地点", max_length=80, required=False)
    note = forms.CharField(label="情况", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ObjectionForm(forms.Form):
    """What somebody objects to."""

    content = forms.CharField(
        label="意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "没有写意见内容"},
    )
    door = forms.CharField(label="楼门户", max_length=40, required=False, help_text="如 3号楼2单元501；不愿留的不填")
    raised_on = day_field("提出日期")


class ClosureForm(forms.Form):
    """How an objection was settled."""

    closure = forms.CharField(label="怎么解决的", max_length=500, error_messages={"required": "没有写怎么解决的"})


class PledgeForm(forms.Form):
    """A household's answer on the maintenance fund."""

    door = forms.CharField(
        label="楼门户",
        max_length=30,
        help_text="如 3号楼2单元501，或 3-2-501",
        error_messages={"required": "没有填哪一户"},
        widget=forms.TextInput(attrs={"list": "doors", "autocomplete": "off"}),
    )
    answer = forms.ChoiceField(
        label="答复",
        choices=[(a.value, a.label) for a in Answer],
        widget=forms.RadioSelect,
        error_messages={"required": "没有选答复"},
    )
    signed_on = day_field("日期")
    area_m2 = forms.DecimalField(
        label="建筑面积",
        required=False,
        min_value=Decimal("0.01"),
        max_value=2000,
        decimal_places=4,
        help_text="住房已登记面积的不用填",
    )
    document = forms.ModelChoiceField(
        label="签字材料", queryset=Document.objects.none(), required=False, empty_label="以后补"
    )
    photo = forms.FileField(
        label="拍签字页",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,.pdf", "capture": "environment"}),
    )
    note = forms.CharField(label="说明", max_length=300, required=False)
    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, documents: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]

    @property
    def area_cm2(self) -> int | None:
        """The area in cm²; it is typed in ㎡."""
        m2 = self.cleaned_data["area_m2"]
        return None if m2 is None else int(m2 * M2)


class SheetForm(forms.Form):
    """A workbook of pledges."""

    upload = forms.FileField(
        label="Excel 文件",
        error_messages={"required": "没有选文件", "empty": "文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )


class PlannerForm(forms.Form):
    """A planner of a district."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "没有填姓名"})
    area = forms.ModelChoiceField(label="区", queryset=Area.objects.none(), to_field_name="code", empty_label=None)
    organisation = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.none(), empty_label="请选")
    user = forms.ModelChoiceField(
        label="平台账号",
        queryset=User.objects.get_queryset().none(),
        required=False,
        empty_label="没有账号",
        help_text="有账号的规划师直接在待办里出具意见",
    )
    speciality = forms.CharField(label="专业", max_length=60, required=False)
    note = forms.CharField(label="备注", max_length=300, required=False)

    def __init__(self, *args: Any, areas: Any, bodies: Any, users: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, rows in (("area", areas), ("organisation", bodies), ("user", users)):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class StreetField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A street, or the district itself for its chief planner."""

    def label_from_instance(self, obj: Any) -> str:
        """Say what a term of the whole district means."""
        return f"{obj.name}（区总责任规划师）" if obj.level == Area.Level.DISTRICT else str(obj.name)


class TermForm(forms.Form):
    """A planner's time in charge of a street."""

    street = StreetField(
        label="街道（乡镇）或全区", queryset=Area.objects.none(), to_field_name="code", empty_label="请选"
    )
    starts = day_field("任期开始")
    ends = day_field("任期结束", required=False, hint="不填就是还没有定")
    appointed_by = forms.CharField(label="聘任文号", max_length=80, required=False)

    def __init__(self, *args: Any, streets: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["street"].queryset = streets  # type: ignore[attr-defined]


class TermEndForm(forms.Form):
    """The last day of a term."""

    on = day_field("最后一天")


class TrainingForm(forms.Form):
    """A training that a planner took part in."""

    title = forms.CharField(label="培训内容", max_length=160, error_messages={"required": "没有填培训内容"})
    held_on = day_field("培训日期")
    hours = forms.IntegerField(label="学时", min_value=1, max_value=400)
    held_by = forms.CharField(label="主办", max_length=80, required=False)
    result = forms.ChoiceField(label="结果", choices=PlannerTraining.Result.choices)


def today_of(form: forms.Form, on: date, *names: str) -> None:
    """Offer `on` as the day in empty date fields."""
    for name in names:
        form.fields[name].initial = on
