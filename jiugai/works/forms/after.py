"""Forms of warranty, drawings and new techniques, bought services, open challenges, and the public one."""

from decimal import Decimal
from typing import Any

from django import forms

from jiugai.accounts.models import Area, Organisation
from jiugai.policy.models import PolicyVersion
from jiugai.web.fields import day_field
from jiugai.works.forms.fields import OfProjectForm, choice, firms, text, whole
from jiugai.works.models import BoughtService, ChallengeBid, NewTechnique
from jiugai.works.models.warranty import ITEM_CHOICES

FEN = 100


def yuan(label: str) -> forms.DecimalField:
    """Return a field for money in yuan with two decimals."""
    return forms.DecimalField(
        label=label, min_value=Decimal("0.01"), max_digits=14, decimal_places=2,
        error_messages={"required": f"没有填{label}"},
    )  # fmt: skip


class TermForm(OfProjectForm):
    """The term of an item."""

    item = choice("保修项目", ITEM_CHOICES)
    starts = day_field("起算日", hint="对业主从交付之日起算")
    agreed = whole("合同约定", 1, 100, required=False, hint="比法定最低年限长的才填；供热填采暖期数")
    design_years = whole("设计合理使用年限", 1, 100, required=False, hint="结构加固填")


class InsuranceForm(OfProjectForm):
    """A policy against latent defects."""

    insurer = text("保险公司", 120)
    policy_number = text("保单号", 80)
    insured = text("被保险人", 120)
    covers = text("保险范围", 200)
    premium = yuan("保费")
    limit = yuan("保险金额")
    starts = day_field("起保日")
    ends = day_field("到期日")

    def values(self) -> dict[str, Any]:
        """Return the columns, money in fen."""
        clean = self.cleaned_data
        money = {"premium_fen": int(clean["premium"] * FEN), "limit_fen": int(clean["limit"] * FEN)}
        return money | {n: clean[n] for n in ("insurer", "policy_number", "insured", "covers", "starts", "ends")}


class DrawingForm(OfProjectForm):
    """A version of a guide or atlas that the project works to."""

    version: Any = forms.ModelChoiceField(label="图集或指引", queryset=None, empty_label="请选")
    item = text("用于", 80, hint="如 外墙外保温、屋面防水")
    sheet = text("图号", 60, required=False)
    since = day_field("采用日期")

    def rows_of_version(self) -> Any:
        """Versions of technical standards in the policy library."""
        rows = PolicyVersion.objects.filter(document__level="standard").select_related("document")
        return rows.order_by("document__title", "-since", "-pk")


class UseForm(OfProjectForm):
    """Where something new was used, and how long it took."""

    technique: Any = forms.ModelChoiceField(label="四新", queryset=None, empty_label="请选")
    place = text("用在哪里", 120)
    quantity = forms.DecimalField(label="工程量", min_value=Decimal("0.01"), max_digits=12, decimal_places=2)
    unit = text("单位", 12, hint="如 ㎡、m、处")
    usual_days = forms.DecimalField(
        label="常规做法要几天", min_value=Decimal("0.1"), max_digits=8, decimal_places=1, help_text="同样的工程量"
    )
    actual_days = forms.DecimalField(label="实际用了几天", min_value=Decimal("0.1"), max_digits=8, decimal_places=1)
    used_on = day_field("完成日期")
    note = text("效果说明", 200, required=False)

    def rows_of_technique(self) -> Any:
        """The catalogue."""
        return NewTechnique.objects.order_by("kind", "name")


class TechniqueForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An entry of the catalogue."""

    class Meta:
        model = NewTechnique
        fields = ("kind", "name", "topic", "maker", "summary", "proof", "challenge")
        widgets = {"summary": forms.Textarea(attrs={"rows": 3})}


class ServiceForm(forms.Form):
    """A contract for services."""

    kind = choice("服务内容", BoughtService.Kind.choices)
    area: Any = forms.ModelChoiceField(
        label="服务范围", queryset=Area.objects.none(), to_field_name="code", empty_label="请选"
    )
    buyer: Any = forms.ModelChoiceField(label="委托单位", queryset=Organisation.objects.none(), empty_label="请选")
    provider: Any = forms.ModelChoiceField(label="承接企业", queryset=Organisation.objects.none(), empty_label="请选")
    qualification = text("具备的条件", 160, hint="资质、人员或业绩")
    contract = text("合同编号", 60)
    amount = yuan("合同金额")
    starts = day_field("服务期起")
    ends = day_field("服务期止")
    visits_agreed = whole("约定次数", 1, 100_000, required=False)
    note = text("说明", 300, required=False)

    def __init__(self, *args: Any, areas: Any, buyers: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["buyer"].queryset = buyers  # type: ignore[attr-defined]
        self.fields["provider"].queryset = firms()  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the columns, money in fen."""
        clean = dict(self.cleaned_data)
        return {**{k: v for k, v in clean.items() if k != "amount"}, "amount_fen": int(clean["amount"] * FEN)}


class BidForm(forms.ModelForm):  # type: ignore[type-arg]
    """A bid."""

    price = forms.DecimalField(label="报价", required=False, min_value=Decimal("0.01"), max_digits=14, decimal_places=2)
    bid_on = day_field("揭榜日期")

    class Meta:
        model = ChallengeBid
        fields = ("bidder", "plan", "days")
        widgets = {"plan": forms.Textarea(attrs={"rows": 3})}

    def values(self) -> dict[str, Any]:
        """Return the columns, money in fen."""
        clean = dict(self.cleaned_data)
        price = clean.pop("price")
        return {**clean, "price_fen": None if price is None else int(price * FEN)}


class ReportForm(forms.Form):
    """What a resident sends; plain words, one photo, no name."""

    words = text("您看到什么问题", 1000, rows=4)
    place = text("在哪里", 120, required=False, hint="如 3号楼2单元门口")
    photo = forms.FileField(
        label="拍张照片", required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.HiddenInput)  # filled by robots only

    def clean_website(self) -> str:
        """Refuse a robot's answer."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError("请重新填写")
        return ""
