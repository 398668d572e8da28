"""The kind 协同请求: another department is asked to dig together, and answers by a day (T16-4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Organisation
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

ACCEPT = (filled("agreed_from", "商定施工起"), filled("agreed_until", "商定施工止"))
PROCESS = Process(
    kind="synergy",
    label="协同请求",
    stages=(
        Stage("asked", "待对方答复", Clock(10, Unit.WORKING, "T16-4"), tag="soon"),
        Stage("lapsed", "逾期未答复", tag="bad"),
        Stage("accepted", "同意一起施工", end=True, tag="ok"),
        Stage("refused", "不能合并", end=True, tag="na"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("accept", "同意一起施工", ("asked", "lapsed"), "accepted", needs=ACCEPT, announces="synergy_answered",
             result="同意一起施工", icon="circle-check"),
        Move("refuse", "不能合并", ("asked", "lapsed"), "refused", needs=(filled("refusal", "不能合并的理由"),),
             announces="synergy_answered", result="不能合并", icon="circle-x"),
        Move("lapse", "登记逾期未答复", ("asked",), "lapsed", "matter.assign", announces="synergy_lapsed", free=True,
             icon="clock-x"),
        Move("stop", "撤回请求", ("asked", "lapsed"), "stopped", "synergy.ask", reason_required=True, free=True,
             announces="synergy_answered", result="已撤回", icon="arrow-back-up"),
    ),
    opens="synergy_asked",
)  # fmt: skip


class NoOverlap(Refusal):
    """A request is about an overlap, and starts there."""

    status = 422
    code = "no_overlap"


class NotYet(Refusal):
    """The day for the answer has not passed."""

    status = 422
    code = "not_lapsed_yet"


class NotTogether(Refusal):
    """The days agreed do not fit the work, or come too early."""

    status = 422
    code = "not_together"


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title; a request without an overlap is refused here, in words."""
    overlap = values.get("overlap")
    if overlap is None:
        raise NoOverlap("协同请求要从一处交叉发起", where="工程交叉", remedy="在“工程交叉”里打开一处，再请对方协同")
    return f"{overlap.footprint.title}与{overlap.work.department}“{overlap.work.title}”一起施工"


def first_owner(values: Mapping[str, Any], community: Any, actor: Any) -> Organisation | None:
    """Give it to the body that the work names, else to the asking body, which passes it on."""
    owner: Organisation | None = values["overlap"].work.owner
    return owner


def check(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    """Refuse a lapse before its day, and agreed days that are none. Raises NotYet, NotTogether."""
    today = timezone.localdate(now)
    if step.code == "lapse" and (matter.due_on is None or matter.due_on >= today):
        raise NotYet("还没有过答复期限", where=matter.title, remedy="到期后再登记逾期")
    if step.code != "accept":
        return
    if matter.agreed_until < matter.agreed_from:
        raise NotTogether("商定的完工早于开工", where="商定施工止", remedy="核对两个日期")
    if matter.agreed_until < today:
        raise NotTogether("商定的施工时间已经过去", where="商定施工止", remedy="填今后的日期")
    earliest = matter.overlap.work.earliest_start
    if earliest is not None and matter.agreed_from < earliest:
        raise NotTogether(f"对方最早 {earliest} 才能开工", where="商定施工起", remedy="改晚一些")


def done(matter: Any, code: str, actor: Actor, now: datetime) -> None:
    """Let both sides' days follow an agreement: the work takes the days agreed."""
    if code != "accept":
        return
    work = matter.overlap.work
    work.starts, work.ends = matter.agreed_from, matter.agreed_until
    work.earliest_start, work.latest_start = None, None
    work.save(update_fields=["starts", "ends", "earliest_start", "latest_start"])


def register_kind() -> None:
    """Declare it."""
    from jiugai.streetworks.models import SynergyRequest

    register(
        SynergyRequest,
        KindOf(
            process=PROCESS,
            form_fields=("detail", "wanted_from", "wanted_until", "saving_yuan"),
            edit_fields=("detail", "wanted_from", "wanted_until", "saving_yuan", "answer"),
            list_columns=(
                Column(
                    key="wanted", label="希望一起施工起", value=lambda r: r.wanted_from, kind="date", blank="", width=14
                ),
                Column(
                    key="agreed", label="商定施工起", value=lambda r: r.agreed_from, kind="date", blank="", width=14
                ),
            ),
            clauses=("T16-4",),
            line="renovation",
            icon="arrows-join",
            opens=Permission.SYNERGY_ASK,
            title=title,
            owner=first_owner,
            check=check,
            done=done,
            remarks="从“工程交叉”里打开一处交叉发起",
        ),
    )
