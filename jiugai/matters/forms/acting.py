"""Small forms of what is done to a matter."""

from typing import Any

from django import forms

from jiugai.accounts.actor import Actor
from jiugai.matters.forms.entry import BODIES
from jiugai.matters.forms.fields import ByName, body_called


class HandOverForm(forms.Form):
    """Which body takes it, and why."""

    reason = forms.CharField(label="原因", max_length=300, error_messages={"required": "写一句为什么由对方办"})
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **rest: Any) -> None:
        super().__init__(*args, **rest)
        body = ByName(find=body_called, actor=actor, label="接收单位", listed=BODIES)
        self.fields = {"to": body, **self.fields}


class AssignForm(forms.Form):
    """Which person of the responsible body takes it."""

    person: Any = forms.ModelChoiceField(
        label="承办人", queryset=None, required=False, empty_label="不指定，由单位分派"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CommentForm(forms.Form):
    """Words."""

    words = forms.CharField(
        label="留言",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "没有写内容"},
    )


class PaperForm(forms.Form):
    """A document for the papers."""

    kind = forms.CharField(label="类别", max_length=40, widget=forms.TextInput(attrs={"list": "paper-kinds"}))
    upload = forms.FileField(
        label="文件",
        help_text="pdf、png、jpg、webp、docx、xlsx；手机上可以直接拍照",
        error_messages={"required": "没有选文件", "empty": "文件是空的，选有内容的文件重新上传"},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,image/*"}),
    )
    private = forms.BooleanField(label="仅本单位可看", required=False)
