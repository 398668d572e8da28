"""The kind 上下水改造申请: applied for, agreed door by door, planned, built with water at hand, accepted (T15-1)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.pipes.models import RiserApplication
from jiugai.web.tables.columns import Column

RUN = "riser.run"
PROCESS = Process(
    kind="riser",
    label="上下水改造申请",
    stages=(
        Stage("applied", "待受理", Clock(5, Unit.WORKING, "T15-1"), tag="soon"),
        Stage("consulting", "逐户协商", tag="run"),
        Stage("agreed", "已达成共识", Clock(20, Unit.WORKING, "T15-3"), tag="run"),
        Stage("scheme", "方案已定", tag="run"),
        Stage("on_site", "施工中", tag="run"),
        Stage("accepted", "已完成", end=True, tag="ok"),
        Stage("failed", "未达成共识", end=True, tag="na"),
        Stage("withdrawn", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("consult", "受理，开始协商", ("applied",), "consulting", RUN, icon="messages"),
        Move("agree", "登记达成共识", ("consulting",), "agreed", RUN, announces="riser_agreed", icon="circle-check"),
        Move(
            "fix",
            "方案定了",
            ("agreed",),
            "scheme",
            RUN,
            needs=(filled("scheme_ref", "施工方案"), filled("scheme_on", "方案日期")),
            icon="file-check",
        ),
        Move(
            "start",
            "开工",
            ("scheme",),
            "on_site",
            RUN,
            needs=(filled("started_on", "开工日期"),),
            announces="riser_started",
            icon="hammer",
        ),
        Move(
            "accept",
            "验收通水",
            ("on_site",),
            "accepted",
            RUN,
            needs=(filled("accepted_on", "验收日期"),),
            announces="riser_done",
            result="已通水",
            icon="droplet",
        ),
        Move(
            "fail", "登记未达成共识", ("consulting",), "failed", RUN, reason_required=True, free=True, icon="circle-x"
        ),
        Move(
            "withdraw",
            "撤回申请",
            ("applied", "consulting", "agreed"),
            "withdrawn",
            RUN,
            reason_required=True,
            free=True,
            icon="arrow-back-up",
        ),
    ),
    opens="riser_applied",
)


class NoRound(Refusal):
    """An application belongs to a round that was published, and starts on its page."""

    status = 422
    code = "no_riser_round"


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title."""
    building = values.get("building")
    return f"{building.label if building else ''}{values.get('line', '')}上下水改造"


def prepare(application: Any, today: date) -> None:
    """Refuse what was not applied for in a round that was published."""
    if application.round_id is None or application.building_id is None:
        raise NoRound("申请要从已公示的批次里提出", where="批次", clause="T15-5", remedy="在小区的“上下水”页提出")


def check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Hold the steps to consensus, scheme, temporary water and days; the words come from the part that keeps them."""
    from jiugai.pipes.actions import risers

    today = timezone.localdate(now)
    if step.code == "agree":
        risers.require_consensus(application=matter, on=today)
    if step.code == "fix":
        risers.require_scheme(application=matter, on=today)
    if step.code == "start":
        risers.require_ready(application=matter, on=today)
    if step.code == "accept":
        risers.require_finished(application=matter, on=today)


def declare() -> None:
    """Make the kind known."""
    register(
        RiserApplication,
        KindOf(
            process=PROCESS,
            form_fields=("detail",),
            edit_fields=("detail",),
            list_columns=(
                Column(key="building", label="楼栋", value=lambda a: a.building.label, width=12),
                Column(key="line", label="立管", value=lambda a: a.line or "整栋", width=14),
                Column(key="applied", label="申请日期", value=lambda a: a.applied_on, kind="date"),
            ),
            clauses=("T15-1", "T15-2", "T15-3", "T15-4"),
            line="renovation",
            icon="droplet",
            opens=Permission.RISER_ASK,
            title=title,
            prepare=prepare,
            check=check,
            remarks="从小区的“上下水”页、已公示的批次里提出",
        ),
    )
