"""The kinds 改造效果评价 and 评价意见办理: five parties are asked, their opinions followed up (T22-1, T22-2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.effect import lacking
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import EffectFollowUp, EffectReview
from jiugai.works.queries.effect import answers_of

LEAD = Permission.EFFECT_LEAD.value
REVIEW = Process(
    kind="effect_review",
    label="改造效果评价",
    stages=(
        Stage("asking", "征求五方意见", Clock(20, Unit.WORKING, "T22-1"), tag="soon"),
        Stage("done", "评价完成", end=True, tag="ok"),
    ),
    moves=(
        Move("finish", "完成评价", ("asking",), "done", LEAD,
             needs=(filled("held_on", "评价日期"), filled("summary", "评价结论")),
             announces="effect_answered", result="评价完成", icon="circle-check"),
    ),
    opens="",
)  # fmt: skip
FOLLOW_UP = Process(
    kind="effect_followup",
    label="评价意见办理",
    stages=(
        Stage("given", "待办理", Clock(15, Unit.WORKING, "T22-2"), tag="soon"),
        Stage("answered", "待街道确认", Clock(5, Unit.WORKING, "T22-2")),
        Stage("closed", "已办结", end=True, tag="ok"),
    ),
    moves=(
        Move("answer", "答复", ("given",), "answered", needs=(filled("outcome", "办理情况"),),
             announces="opinion_answered", icon="message-reply"),
        Move("confirm", "确认办结", ("answered",), "closed", LEAD, announces="followed_up", result="已办结",
             icon="check"),
        Move("again", "没有解决，重办", ("answered",), "given", LEAD, reason_required=True, free=True,
             announces="opinion_taken_up", icon="arrow-back-up"),
    ),
)  # fmt: skip


def _review_title(values: Mapping[str, Any], community: Any) -> str:
    return f"改造效果评价：{values['project']}"


def _lacking(matter: Any, move: str) -> Sequence[str]:
    return [f"{party.label}的意见" for party in lacking(answers_of(matter))] if move == "finish" else []


COMMON: dict[str, Any] = {"line": "renovation", "opens": Permission.EFFECT_LEAD}


def declare() -> None:
    """Make the kinds known."""
    _declare_review()
    _declare_follow_up()


def _declare_review() -> None:
    register(
        EffectReview,
        KindOf(
            process=REVIEW,
            form_fields=("project", "detail"),
            edit_fields=("detail", "held_on", "summary"),
            list_columns=(
                PROJECT, Column(key="held", label="评价日期", value=lambda r: r.held_on, kind="date", blank="没有完成"),
            ),
            clauses=("T22-1",),
            icon="message-check",
            title=_review_title,
            owner=owned_by("organiser"),
            remarks="竣工后自动交街道；在项目的“验收”页登记五方意见，五方到齐才能完成",
            page=page_of("acceptance", "项目的验收"),
            prepare=prepared(built=True, held_on="评价日期"),
            lacking=_lacking,
            **COMMON,
        ),
    )  # fmt: skip


def _declare_follow_up() -> None:
    register(
        EffectFollowUp,
        KindOf(
            process=FOLLOW_UP,
            form_fields=("project", "title", "detail"),
            edit_fields=("title", "detail", "outcome"),
            list_columns=(
                PROJECT, Column(key="outcome", label="办理情况", value=lambda f: f.outcome, blank="没有答复", width=24),
            ),
            clauses=("T22-2",),
            icon="message-forward",
            owner=owned_by("implementer"),
            remarks="评价中提出的意见逐条办理，由街道确认",
            page=page_of("acceptance", "项目的验收"),
            prepare=prepared(built=True),
            **COMMON,
        ),
    )  # fmt: skip
