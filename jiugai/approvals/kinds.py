"""The kinds of matters of approvals: drawing review, approval step, tender."""

from datetime import date
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.approvals.actions.cases import check_step, clock_of, follow_step
from jiugai.approvals.actions.reviewing import check_verdict
from jiugai.approvals.actions.tendering import check_tender, follow_tender
from jiugai.approvals.models import ApprovalStep, DrawingReview, Tender
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, Unit, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.policy import figures
from jiugai.web.tables.columns import Column

REVIEW, HANDLE, RUN = Permission.DRAWING_REVIEW.value, Permission.APPROVAL_HANDLE.value, Permission.APPROVAL_RUN.value

REVIEW_PROCESS = Process(
    kind="drawing_review",
    label="施工图审查",
    stages=(
        Stage("asked", "审查中", Clock(10, Unit.WORKING, "T11-2"), tag="soon"),
        Stage("passed", "通过", end=True, tag="ok"),
        Stage("failed", "不通过", end=True, tag="bad"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("pass", "通过", ("asked",), "passed", REVIEW, needs=(filled("opinion", "审查意见"),),
             announces="review_done", result="通过", icon="circle-check"),
        Move("fail", "不通过", ("asked",), "failed", REVIEW, needs=(filled("opinion", "审查意见"),),
             announces="review_done", result="不通过", icon="circle-x"),
        Move("stop", "撤回送审", ("asked",), "stopped", Permission.SCHEME_SUBMIT.value, reason_required=True, free=True,
             announces="review_done", result="已撤回", icon="arrow-back-up"),
    ),
    opens="review_asked",
)  # fmt: skip

STEP_PROCESS = Process(
    kind="approval_step",
    label="审批环节",
    stages=(
        Stage("working", "办理中", Clock(10, Unit.WORKING, "T19-4"), tag="run"),
        Stage("done", "办结", end=True, tag="ok"),
        Stage("exempt", "认定免办", end=True, tag="ok"),
        Stage("refused", "不予批准", end=True, tag="bad"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("finish", "办结", ("working",), "done", HANDLE, needs=(filled("reference", "批复文号"),),
             announces="approval_moved", result="办结", icon="circle-check"),
        Move("exempt", "认定免办施工许可", ("working",), "exempt", HANDLE,
             needs=(filled("reference", "免办依据"), filled("supervisor", "属地监管部门")),
             announces="approval_moved", result="免办", icon="shield-check"),
        Move("refuse", "不予批准", ("working",), "refused", HANDLE, reason_required=True,
             announces="approval_moved", result="不予批准", icon="circle-x"),
        Move("stop", "撤回申报", ("working",), "stopped", RUN, reason_required=True, free=True,
             announces="approval_moved", result="已撤回", icon="arrow-back-up"),
    ),
    opens="approval_opened",
)  # fmt: skip

TENDER_PROCESS = Process(
    kind="tender",
    label="招标",
    stages=(
        Stage("prepared", "准备中", tag="sus"),
        Stage("noticed", "已公告"),
        Stage("opened", "公示中标候选人"),
        Stage("awarded", "已定标"),
        Stage("contracted", "已签合同", end=True, tag="ok"),
        Stage("failed", "流标", end=True, tag="bad"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("publish", "发布招标公告", ("prepared",), "noticed", RUN,
             needs=(filled("notice_ref", "公告编号"), filled("files_from", "招标文件发售起"),
                    filled("files_until", "招标文件发售止"), filled("bids_on", "开标日期")),
             announces="tender_noticed", icon="send"),
        Move("candidates", "公示中标候选人", ("noticed",), "opened", RUN,
             needs=(filled("candidates_from", "公示起"), filled("candidates_until", "公示止")), icon="list-check"),
        Move("award", "定标", ("opened",), "awarded", RUN,
             needs=(filled("winner", "中标人"), filled("awarded_on", "中标通知书日期")), icon="certificate"),
        Move("contract", "登记合同", ("awarded",), "contracted", RUN,
             needs=(filled("contract_on", "合同签订日期"), filled("contract_ref", "合同编号")),
             announces="tender_done", result="已签合同", icon="circle-check"),
        Move("fail", "流标", ("noticed", "opened"), "failed", RUN, reason_required=True, free=True,
             announces="tender_done", result="流标", icon="circle-x"),
        Move("stop", "撤回", ("prepared",), "stopped", RUN, reason_required=True, free=True,
             announces="tender_done", result="已撤回", icon="arrow-back-up"),
    ),
    opens="tender_prepared",
)  # fmt: skip


class OnlyFromTheProject(Refusal):
    """Such a matter is opened on the page of a project, where all it needs is at hand."""

    status = 422
    code = "only_from_the_project"


def _from_the_project(values: Any, _community: Any) -> str:
    raise OnlyFromTheProject("要在项目页上办", where="项目", remedy="打开项目的“方案”或“审批和招标”页")


def _review_clock(_row: Any, stage: Stage, on: date) -> Clock | None:
    limit = figures.current().value("drawing_review_max", on)
    return Clock(limit.whole, Unit.WORKING, "T11-2") if stage.clock and limit else stage.clock


def _project(row: Any) -> str:
    return str(row.project_ref)


PROJECT = Column(key="project", label="项目", value=_project, width=16)
DRAWINGS = (
    Column(key="subject", label="审查对象", value=lambda r: r.get_subject_display(), width=14),
    Column(key="drawings", label="图号", value=lambda r: r.drawings, width=18),
)


SHARED: dict[str, Any] = {"line": "renovation", "title": _from_the_project, "edit_fields": ()}


def register_kinds() -> None:
    """Declare them."""
    _declare_review()
    _declare_step()
    _declare_tender()


def _declare_review() -> None:
    register(
        DrawingReview,
        KindOf(
            process=REVIEW_PROCESS, form_fields=("drawings", "detail"), clauses=("T11-2", "T19-5"), icon="file-search",
            list_columns=(PROJECT, *DRAWINGS),
            opens=Permission.SCHEME_SUBMIT, clock=_review_clock, check=check_verdict, **SHARED,
        ),
    )  # fmt: skip


def _declare_step() -> None:
    register(
        ApprovalStep,
        KindOf(
            process=STEP_PROCESS, form_fields=("step", "detail"), clauses=("T19-4",), icon="rubber-stamp",
            list_columns=(
                PROJECT,
                Column(key="step", label="环节", value=lambda s: s.get_step_display(), width=18),
                Column(key="reference", label="批复文号", value=lambda s: s.reference, blank="", width=18),
            ),
            opens=Permission.APPROVAL_RUN, clock=clock_of, check=check_step, done=follow_step, **SHARED,
        ),
    )  # fmt: skip


def _declare_tender() -> None:
    register(
        Tender,
        KindOf(
            process=TENDER_PROCESS, form_fields=("form", "detail"), clauses=("T19-6", "T19-8", "T19-9"), icon="gavel",
            list_columns=(
                PROJECT,
                Column(key="form", label="发包方式", value=lambda t: t.get_form_display(), width=18),
                Column(key="notice", label="公告", value=lambda t: t.notice_on, kind="date", blank="没有发布"),
            ),
            opens=Permission.APPROVAL_RUN, check=check_tender, done=follow_tender, **SHARED,
        ),
    )  # fmt: skip
