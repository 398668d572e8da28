"""What can be done on the pages of a project on site and after it: each step is a form, a right and one call.

The table is all of the wiring: addresses, buttons and refusals come from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.matters.actions import move, open_matter
from jiugai.planning.models import Project
from jiugai.works.actions import cataloguing, feeding, grading, reviewing, special, warranting
from jiugai.works.actions.checking import record_check
from jiugai.works.actions.completing import complete, record_fire
from jiugai.works.actions.firms import name_firm
from jiugai.works.forms import acceptance as a
from jiugai.works.forms import after, site
from jiugai.works.models import EffectReview, FacadeAcceptance, Handover

P = Permission


@dataclass(frozen=True)
class Doing:
    """Who does a step when, on which project."""

    project: Project
    actor: Actor
    now: datetime
    today: date


Act = Callable[[Any, Doing], str]


@dataclass(frozen=True)
class Step:
    """A step: its name in addresses, its words, the right, the form, the page where it stands, and what it calls.

    `act` returns the words of success.
    """

    name: str
    label: str
    permission: Permission
    form: Any
    tab: str
    act: Act
    icon: str = "plus"


def _check(form: Any, do: Doing) -> str:
    community, seen = form.cleaned_data["community"], form.seen()
    record_check(project=do.project, community=community, seen=seen, actor=do.actor, now=do.now)
    return f"检查已登记，开出 {len(seen.found)} 个问题" if seen.found else "检查已登记，没有发现问题"


def _grade(form: Any, do: Doing) -> str:
    made = grading.grade_site(project=do.project, hazards=form.hazards(), actor=do.actor, now=do.now, on=do.today)
    return f"{made.get_grade_display()}，{made.points} 分，每 {made.every_days} 天检查一次"


def _firm(form: Any, do: Doing) -> str:
    made = name_firm(project=do.project, actor=do.actor, now=do.now, **form.cleaned_data)
    return f"{made.get_duty_display()}：{made.firm}"


def _evaluate(form: Any, do: Doing) -> str:
    made = grading.evaluate_project(project=do.project, actor=do.actor, now=do.now, **form.cleaned_data)
    return f"已测评：{made.score} 分，{made.level}"


def _device(form: Any, do: Doing) -> str:
    return f"已登记设备 {feeding.save_device(project=do.project, device=form.device(), actor=do.actor, now=do.now)}"


def _remove(form: Any, do: Doing) -> str:
    feeding.remove_device(device=form.cleaned_data["device"], actor=do.actor, on=do.today)
    return "设备已拆除，读数保留"


def _special(form: Any, do: Doing) -> str:
    clean = form.cleaned_data
    made = special.open_special(
        project=do.project, community=clean["community"], scheme_ref=clean.get("scheme_ref", ""), scheme_on=form.day,
        places=form.places(), left_out=form.left_out(), actor=do.actor, now=do.now,
    )  # fmt: skip
    return f"专项验收 {made.number} 开始，逐项验收"


def _mark(form: Any, do: Doing) -> str:
    made = special.mark_item(item=form.cleaned_data["item"], mark=form.mark(), actor=do.actor, now=do.now)
    return f"{made.item.place}：{made.get_result_display()}"


def _try_out(form: Any, do: Doing) -> str:
    return f"已登记体验：{special.record_try_out(actor=do.actor, now=do.now, **form.cleaned_data)}"


def _move_special(form: Any, do: Doing) -> str:
    clean = form.cleaned_data
    values = {"passed_on": clean["passed_on"]} if clean["passed_on"] else {}
    done = move(matter=clean["acceptance"], move=clean["move"], actor=do.actor, now=do.now, values=values)
    return "专项验收合格" if done.stage == "passed" else "已登记"


def _facade(form: Any, do: Doing) -> str:
    made = open_matter(
        model=FacadeAcceptance, values={"project": do.project, "scope": form.cleaned_data["scope"]},
        community=form.cleaned_data["community"], actor=do.actor, now=do.now, provenance=do.project.provenance,
    )  # fmt: skip
    return f"外立面验收 {made.number} 已登记，附上验收记录后办理"


def _fire(form: Any, do: Doing) -> str:
    clean = form.cleaned_data
    made = record_fire(
        project=do.project, keeps_use=clean["keeps_use"] == "yes", standard=clean["standard"],
        difficulty=clean["difficulty"], reference=clean["reference"], building=clean["building"], actor=do.actor,
        now=do.now,
    )  # fmt: skip
    return f"消防标准：{made.get_standard_display()}"


def _complete(form: Any, do: Doing) -> str:
    complete(
        project=do.project, completed_on=form.cleaned_data["completed_on"], signed=form.signed(), actor=do.actor,
        now=do.now, on=do.today,
    )  # fmt: skip
    return "竣工验收合格，备案和效果评价已进入待办"


def _answer(form: Any, do: Doing) -> str:
    review = EffectReview.objects.get(project=do.project)
    made = reviewing.record_answer(review=review, said=form.said(), actor=do.actor, now=do.now)
    return f"已登记{made.get_party_display()}的意见"


def _finish(form: Any, do: Doing) -> str:
    review = EffectReview.objects.get(project=do.project)
    move(matter=review, move="finish", actor=do.actor, now=do.now, values=form.cleaned_data)
    return "改造效果评价完成"


def _handover(form: Any, do: Doing) -> str:
    made = open_matter(
        model=Handover, values={"project": do.project}, community=do.project.community, actor=do.actor, now=do.now,
        provenance=do.project.provenance,
    )  # fmt: skip
    return f"移交 {made.number} 已开始，附上移交清单后办理"


def _term(form: Any, do: Doing) -> str:
    made = warranting.set_term(project=do.project, actor=do.actor, now=do.now, **form.cleaned_data)
    return f"{made}保修到 {made.ends}" if made.ends else f"{made}：{made.words}"


def _insurance(form: Any, do: Doing) -> str:
    made = cataloguing.save_insurance(project=do.project, values=form.values(), actor=do.actor, now=do.now)
    return f"已登记保单 {made.policy_number}"


def _drawing(form: Any, do: Doing) -> str:
    made = cataloguing.use_drawing(project=do.project, actor=do.actor, now=do.now, **form.cleaned_data)
    return f"已登记采用 {made}"


def _use(form: Any, do: Doing) -> str:
    made = cataloguing.use_technique(project=do.project, values=form.cleaned_data, actor=do.actor, now=do.now)
    return f"已登记 {made}"


STEPS: tuple[Step, ...] = (
    Step("check", "登记检查", P.SITE_CHECK, site.CheckForm, "site", _check, "clipboard-check"),
    Step("grade", "风险分级", P.SAFETY_GRADE, site.GradeForm, "site", _grade, "gauge"),
    Step("firm", "登记参建单位", P.SITE_RUN, site.FirmForm, "site", _firm, "users"),
    Step("evaluate", "出具安全测评", P.SAFETY_GRADE, site.PeriodForm, "site", _evaluate, "report"),
    Step("device", "登记设备", P.SITE_RUN, site.DeviceForm, "smart", _device),
    Step("device-remove", "拆除", P.SITE_RUN, site.RemoveForm, "smart", _remove, "x"),
    Step("special", "开始专项验收", P.ACCEPTANCE_RUN, a.SpecialForm, "acceptance", _special, "wheelchair"),
    Step("mark", "登记验收", P.ACCEPTANCE_RUN, a.MarkForm, "acceptance", _mark, "check"),
    Step("try-out", "登记体验试用", P.ACCEPTANCE_RUN, a.TryOutForm, "acceptance", _try_out, "users"),
    Step("special-move", "办理专项验收", P.ACCEPTANCE_RUN, a.MoveForm, "acceptance", _move_special, "arrow-right"),
    Step("facade", "登记外立面验收", P.ACCEPTANCE_RUN, a.FacadeForm, "acceptance", _facade, "building"),
    Step("fire", "登记消防标准", P.ACCEPTANCE_RUN, a.FireForm, "acceptance", _fire, "flame"),
    Step("complete", "竣工验收", P.ACCEPTANCE_RUN, a.CompleteForm, "acceptance", _complete, "circle-check"),
    Step("answer", "登记一方意见", P.EFFECT_LEAD, a.AnswerForm, "acceptance", _answer, "message-plus"),
    Step("finish", "完成评价", P.EFFECT_LEAD, a.FinishForm, "acceptance", _finish, "circle-check"),
    Step("handover", "开始移交", P.ACCEPTANCE_RUN, a.HandoverForm, "acceptance", _handover, "key"),
    Step("term", "登记保修期", P.SITE_RUN, after.TermForm, "warranty", _term, "shield-check"),
    Step("insurance", "登记保险", P.SITE_RUN, after.InsuranceForm, "warranty", _insurance, "umbrella"),
    Step("drawing", "登记采用的图集", P.SITE_RUN, after.DrawingForm, "methods", _drawing, "book-2"),
    Step("use", "登记四新应用", P.SITE_RUN, after.UseForm, "methods", _use, "bulb"),
)  # fmt: skip


def step_named(name: str) -> Step:
    """Return a step. Raises LookupError."""
    return next(step for step in STEPS if step.name == name)
