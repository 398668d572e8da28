"""Forms of exceptions and evidence."""

from typing import Any

from django import forms

from jiugai.domain.evidence import EVIDENCE
from jiugai.policy.models import EvidenceRecord
from jiugai.web.fields import day_field


class WaiverForm(forms.Form):
    """An exception to one rule."""

    rule = forms.ChoiceField(label="对哪条规则")
    authority = forms.CharField(
        label="批准依据", max_length=200, help_text="谁批准、凭什么，例如 区政府专题会纪要〔2026〕12号"
    )
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    since = day_field("起")
    until = day_field("止", hint="含当天；到期自动失效")

    def __init__(self, *args: Any, rules: list[tuple[str, str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["rule"].choices = rules  # type: ignore[attr-defined]


class EvidenceForm(forms.Form):
    """A document made outside the product."""

    about = forms.ChoiceField(label="凭证", choices=[(kind.code, kind.label) for kind in EVIDENCE.values()])
    state = forms.ChoiceField(label="结论", choices=EvidenceRecord.State.choices)
    reference = forms.CharField(label="文号", max_length=80)
    issued_by = forms.CharField(label="出具单位", max_length=120)
    on = day_field("出具日期")
    until = day_field("有效至", required=False, hint="没有期限的不填")
    note = forms.CharField(label="说明", max_length=300, required=False)
    upload = forms.FileField(label="文件", required=False, help_text="扫描件或照片，存入小区材料")


class ReasonForm(forms.Form):
    """Why something is ended or withdrawn."""

    reason = forms.CharField(label="原因", max_length=300, error_messages={"required": "写明原因"})
