"""The kinds 专项资金申请, 红线外管线审批 and 管线移交 (T14-1, T14-4, T14-6)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.pipes.models import OutsideApproval, PipeFund, PipeHandover
from jiugai.web.tables.columns import Column

RECORD = "pipes.record"
FUND = Process(
    kind="pipe_fund",
    label="管线专项资金申请",
    stages=(
        Stage("drafting", "准备材料", Clock(20, Unit.WORKING, "T14-1"), documents=("申请文件",), tag="run"),
        Stage("submitted", "已报送", tag="soon"),
        Stage("granted", "已下达", end=True, tag="ok"),
        Stage("refused", "未获支持", end=True, tag="na"),
        Stage("withdrawn", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("submit", "报送", ("drafting",), "submitted", RECORD, needs=(filled("submitted_on", "报送日期"),),
             icon="send"),
        Move("grant", "登记下达", ("submitted",), "granted", RECORD,
             needs=(filled("granted_yuan", "下达金额（元）"), filled("grant_ref", "下达文号")), result="资金已下达",
             icon="circle-check"),
        Move("refuse", "登记未获支持", ("submitted",), "refused", RECORD, reason_required=True, free=True,
             icon="circle-x"),
        Move("withdraw", "撤回", ("drafting", "submitted"), "withdrawn", RECORD, reason_required=True, free=True,
             icon="arrow-back-up"),
    ),
    opens="matter_opened",
)  # fmt: skip
OUTSIDE = Process(
    kind="pipe_approval",
    label="红线外管线审批",
    stages=(
        Stage("filed", "已受理", Clock(5, Unit.WORKING, "T14-4"), tag="run"),
        Stage("planning", "规划核验", Clock(10, Unit.WORKING, "T14-4"), tag="run"),
        Stage("road", "占掘路许可", Clock(10, Unit.WORKING, "T14-4"), tag="run"),
        Stage("approved", "已批准", end=True, tag="ok"),
        Stage("refused", "不予批准", end=True, tag="bad"),
    ),
    moves=(
        Move("accept", "转规划核验", ("filed",), "planning", RECORD, icon="arrow-right"),
        Move("plan", "规划核验通过", ("planning",), "road", RECORD, needs=(filled("planning_ref", "规划意见文号"),),
             icon="arrow-right"),
        Move("approve", "许可占掘路", ("road",), "approved", RECORD, needs=(filled("road_ref", "占掘路许可文号"),),
             announces="matter_closed", result="已批准", icon="circle-check"),
        Move("back", "退回补正", ("planning", "road"), "filed", RECORD, reason_required=True, free=True,
             icon="arrow-back-up"),
        Move("refuse", "不予批准", ("filed", "planning", "road"), "refused", RECORD, reason_required=True, free=True,
             announces="matter_closed", icon="circle-x"),
    ),
    opens="matter_opened",
)  # fmt: skip
HANDOVER = Process(
    kind="pipe_handover",
    label="管线移交",
    stages=(
        Stage("offered", "待专业公司查验", Clock(10, Unit.WORKING, "T14-6"), tag="soon"),
        Stage("mending", "整改中", Clock(15, Unit.WORKING, "T14-6"), tag="bad"),
        Stage("checked", "待办移交", Clock(10, Unit.WORKING, "T14-6"), documents=("竣工图", "移交清单"), tag="run"),
        Stage("handed", "已移交", end=True, tag="ok"),
        Stage("withdrawn", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("check", "查验合格", ("offered",), "checked", RECORD, icon="circle-check"),
        Move(
            "defects",
            "查验发现问题",
            ("offered",),
            "mending",
            RECORD,
            needs=(filled("defects", "验收发现的问题"),),
            icon="alert-triangle",
        ),
        Move("mended", "整改完成", ("mending",), "offered", RECORD, icon="tool"),
        Move(
            "hand",
            "办理移交",
            ("checked",),
            "handed",
            RECORD,
            needs=(filled("handed_on", "移交日期"),),  # the papers are asked for by the stage
            announces="pipe_handed",
            result="已移交",
            icon="home-check",
        ),
        Move(
            "withdraw",
            "撤回",
            ("offered", "mending", "checked"),
            "withdrawn",
            RECORD,
            reason_required=True,
            free=True,
            icon="arrow-back-up",
        ),
    ),
    opens="matter_opened",
)


class WrongPipe(Refusal):
    """The pipeline is of another community, or not finished."""

    status = 422
    code = "wrong_pipe"


class WrongDay(Refusal):
    """A day that cannot be."""

    status = 422
    code = "wrong_pipe_day"


def _fund_title(values: Mapping[str, Any], community: Any) -> str:
    return f"{values['year']}年{values['programme']}"


def _outside_title(values: Mapping[str, Any], community: Any) -> str:
    return f"红线外：{values['route']}"


def _prepare_outside(matter: Any, today: date) -> None:
    """Refuse a pipeline inside the red line, or of another community."""
    job = matter.job
    if job is not None and (job.inside or job.community_id != matter.community_id):
        raise WrongPipe("选的管线在红线内，或不在这个小区", where="管线", remedy="选这个小区红线外的管线，或不选")


def _handover_title(values: Mapping[str, Any], community: Any) -> str:
    return f"{values['job']}移交{values['receiver']}"


def _prepare_handover(matter: Any, today: date) -> None:
    """Refuse to begin with a pipeline of another community, one not accepted, or one that is handed over already."""
    if matter.pk is not None:
        return
    job = matter.job
    if job.community_id != matter.community_id:
        raise WrongPipe(f"{job}不在这个小区", where="管线", remedy="选这个小区的管线")
    if job.accepted_on is None:
        raise WrongPipe(f"{job}还没有验收合格，不能移交", where="管线", clause="T14-6", remedy="先登记验收")
    if PipeHandover.objects.filter(job=job).exclude(stage="withdrawn").exists():
        raise WrongPipe(f"{job}已经在办移交或已移交", where="管线", remedy="在待办里打开那件")


def _check_handover(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    if step.code != "hand":
        return
    today = timezone.localdate(now)
    if matter.handed_on > today or (matter.job.accepted_on and matter.handed_on < matter.job.accepted_on):
        raise WrongDay("移交日期早于验收或在今后", where="移交日期", remedy="核对日期")


def _check_fund(matter: Any, step: Move, actor: Actor, now: datetime) -> None:
    if step.code == "submit" and matter.submitted_on > timezone.localdate(now):
        raise WrongDay("报送日期在今后", where="报送日期", remedy="核对日期")
    if step.code == "grant" and not 0 < matter.granted_yuan <= matter.asked_yuan:
        raise WrongDay("下达金额要大于 0，也不能超过申请金额", where="下达金额", remedy="核对文件")


def declare() -> None:
    """Make the kinds known."""
    _declare_fund()
    _declare_outside()
    _declare_handover()


def _declare_fund() -> None:
    register(
        PipeFund,
        KindOf(
            process=FUND,
            form_fields=("programme", "year", "asked_yuan", "detail"),
            clauses=("T14-1",),
            list_columns=(
                Column(key="asked", label="申请金额", value=lambda m: m.asked_yuan, unit="元", kind="number"),
                Column(
                    key="granted", label="下达金额", value=lambda m: m.granted_yuan, unit="元", kind="number", blank=""
                ),
            ),
            line="renovation",
            icon="coin",
            opens=Permission.PIPES_RECORD,
            title=_fund_title,
            check=_check_fund,
        ),
    )


def _declare_outside() -> None:
    register(
        OutsideApproval,
        KindOf(
            process=OUTSIDE, form_fields=("job", "route", "detail"), edit_fields=("route", "detail"),
            clauses=("T14-4",), list_columns=(
                Column(key="route", label="位置和走向", value=lambda m: m.route, width=24),
                Column(key="days", label="用时", value=_days_taken, unit="天", kind="number"),
            ),
            line="renovation", icon="route", opens=Permission.PIPES_RECORD, title=_outside_title,
            prepare=_prepare_outside,
            remarks="红线外的管线从受理到占掘路许可，每一步分别计时",
        ),
    )  # fmt: skip


def _declare_handover() -> None:
    register(
        PipeHandover,
        KindOf(
            process=HANDOVER, form_fields=("job", "receiver", "detail"), edit_fields=("receiver", "detail"),
            clauses=("T14-6",), list_columns=(
                Column(key="receiver", label="接收单位", value=lambda m: m.receiver, width=20),
                Column(key="handed", label="移交日期", value=lambda m: m.handed_on, kind="date", blank=""),
            ),
            line="renovation", icon="home-check", opens=Permission.PIPES_RECORD, title=_handover_title,
            prepare=_prepare_handover, check=_check_handover,
            remarks="验收合格的管线才能移交；竣工图和移交清单在办移交前附上",
        ),
    )  # fmt: skip


def _days_taken(matter: Any) -> int | None:
    """Return the days from the opening to the end; nothing while it runs."""
    return None if matter.closed_at is None else (matter.closed_at - matter.opened_at).days
