"""Forms of approvals. They say what is wrong with what was typed; whether it may be done, the actions say."""

from typing import Any

from django import forms

from jiugai.accounts.models import Organisation, User
from jiugai.domain.rebuild import SITUATIONS, Channel, Mode, Use, Wish
from jiugai.domain.schemes import AcceptanceKind, PartVerdict, SchemeKind, SignedFor
from jiugai.domain.tenders import Form as ContractForm
from jiugai.domain.tenders import Method
from jiugai.web.fields import day_field

SHEET = forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"})


class OwnIds(forms.Form):
    """A form whose fields have ids of their own, because its page holds several."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        rest.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}-%s")
        super().__init__(*args, **rest)


def choices(kinds: Any, empty: str = "") -> list[tuple[str, str]]:
    """Return (value, words) of an enum with labels, after an empty choice where one is wanted."""
    return ([("", empty)] if empty else []) + [(one.value, one.label) for one in kinds]


class SchemeForm(OwnIds):
    """The next edition of a scheme."""

    kind = forms.ChoiceField(label="种类", choices=choices(SchemeKind))
    lines = forms.CharField(
        label="改造项目", required=False,
        help_text="一行一项，依次是 改造项目、位置、数量、单位、指标、设计值，用逗号或制表符隔开；也可以上传 Excel",
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "单元门口坡道，1号楼，6，处，坡道坡度（高长比），0.08"}),
    )  # fmt: skip
    sheet = forms.FileField(label="项目清单（Excel）", required=False, widget=SHEET)
    upload = forms.FileField(
        label="方案文件", required=False, help_text="pdf、docx、xlsx 或图片；没有电子文件的写存放处"
    )
    reference = forms.CharField(label="图号或存放处", max_length=160, required=False)
    summary = forms.CharField(label="方案要点", max_length=500, required=False)
    change = forms.CharField(label="修改原因", max_length=300, required=False, help_text="第二版起必填")
    after = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ArchitectForm(OwnIds):
    """The architect in charge."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "没有填姓名"})
    organisation = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.none(), empty_label="请选")
    user = forms.ModelChoiceField(
        label="平台账号", queryset=User.objects.get_queryset().none(), required=False, empty_label="没有账号"
    )
    licence = forms.CharField(label="注册证书编号", max_length=60, required=False)
    since = day_field("从哪天起")

    def __init__(self, *args: Any, bodies: Any, users: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["organisation"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["user"].queryset = users  # type: ignore[attr-defined]


class SignForm(OwnIds):
    """A signature for the edition that stands."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    subject = forms.ChoiceField(label="签署内容", choices=choices(SignedFor))
    statement = forms.CharField(label="意见", max_length=300, error_messages={"required": "没有写意见"})


class ReviewForm(OwnIds):
    """Drawings sent to review."""

    subject = forms.ChoiceField(label="审查哪套图", choices=[(one.value, one.drawings) for one in SchemeKind],
                                required=False)  # fmt: skip
    drawings = forms.CharField(label="图号", max_length=160, error_messages={"required": "没有写送审的图号"})
    reviewer = forms.ModelChoiceField(label="审查机构", queryset=Organisation.objects.none(), empty_label="请选")
    detail = forms.CharField(label="说明", max_length=500, required=False)

    def __init__(self, *args: Any, bodies: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["reviewer"].queryset = bodies  # type: ignore[attr-defined]

    def clean_subject(self) -> str:
        """Take the special drawings where nothing is said."""
        return str(self.cleaned_data["subject"] or SchemeKind.SPECIAL)


class FindingForm(OwnIds):
    """What the reviewer found."""

    review = forms.IntegerField(widget=forms.HiddenInput)
    place = forms.CharField(label="图纸和位置", max_length=120, error_messages={"required": "没有写在哪里"})
    says = forms.CharField(label="问题", max_length=300, error_messages={"required": "没有写问题"})
    binding = forms.BooleanField(label="违反强制性条文", required=False, initial=True)


class CloseForm(OwnIds):
    """How a finding was mended."""

    finding = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(label="怎么改的", max_length=300, error_messages={"required": "没有写怎么改的"})


class PartForm(OwnIds):
    """The planner's part in an acceptance."""

    acceptance = forms.ChoiceField(label="验收", choices=choices(AcceptanceKind))
    took_part_on = day_field("参加日期")
    verdict = forms.ChoiceField(label="意见", choices=choices(PartVerdict))
    note = forms.CharField(label="说明", max_length=500, error_messages={"required": "没有写说明"})


class StartForm(OwnIds):
    """What decides the route of approvals."""

    government = forms.ChoiceField(label="投资", choices=[("yes", "政府投资"), ("no", "社会投资")])
    new_building = forms.ChoiceField(label="是否涉及新建、改扩建配套设施", choices=[("no", "不涉及"), ("yes", "涉及")])
    area_m2 = forms.IntegerField(label="建筑面积", required=False, min_value=1, max_value=50_000_000)
    storeys_most = forms.IntegerField(label="最高层数", required=False, min_value=1, max_value=60)


class AgainForm(OwnIds):
    """A step applied for again."""

    step = forms.CharField(max_length=16)


class SupervisionForm(OwnIds):
    """Who watches works without a permit."""

    supervisor = forms.ModelChoiceField(label="属地监管部门", queryset=Organisation.objects.none(), empty_label="请选")
    since = day_field("从哪天起")
    reference = forms.CharField(label="文号", max_length=120, required=False)

    def __init__(self, *args: Any, bodies: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["supervisor"].queryset = bodies  # type: ignore[attr-defined]


class PlanForm(OwnIds):
    """A tender plan published ahead."""

    content = forms.CharField(label="招标内容", max_length=300, error_messages={"required": "没有写招标内容"})
    form = forms.ChoiceField(label="发包方式", choices=choices(ContractForm))
    expected_on = day_field("拟发布招标公告日期")
    reference = forms.CharField(label="发布编号", max_length=120, error_messages={"required": "没有填发布编号"})


class TenderForm(OwnIds):
    """A tender to be prepared."""

    form = forms.ChoiceField(label="发包方式", choices=choices(ContractForm))
    form_reason = forms.CharField(label="不采用工程总承包的理由", max_length=300, required=False)
    method = forms.ChoiceField(label="招标方式", choices=choices(Method))


class RebuildForm(OwnIds):
    """How a project is rebuilt."""

    situation = forms.ChoiceField(
        label="属于哪种情形", choices=[("", "请选"), *((s.code, s.label) for s in SITUATIONS)], required=False
    )
    basis = forms.CharField(label="依据", max_length=300, required=False, help_text="鉴定报告、认定文件的名称和编号")
    mode = forms.ChoiceField(label="模式", choices=choices(Mode, "请选"), required=False)
    households_before = forms.IntegerField(label="现状户数", min_value=0, max_value=100_000, required=False)
    households_after = forms.IntegerField(label="改建后户数", min_value=0, max_value=100_000, required=False)
    above_ground = forms.CharField(label="地上空间利用", max_length=500, required=False)
    below_ground = forms.CharField(label="地下空间利用", max_length=500, required=False)
    planning_ref = forms.CharField(label="规划确认文号", max_length=120, required=False)
    planning_on = day_field("规划确认日期", required=False)
    safety_ref = forms.CharField(label="安全确认文号", max_length=120, required=False)
    safety_on = day_field("安全确认日期", required=False)
    confirmed_m2 = forms.IntegerField(label="确认可增加面积", min_value=0, max_value=10_000_000, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SheetForm(OwnIds):
    """A workbook of rows."""

    sheet = forms.FileField(
        label="Excel 文件", error_messages={"required": "没有选文件", "empty": "文件是空的"}, widget=SHEET
    )


class AreaForm(OwnIds):
    """Added area booked to a public use."""

    use = forms.ChoiceField(label="用途", choices=choices(Use))
    m2 = forms.IntegerField(label="面积", min_value=-1_000_000, max_value=1_000_000, help_text="整数；冲减填负数")
    note = forms.CharField(label="位置和内容", max_length=200, error_messages={"required": "没有写位置和内容"})


class WishForm(OwnIds):
    """One household's answer."""

    door = forms.CharField(label="楼门户", max_length=30, help_text="如 3号楼2单元501，或 3-2-501",
                           error_messages={"required": "没有填哪一户"})  # fmt: skip
    answer = forms.ChoiceField(label="答复", choices=choices(Wish))
    channel = forms.ChoiceField(label="方式", choices=choices(Channel))
    said_on = day_field("日期")
