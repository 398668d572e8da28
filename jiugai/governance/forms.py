"""Short forms of governance: a survey, the guards of a flat, a standard."""

from typing import Any

from django import forms

from jiugai.accounts.actor import Actor
from jiugai.domain.five_types import Problem
from jiugai.governance.models import WindowGuard
from jiugai.matters.forms.fields import ByName, community_called
from jiugai.web.fields import day_field

PROBLEMS = [(p.value, p.label) for p in Problem]
NAMES = ("community", "building_label", "flat")
YES_NO = [("", "未判断"), ("yes", "影响"), ("no", "不影响")]


class SurveyForm(forms.Form):
    """Which type was looked for, when, and how many were seen."""

    problem = forms.ChoiceField(label="问题类型", choices=PROBLEMS)
    on = day_field("摸排日期")
    seen = forms.IntegerField(label="发现处数", min_value=0, max_value=10_000, help_text="没有发现填 0")
    note = forms.CharField(label="说明", max_length=300, required=False)


class GuardForm(forms.Form):
    """The guards of one flat."""

    building_label = forms.CharField(label="楼号", max_length=40)
    flat = forms.CharField(label="房号", max_length=40)
    windows = forms.IntegerField(label="护栏扇数", min_value=1, max_value=60, required=False)
    affects = forms.ChoiceField(label="影响改造工程", choices=YES_NO, required=False)
    removed_on = day_field("拆除日期", required=False)
    mode = forms.ChoiceField(label="拆除方式", choices=[("", "没有拆除"), *WindowGuard.Mode.choices], required=False)
    note = forms.CharField(label="备注", max_length=200, required=False)

    def values(self) -> dict[str, object]:
        """Return the columns of the guard that were filled in."""
        data = dict(self.cleaned_data)
        affects = {"yes": True, "no": False}.get(data.pop("affects"))
        return {k: v for k, v in data.items() if k not in NAMES} | {"affects_works": affects}


def guard_row_form(actor: Actor) -> Any:
    """Return the form of a workbook's row: the guards of a flat, with the community before them."""
    community = ByName(
        find=community_called, actor=actor, label="小区", help_text="小区名称或编号；同名的写编号", listed="communities"
    )
    made: Any = type("GuardRowForm", (GuardForm,), {})
    made.base_fields = {"community": community, **GuardForm.base_fields}
    return made


class StandardForm(forms.Form):
    """A version of the standard of one type."""

    problem = forms.ChoiceField(label="问题类型", choices=PROBLEMS)
    title = forms.CharField(label="标准名称", max_length=120)
    number = forms.CharField(label="文号", max_length=60, required=False)
    issuer = forms.CharField(label="印发单位", max_length=80)
    starts = day_field("施行日期")
    counts_as = forms.CharField(label="认定标准", widget=forms.Textarea(attrs={"rows": 3}))
    treated_when = forms.CharField(label="办结标准", widget=forms.Textarea(attrs={"rows": 3}))
