"""Forms of menus, catalogue, rates and demand. Money is typed in 元, areas in ㎡."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from jiugai.domain.menu.catalogue import Class, Measure
from jiugai.planning.actions.menu_editing import Decision
from jiugai.planning.models import ItemDemand, MenuLine, ProjectMenu
from jiugai.web.fields import day_field

M2 = 10_000
Choices = Sequence[tuple[str, str]]


class CompileForm(forms.Form):
    """By which year's rates a menu is priced."""

    rate_year = forms.IntegerField(label="单价年度", min_value=2000, max_value=2100)


class LineForm(forms.Form):
    """What is decided on a line."""

    chosen = forms.BooleanField(label="选定这项", required=False)
    why_not = forms.CharField(label="不做的理由", max_length=200, required=False)
    quantity = forms.DecimalField(label="数量", required=False, min_value=Decimal("0.01"), decimal_places=2)
    own_yuan = forms.DecimalField(
        label="单列金额", required=False, min_value=Decimal(0), decimal_places=2, help_text="不按单价计算的才填"
    )
    months = forms.IntegerField(label="工期", min_value=1, max_value=36)
    payer = forms.ChoiceField(label="出资", choices=MenuLine.Payer.choices)
    position = forms.IntegerField(label="序号", min_value=1, max_value=9999, required=False)
    touches = forms.ChoiceField(
        label="触及底线", required=False, choices=[("", "不拆老建筑、不砍老树"), *MenuLine.Touches.choices]
    )
    authority = forms.CharField(label="批准文号", max_length=120, required=False)
    authority_on = day_field("批准日期", required=False)
    escalate = forms.BooleanField(label="没有批准，报请批准", required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def decision(self) -> Decision:
        """The typed values as a decision."""
        clean = self.cleaned_data
        own = clean["own_yuan"]
        return Decision(
            clean["chosen"], clean["why_not"], clean["quantity"], None if own is None else int(own * 100),
            clean["months"], clean["payer"], clean["touches"], clean["authority"], clean["authority_on"],
            clean["note"], clean["position"], clean["escalate"],
        )  # fmt: skip


class ItemForm(forms.Form):
    """An item of the catalogue to take in."""

    item = forms.ChoiceField(label="内容")
    community = forms.ChoiceField(label="小区")

    def __init__(self, *args: Any, items: Choices, homes: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["item"].choices = items  # type: ignore[attr-defined]
        self.fields["community"].choices = homes  # type: ignore[attr-defined]


class OutsideForm(forms.Form):
    """A work outside the menu."""

    label = forms.CharField(label="内容", max_length=40, error_messages={"required": "没有写内容"})
    community = forms.ChoiceField(label="小区")
    cls = forms.ChoiceField(label="类别", choices=[(one.value, one.label) for one in Class])
    unit = forms.ChoiceField(label="单位", choices=[(one.unit, one.unit) for one in Measure], initial="项")
    quantity = forms.DecimalField(label="数量", required=False, min_value=Decimal("0.01"), decimal_places=2)
    own_yuan = forms.DecimalField(label="金额", required=False, min_value=Decimal(0), decimal_places=2)
    months = forms.IntegerField(label="工期", min_value=1, max_value=36, initial=1)
    payer = forms.ChoiceField(label="出资", choices=MenuLine.Payer.choices)
    touches = forms.ChoiceField(
        label="触及底线", required=False, choices=[("", "不拆老建筑、不砍老树"), *MenuLine.Touches.choices]
    )
    authority = forms.CharField(label="批准文号", max_length=120, required=False)
    authority_on = day_field("批准日期", required=False)

    def __init__(self, *args: Any, homes: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["community"].choices = homes  # type: ignore[attr-defined]

    @property
    def decision(self) -> Decision:
        """The typed values as a decision."""
        clean = self.cleaned_data
        own = clean["own_yuan"]
        return Decision(
            quantity=clean["quantity"], own_fen=None if own is None else int(own * 100), months=clean["months"],
            payer=clean["payer"], touches=clean["touches"], authority=clean["authority"],
            authority_on=clean["authority_on"],
        )  # fmt: skip


def _area(label: str) -> forms.DecimalField:
    return forms.DecimalField(label=label, required=False, min_value=Decimal(0), max_digits=12, decimal_places=2)


class SiteForm(forms.Form):
    """A community's ground before and after, and its sheds."""

    site_before = _area("现状用地")
    green_before = _area("现状绿地")
    site_after = _area("改造后用地")
    green_after = _area("改造后绿地")
    sheds_fire_ok = forms.IntegerField(label="符合消防要求的自行车棚", required=False, min_value=0, max_value=999)
    sheds_ready = forms.IntegerField(label="其中预留充电条件", required=False, min_value=0, max_value=999)
    source = forms.CharField(label="数据来源", max_length=120, required=False)

    @property
    def values(self) -> dict[str, int | None]:
        """The typed values in cm² and counts."""
        clean = self.cleaned_data
        areas = {f"{name}_cm2": None if clean[name] is None else int(clean[name] * M2) for name in
                 ("site_before", "green_before", "site_after", "green_after")}  # fmt: skip
        return areas | {"sheds_fire_ok": clean["sheds_fire_ok"], "sheds_ready": clean["sheds_ready"]}


class CheckedForm(forms.Form):
    """When the bottom lines were looked at."""

    checked_on = day_field("核对日期")


class ModeForm(forms.Form):
    """Which mode a rebuilding project follows (T04-3)."""

    mode = forms.ChoiceField(label="改建方式", choices=ProjectMenu.Mode.choices)


class DemandForm(forms.Form):
    """How many households want an item."""

    item = forms.ChoiceField(label="内容")
    asked = forms.IntegerField(label="问了", min_value=1, max_value=100_000)
    asking = forms.IntegerField(label="要做", min_value=0, max_value=100_000)
    source = forms.ChoiceField(label="来源", choices=ItemDemand.Source.choices)
    on = day_field("日期")
    reference = forms.CharField(label="依据", max_length=120, required=False)

    def __init__(self, *args: Any, items: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["item"].choices = items  # type: ignore[attr-defined]


class CatalogueForm(forms.Form):
    """A new edition as text."""

    reason = forms.CharField(label="依据", max_length=300)
    text = forms.CharField(label="目录内容", widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}))


class RateForm(forms.Form):
    """A unit rate."""

    item = forms.ChoiceField(label="内容")
    group = forms.ChoiceField(label="区域")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    yuan = forms.DecimalField(label="单价", min_value=Decimal("0.01"), max_value=10**8, decimal_places=2)
    reference = forms.CharField(label="批准文号", max_length=120, required=False)
    approved_on = day_field("批准日期", required=False)
    provisional = forms.BooleanField(label="暂定，还没有批准", required=False)

    def __init__(self, *args: Any, items: Any, groups: Choices, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["item"].choices = items  # type: ignore[attr-defined]
        self.fields["group"].choices = groups  # type: ignore[attr-defined]
