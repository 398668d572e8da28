"""Forms of a site: a check, the risk grade, firms, evaluations, devices."""

from collections.abc import Iterator
from typing import Any

from django import forms

from jiugai.domain.site_safety import HAZARDS, Field
from jiugai.web.fields import day_field
from jiugai.works.actions.checking import Found, Seen
from jiugai.works.actions.feeding import Device
from jiugai.works.actions.grading import MOST, TYPED
from jiugai.works.forms.fields import OfProjectForm, WithHome, choice, firms, text, whole
from jiugai.works.models import SiteDevice, SiteFirm
from jiugai.works.models.site import Result, Severity


class CheckForm(WithHome):
    """A check, short enough for a phone: four answers, and for each problem where and what, with a photo."""

    checked_on = day_field("检查日期")
    inspector = text("检查人", 80)
    detail = text("总的情况", 300, required=False, rows=2)

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for one in Field:
            self.fields[one.value] = choice(one.label, Result.choices, radio=True)
            self.fields[f"place_{one.value}"] = text("在哪里", 120, required=False)
            self.fields[f"detail_{one.value}"] = text("什么问题", 300, required=False)
            self.fields[f"severity_{one.value}"] = choice("程度", Severity.choices, required=False, radio=True)
            self.fields[f"stop_{one.value}"] = forms.BooleanField(label="责令停工", required=False)
            self.fields[f"photo_{one.value}"] = forms.FileField(
                label="拍照", required=False,
                widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
            )  # fmt: skip
            self.fields[f"severity_{one.value}"].initial = Severity.GENERAL

    def clean(self) -> dict[str, Any]:
        """Ask for the place of every problem."""
        clean: dict[str, Any] = super().clean() or {}
        for one in Field:
            if clean.get(one.value) == Result.PROBLEM and not clean.get(f"place_{one.value}"):
                self.add_error(f"place_{one.value}", f"没有写{one.label}的问题在哪里")
        return clean

    def groups(self) -> Iterator[dict[str, Any]]:
        """The four answers with what belongs to each."""
        for one in Field:
            parts = ("place", "detail", "severity", "stop", "photo")
            yield {"answer": self[one.value], "label": one.label, "parts": [self[f"{p}_{one.value}"] for p in parts]}

    def seen(self) -> Seen:
        """Return what was seen."""
        clean = self.cleaned_data
        problems = [one.value for one in Field if clean[one.value] == Result.PROBLEM]
        found = [
            Found(
                field=name, place=clean[f"place_{name}"], severity=clean[f"severity_{name}"] or Severity.GENERAL,
                detail=clean[f"detail_{name}"], works_stopped=clean[f"stop_{name}"], photo=clean[f"photo_{name}"],
            )
            for name in problems
        ]  # fmt: skip
        results = {one.value: clean[one.value] for one in Field}
        return Seen(results, clean["checked_on"], clean["inspector"], found, clean["detail"])


class GradeForm(OfProjectForm):
    """How many places of each kind of hazardous work there are now."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        for name, label, _ in HAZARDS:
            if name in TYPED:
                self.fields[name] = whole(label, 0, MOST)
                self.fields[name].initial = 0

    def hazards(self) -> dict[str, int]:
        """Return the counts."""
        return {name: self.cleaned_data[name] for name in TYPED}


class FirmForm(OfProjectForm):
    """Who has a duty on the site."""

    duty = choice("职责", SiteFirm.Duty.choices)
    firm: Any = forms.ModelChoiceField(
        label="单位", queryset=None, empty_label="请选", error_messages={"required": "没有选单位"}
    )
    since = day_field("进场日期")

    def rows_of_firm(self) -> Any:
        """Companies."""
        return firms()


class PeriodForm(OfProjectForm):
    """The period of an evaluation."""

    since = day_field("测评期起")
    until = day_field("测评期止")


class DeviceForm(OfProjectForm):
    """A device and its limits."""

    code = text("设备编号", 40, hint="网关上报时用的编号")
    name = text("名称", 80)
    kind = choice("测什么", SiteDevice.Kind.choices)
    unit = text("单位", 12, hint="如 μg/m³、dB")
    place = text("安装位置", 120, required=False)
    low = forms.DecimalField(label="下限", required=False, max_digits=12, decimal_places=3)
    high = forms.DecimalField(label="上限", required=False, max_digits=12, decimal_places=3)

    def device(self) -> Device:
        """Return it."""
        return Device(
            **{name: self.cleaned_data[name] for name in ("code", "name", "kind", "unit", "place", "low", "high")}
        )


class RemoveForm(OfProjectForm):
    """Which device was taken down."""

    device: Any = forms.ModelChoiceField(label="设备", queryset=None, widget=forms.HiddenInput)

    def rows_of_device(self) -> Any:
        """Devices that stand."""
        return SiteDevice.objects.filter(project=self.project, removed_on__isnull=True)


class TokenForm(OfProjectForm):
    """A new token; the old one ends."""
