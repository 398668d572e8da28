"""The kind 揭榜挂帅: a technical problem is published, bid for, selected, followed, accepted (T21-3)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import OpenChallenge
from jiugai.works.models.technique import ChallengeBid

GRADE = Permission.SAFETY_GRADE.value
PROCESS = Process(
    kind="open_challenge",
    label="揭榜挂帅",
    stages=(
        Stage("drafting", "凝练问题", tag="run"),
        Stage("published", "张榜", tag="soon"),
        Stage("selected", "研究中", tag="run"),
        Stage("delivered", "待验收", tag="soon"),
        Stage("accepted", "验收通过", end=True, tag="ok"),
        Stage("failed", "终止", end=True, tag="na"),
    ),
    moves=(
        Move("publish", "张榜", ("drafting",), "published", GRADE,
             needs=(filled("published_on", "张榜日期"), filled("bids_until", "揭榜截止")), icon="speakerphone"),
        Move("select", "选定中榜单位", ("published",), "selected", GRADE, icon="award"),
        Move("follow", "登记研究进展", ("selected",), "selected", needs=(filled("progress", "研究进展"),),
             icon="progress"),
        Move("deliver", "提交成果", ("selected",), "delivered", needs=(filled("progress", "研究进展"),), icon="send"),
        Move("accept", "验收通过", ("delivered",), "accepted", GRADE, needs=(filled("acceptance", "验收意见"),),
             result="验收通过", icon="circle-check"),
        Move("again", "验收未通过，继续研究", ("delivered",), "selected", GRADE, reason_required=True, free=True,
             icon="arrow-back-up"),
        Move("fail", "终止", ("drafting", "published", "selected"), "failed", GRADE, reason_required=True, free=True,
             icon="ban"),
    ),
)  # fmt: skip


def _lacking(matter: Any, move: str) -> Sequence[str]:
    """A challenge is not decided without a bid that was scored and chosen."""
    if move != "select":
        return []
    return (
        [] if ChallengeBid.objects.filter(challenge=matter.pk, chosen=True).exists() else ["评分最高、已选定的揭榜单位"]
    )


def _prepare(matter: Any, today: date) -> None:
    """Refuse days out of order."""
    begin, end = matter.published_on, matter.bids_until
    if begin is not None and end is not None and end <= begin:
        raise BadDay("揭榜截止不晚于张榜日期", where="揭榜截止", remedy="留出揭榜的时间")


def _check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse a choice before the bids are closed."""
    end = matter.bids_until
    if step.code == "select" and end is not None and localdate(now) <= end:
        raise BadDay(f"揭榜 {end} 才截止", where="揭榜截止", clause="T21-3", remedy="截止后再选定，对各家公平")


def declare() -> None:
    """Make the kind known."""
    register(
        OpenChallenge,
        KindOf(
            process=PROCESS,
            form_fields=("title", "topic", "goal", "detail", "owner"),
            edit_fields=("title", "topic", "goal", "detail", "published_on", "bids_until", "progress", "acceptance"),
            list_columns=(
                Column(key="topic", label="技术问题", value=lambda c: c.get_topic_display(), width=12),
                Column(key="until", label="揭榜截止", value=lambda c: c.bids_until, kind="date", blank="没有张榜"),
            ),
            clauses=("T21-3",),
            line="renovation",
            icon="trophy",
            needs_community=False,
            opens=Permission.SAFETY_GRADE,
            remarks="问题来自居民诉求集中的技术难题；指标写到能验收",
            page=lambda c: ("揭榜单位", f"/challenges/{c.pk}/"),
            prepare=_prepare,
            check=_check,
            lacking=_lacking,
        ),
    )  # fmt: skip
