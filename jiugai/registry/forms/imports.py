"""Forms of the import wizard."""

from datetime import date
from typing import Any

from django import forms

from jiugai.domain.errors import Refusal
from jiugai.domain.geo.crs import CRS
from jiugai.domain.intake.mapping import Profile
from jiugai.domain.observed import FIRST, check_observed
from jiugai.registry.models import Source
from jiugai.registry.models.imports import Target
from jiugai.web.fields import day_field

SKIP = ""
NEW = "new"


class UploadForm(forms.Form):
    """The file, and for people with several areas the one they import for."""

    file = forms.FileField(label="文件", error_messages={"required": "没有选文件", "empty": "文件是空的"})
    area = forms.ChoiceField(label="导入到哪个辖区", required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(areas) > 1:
            self.fields["area"] = forms.ChoiceField(label="导入到哪个辖区", choices=areas)
        else:
            del self.fields["area"]


class SourceForm(forms.Form):
    """What the file is, in which system its points are, where it comes from, of which day."""

    target = forms.ChoiceField(label="每一行是", choices=Target.choices)
    crs = forms.ChoiceField(label="坐标系", choices=[(c.value, c.label) for c in CRS])
    source = forms.ChoiceField(label="来源", error_messages={"required": "没有说明数据来源"})
    source_name = forms.CharField(label="新来源的名称", required=False, max_length=120)
    observed_on = day_field("数据日期")
    sheet = forms.ChoiceField(label="用哪张表", required=False)
    save_as = forms.CharField(label="把对列存成方案", required=False, max_length=80)

    def __init__(self, *args: Any, sources: Any, sheets: list[str], uploaded: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uploaded = uploaded
        self.fields["observed_on"].widget.attrs |= {"min": FIRST.isoformat(), "max": uploaded.isoformat()}
        listed = [(str(s.pk), s.name) for s in sources]
        self.fields["source"].choices = [(NEW, "新的来源，写在下面"), *listed]  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [("", "全部"), *((s, s) for s in sheets)]  # type: ignore[attr-defined]

    def clean_observed_on(self) -> date:
        """Return the day, if a file uploaded then can speak of it."""
        try:
            return check_observed(self.cleaned_data["observed_on"], on=self.uploaded)
        except Refusal as wrong:
            raise forms.ValidationError(f"{wrong.message}。{wrong.remedy}") from wrong

    def clean(self) -> dict[str, Any]:
        """A new source needs a name; a chosen one is looked up."""
        data = super().clean() or self.cleaned_data
        if data.get("source") == NEW and not (data.get("source_name") or "").strip():
            self.add_error("source_name", "没有写新来源的名称")
        data["source"] = Source.objects.filter(pk=data["source"]).first() if data.get("source", NEW) != NEW else None
        return data


def profile_from(post: Any, *, titles: list[str], base: Profile, form: SourceForm) -> Profile:
    """Return the mapping that was posted: one select per column, named by its place.

    What a page does not show (codes, keys, defaults) is kept from `base` where its columns are still used.
    """
    columns = {t: key for n, t in enumerate(titles) if (key := str(post.get(f"col-{n}", SKIP)))}
    target = str(form.data.get("target") or base.target)
    crs = str(form.data.get("crs") or base.crs.value)
    same = target == base.target
    return Profile(
        name=base.name or "对列",
        target=target,
        crs=CRS(crs) if crs in set(CRS) else base.crs,
        sheet=str(form.data.get("sheet") or ""),
        columns=columns,
        key=base.key if same and set(base.key) <= set(titles) else (),
        defaults=base.defaults if same else {},
        codes=base.codes if same else {},
        zero_is_missing=tuple(f for f in base.zero_is_missing if f in columns.values()),
    )
