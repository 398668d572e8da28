"""Forms of the policy library and of drafts."""

from typing import Any

from django import forms

from jiugai.policy.models import PolicyDocument, PolicyLink
from jiugai.web.fields import day_field


class VersionForm(forms.Form):
    """A version of a document."""

    label = forms.CharField(label="版次", max_length=60, help_text="例如 2022年版、2024年修正")
    issued_on = day_field("发布日期", required=False)
    since = day_field("施行日期", required=False)
    until = day_field("失效日期", required=False)
    source = forms.CharField(label="来源", max_length=200, help_text="网址、公报期号或来文编号")
    note = forms.CharField(label="说明", max_length=300, required=False)
    upload = forms.FileField(label="文件", required=False)


class PolicyForm(VersionForm):
    """A document with its first version."""

    field_order = ("title", "number", "issuer", "level", "summary")
    title = forms.CharField(label="名称", max_length=200)
    number = forms.CharField(label="文号", max_length=80, required=False)
    issuer = forms.CharField(label="发文机关", max_length=120, required=False)
    level = forms.ChoiceField(label="类别", choices=PolicyDocument.Level.choices)
    summary = forms.CharField(
        label="与老旧小区改造的关系", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class LinkForm(forms.Form):
    """What a document governs."""

    kind = forms.ChoiceField(label="关联到", choices=PolicyLink.Kind.choices)
    ref = forms.CharField(label="编码", max_length=80, help_text="条款号（T03-1）、规则、参数、关口或类型的编码")
    place = forms.CharField(label="条款位置", max_length=120, required=False, help_text="例如 第三条第二款")


class DraftForm(forms.Form):
    """A new draft set of figures."""

    name = forms.CharField(label="名称", max_length=80)
    note = forms.CharField(label="说明", max_length=300, required=False)


class AdoptForm(forms.Form):
    """Which document puts a draft in force."""

    authority = forms.CharField(
        label="采纳文号",
        max_length=80,
        help_text="例如 京建发〔2027〕1号",
        error_messages={"required": "写明哪份文件定的"},
    )


class DraftFigureForm(forms.Form):
    """One figure of a draft."""

    figure = forms.ChoiceField(label="参数")
    since = day_field("起")
    value = forms.CharField(label="值", max_length=60, required=False, help_text="不填表示从这一天起没有取值")

    def __init__(self, *args: Any, figures: list[tuple[str, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["figure"].choices = figures  # type: ignore[attr-defined]
