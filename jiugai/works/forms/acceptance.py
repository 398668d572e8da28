"""Forms of acceptance: special, facade, fire, completion, review, handover."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms

from jiugai.approvals.actions.reviewing import standing_edition
from jiugai.domain import accessibility
from jiugai.domain.schemes import SchemeKind
from jiugai.web.fields import day_field
from jiugai.works.actions.reviewing import Said
from jiugai.works.actions.special import Mark
from jiugai.works.actions.special_items import Place
from jiugai.works.forms.fields import OfProjectForm, WithHome, buildings_of, choice, text, whole
from jiugai.works.models import FireRecord, SpecialAcceptance, SpecialItem, SpecialMark, TryOut
from jiugai.works.models.effect import PARTIES


class SpecialForm(WithHome):
    """The special scheme, and for each requirement either its place or why the scheme leaves it out."""

    scheme_ref = text("专项设计方案", 120, hint="方案编号和版次")
    scheme_on = day_field("方案日期")

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.edition = standing_edition(self.project, SchemeKind.SPECIAL)
        if self.edition is not None:
            del self.fields["scheme_ref"], self.fields["scheme_on"]
        for one in accessibility.requirements():
            self.fields[f"place_{one.code}"] = text("验收部位", 80, required=False)
            self.fields[f"place_{one.code}"].initial = one.place
            self.fields[f"out_{one.code}"] = text("不涉及的理由", 200, required=False)

    def groups(self) -> Iterator[dict[str, Any]]:
        """The requirements with their two answers."""
        for one in accessibility.requirements():
            yield {"asked": one, "place": self[f"place_{one.code}"], "out": self[f"out_{one.code}"]}

    @property
    def day(self) -> date:
        """The day of the scheme, whose requirements count."""
        day: date = self.edition.submitted_on if self.edition else self.cleaned_data["scheme_on"]
        return day

    def places(self) -> list[Place]:
        """Return the items."""
        return [
            Place(one.code, self.cleaned_data[f"place_{one.code}"])
            for one in accessibility.in_force(self.day)
            if self.cleaned_data[f"place_{one.code}"] and not self.cleaned_data[f"out_{one.code}"]
        ]

    def left_out(self) -> dict[str, str]:
        """Return what the scheme leaves out."""
        codes = [one.code for one in accessibility.in_force(self.day)]
        return {code: self.cleaned_data[f"out_{code}"] for code in codes if self.cleaned_data[f"out_{code}"]}


class MarkForm(OfProjectForm):
    """A mark at an item."""

    item: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)
    result = choice("结果", SpecialMark.Result.choices, radio=True)
    measured = text("实测", 80, required=False)
    note = text("不合格的说明", 200, required=False)
    marked_on = day_field("验收日期")

    def rows_of_item(self) -> Any:
        """Items of the project."""
        return SpecialItem.objects.filter(acceptance__project=self.project)

    def mark(self) -> Mark:
        """Return it."""
        clean = self.cleaned_data
        return Mark(clean["result"], clean["marked_on"], clean["measured"], clean["note"])


class OfSpecial(OfProjectForm):
    """A form about one of the project's special acceptances."""

    acceptance: Any = forms.ModelChoiceField(queryset=None, widget=forms.HiddenInput)

    def rows_of_acceptance(self) -> Any:
        """Acceptances that are open."""
        return SpecialAcceptance.objects.open().filter(project=self.project)


class TryOutForm(OfSpecial):
    """Who tried the works out."""

    who = choice("谁来体验", TryOut.Who.choices)
    people = whole("人数", 1, 500)
    held_on = day_field("体验日期")
    words = text("他们怎么说", 300)


class MoveForm(OfSpecial):
    """A move of the special acceptance."""

    move = forms.CharField(widget=forms.HiddenInput)
    passed_on = day_field("合格日期", required=False)


class FacadeForm(WithHome):
    """Which facades are to be accepted."""

    scope = text("验收范围", 160, hint="如 1、2号楼外墙外保温")


class FireForm(OfProjectForm):
    """Which fire standard applies."""

    keeps_use = choice("使用功能", [("yes", "不改变"), ("no", "改变")], radio=True)
    standard = choice("采用的标准", FireRecord.Standard.choices, radio=True)
    difficulty = text("确有困难的理由", 300, required=False, rows=2, hint="按建成时标准的必填")
    reference = text("论证意见文号", 80, required=False, hint="按建成时标准的必填")
    building: Any = forms.ModelChoiceField(
        label="按哪栋楼核定建成时标准", queryset=None, required=False, empty_label="不选",
        help_text="建成年份和层数取自楼栋档案；选建成最晚的一栋",
    )  # fmt: skip

    def rows_of_building(self) -> Any:
        """Buildings of the project."""
        return buildings_of(self.project)


class CompleteForm(OfProjectForm):
    """Day and the four bodies that signed."""

    completed_on = day_field("竣工验收日期")
    report = text("竣工验收报告编号", 80)
    design = text("设计单位", 120)
    contractor = text("施工单位", 120)
    supervisor = text("监理单位", 120)
    implementer = text("实施主体", 120)

    def signed(self) -> dict[str, str]:
        """Return who signed."""
        return {n: self.cleaned_data[n] for n in ("report", "design", "contractor", "supervisor", "implementer")}


class AnswerForm(OfProjectForm):
    """What one of the five parties says."""

    party = choice("参与方", PARTIES)
    satisfied = choice(
        "满意程度",
        [("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意")],
        required=False,
        radio=True,
    )
    said_by = text("谁说的", 80, required=False, hint="姓名或职务")
    opinion = text("意见和建议", 1000, required=False, rows=3)
    follow_up = forms.BooleanField(label="这条意见要办理", required=False)
    absent = text("没有这一方的原因", 200, required=False, hint="只有业委会（物管会）、物业服务企业可以没有")
    answered_on = day_field("日期")

    def said(self) -> Said:
        """Return it."""
        clean = self.cleaned_data
        return Said(
            party=clean["party"], answered_on=clean["answered_on"], said_by=clean["said_by"],
            satisfied=int(clean["satisfied"]) if clean["satisfied"] else None, opinion=clean["opinion"],
            absent=clean["absent"], follow_up=clean["follow_up"],
        )  # fmt: skip


class FinishForm(OfProjectForm):
    """The end of the review."""

    held_on = day_field("评价日期")
    summary = text("评价结论", 1000, rows=3)


class HandoverForm(OfProjectForm):
    """Begin the handover; the rest is done on its own page."""
