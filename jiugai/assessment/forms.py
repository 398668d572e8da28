"""Forms of the task board and of co-ordination."""

from typing import Any

from django import forms

from jiugai.accounts.models import Area, Organisation
from jiugai.assessment.models import LiaisonContact, MeasureReport
from jiugai.web.fields import day_field


class ReportForm(forms.Form):
    """How a measure stands."""

    state = forms.ChoiceField(label="状态", choices=MeasureReport.State.choices)
    note = forms.CharField(label="进展", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)
    on = day_field("截至日期")
    due_on = day_field("期限（没有可不填）", required=False)


class MechanismForm(forms.Form):
    """A district's mechanism; members one per line: body, person, duty."""

    area: Any = forms.ModelChoiceField(label="区", queryset=None)
    name = forms.CharField(label="名称", max_length=120)
    leader = forms.CharField(label="召集人", max_length=80)
    rhythm = forms.CharField(label="例会频次", max_length=80, help_text="例如 每月一次")
    starts = day_field("设立日期")
    members = forms.CharField(
        label="成员单位", widget=forms.Textarea(attrs={"rows": 5}), help_text="一行一家：单位，负责人，分工"
    )

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def clean_members(self) -> list[tuple[Organisation, str, str]]:
        """Read the lines; name the line that cannot be read."""
        from jiugai.accounts.models.organisations import called

        found = []
        for number, line in enumerate(filter(str.strip, self.cleaned_data["members"].splitlines()), 1):
            parts = [part.strip() for part in line.replace(",", "，").split("，")]
            if len(parts) != 3 or not parts[2]:
                raise forms.ValidationError(f"第 {number} 行要写成“单位，负责人，分工”")
            body = Organisation.objects.filter(called(parts[0])).first()
            if body is None:
                raise forms.ValidationError(f"第 {number} 行的单位“{parts[0]}”没有登记，先在组织里登记或核对名称")
            found.append((body, parts[1], parts[2]))
        return found


class MeetingForm(forms.Form):
    """A meeting that was held."""

    held_on = day_field("会议日期")
    title = forms.CharField(label="议题", max_length=160)
    present = forms.CharField(label="出席", widget=forms.Textarea(attrs={"rows": 2}))
    decisions = forms.CharField(label="议定事项", widget=forms.Textarea(attrs={"rows": 4}))


class LiaisonForm(forms.Form):
    """A liaison between a central unit and an area."""

    unit = forms.CharField(label="中央单位", max_length=120)
    level = forms.ChoiceField(label="层级", choices=LiaisonContact.Level.choices)
    area: Any = forms.ModelChoiceField(label="辖区", queryset=None)
    unit_person = forms.CharField(label="单位联络人", max_length=60)
    phone = forms.CharField(label="联络电话", max_length=30, required=False, help_text="加密保存，显示时遮挡")
    local_person = forms.CharField(label="属地联络人", max_length=60)
    since = day_field("起始日期")

    def __init__(self, *args: Any, areas: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


def areas_of(actor: Any, *levels: str) -> Any:
    """Return the areas of these levels in which the actor may manage tasks."""
    from jiugai.accounts.permissions import Permission, where_held
    from jiugai.accounts.scope import within

    held = where_held(actor, Permission.TASK_MANAGE)
    rows = Area.objects.filter(level__in=levels).order_by("path")
    if held.sees_all:
        return rows
    return rows.filter(within(held.paths, "path")) if held.paths else rows.none()
