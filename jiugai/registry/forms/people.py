"""Forms of contacts and documents."""

from typing import Any

from django import forms

from jiugai.accounts.models import Organisation
from jiugai.registry.limits import LARGEST_DOCUMENT

DUTIES = ("社区书记", "责任规划师", "责任建筑师", "实施主体项目负责人", "物业项目经理", "产权单位联络人", "街道联络人")
KINDS = ("体检报告", "改造方案", "图纸", "产权证明", "会议纪要", "合同", "照片", "依据材料", "其他")


class ContactForm(forms.Form):
    """A person with a duty in a community."""

    duty = forms.CharField(label="职责", max_length=60, widget=forms.TextInput(attrs={"list": "duties"}))
    name = forms.CharField(label="姓名", max_length=60)
    organisation = forms.ModelChoiceField(
        label="单位", queryset=Organisation.objects.none(), required=False, help_text="有电话就要写明：电话归单位管"
    )
    phone = forms.CharField(
        label="电话",
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisations: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A document to file."""

    upload = forms.FileField(
        label="文件",
        help_text=f"pdf、png、jpg、webp、docx、xlsx，不超过 {LARGEST_DOCUMENT}；手机上可以直接拍照",
        error_messages={"required": "没有选文件", "empty": "文件是空的，选有内容的文件重新上传"},
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp,.docx,.xlsx,image/*"}),
    )
    title = forms.CharField(label="名称", max_length=160, required=False, help_text="不填则用文件名")
    kind = forms.ChoiceField(label="类别", choices=[(kind, kind) for kind in KINDS], initial="其他")
    private = forms.BooleanField(label="仅本单位可看", required=False, initial=True)


class VersionForm(forms.Form):
    """A newer version of a document."""

    upload = forms.FileField(
        label="新版文件", error_messages={"required": "没有选文件", "empty": "文件是空的，选有内容的文件重新上传"}
    )


class RevealForm(forms.Form):
    """Why a number is shown in full."""

    reason = forms.CharField(label="用途", max_length=200, error_messages={"required": "写明用途"})
