"""The form that corrects one fact in place."""

from datetime import date
from typing import Any

from django import forms

from jiugai.accounts.models import Area
from jiugai.domain.errors import Refusal
from jiugai.domain.observed import FIRST, check_observed
from jiugai.registry.facts import Fact, Kind
from jiugai.registry.limits import LARGEST_DOCUMENT
from jiugai.registry.models import Document
from jiugai.registry.typing_in import read
from jiugai.web.fields import day_field


class FactForm(forms.Form):
    """Value, day it was seen, reason, and perhaps the document that proves it. Bound to one fact."""

    observed_on = day_field("数据日期", hint="查到这个数据的那一天")
    reason = forms.CharField(
        label="原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="依据什么更正，例如：现场核对竣工牌",
        error_messages={"required": "写明依据什么更正"},
    )
    document = forms.ModelChoiceField(label="依据材料", queryset=Document.objects.none(), required=False)
    upload = forms.FileField(
        label="或上传新材料", required=False, help_text=f"pdf、图片、docx、xlsx，不超过 {LARGEST_DOCUMENT}"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, fact: Fact, on: date, documents: Any = None, areas: Any = None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        # Two forms may be open on one page; their fields need names of their own.
        self.auto_id = f"{fact.field}_%s"
        self.fact, self.on = fact, on
        self.fields["value"] = _field(fact, areas)
        self.order_fields(["value", "observed_on", "reason", "document", "upload"])
        self.fields["observed_on"].widget.attrs |= {"min": FIRST.isoformat(), "max": on.isoformat()}
        if documents is None:
            del self.fields["document"], self.fields["upload"]
        else:
            self.fields["document"].queryset = documents  # type: ignore[attr-defined]

    def clean_observed_on(self) -> date:
        """Return the day, if data can be of it."""
        try:
            return check_observed(self.cleaned_data["observed_on"], on=self.on)
        except Refusal as wrong:
            raise forms.ValidationError(f"{wrong.message}。{wrong.remedy}") from wrong

    def clean_value(self) -> Any:
        """Turn what was typed into the fact's JSON value."""
        value = self.cleaned_data["value"]
        typed = list(value) if isinstance(value, list) else [str(getattr(value, "code", value))]
        try:
            return read(self.fact, typed, on=self.on)
        except Refusal as wrong:
            raise forms.ValidationError(f"{wrong.message}。{wrong.remedy}") from wrong


def _field(fact: Fact, areas: Any) -> forms.Field:
    """Return the input that suits the kind of fact."""
    required = {"required": f"没有填{fact.label}"}
    common: dict[str, Any] = {"label": fact.label, "help_text": fact.hint, "error_messages": required}
    if fact.kind is Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "请选"), *fact.choices], **common)
    if fact.kind is Kind.CLASSES:
        return forms.MultipleChoiceField(choices=list(fact.choices), widget=forms.CheckboxSelectMultiple, **common)
    if fact.kind is Kind.YES_NO:
        return forms.ChoiceField(choices=[("", "请选"), ("yes", "有"), ("no", "没有")], **common)
    if fact.kind is Kind.AREA:
        return forms.ModelChoiceField(
            queryset=Area.objects.none() if areas is None else areas, to_field_name="code", empty_label="请选", **common
        )
    attrs = {"inputmode": "numeric"} if fact.kind in {Kind.YEAR, Kind.WHOLE} else {"autocomplete": "off"}
    return forms.CharField(max_length=fact.length or 60, widget=forms.TextInput(attrs=attrs), **common)


class ReasonForm(forms.Form):
    """A reason, asked before something is taken back."""

    reason = forms.CharField(label="原因", max_length=300, error_messages={"required": "写明为什么"})
