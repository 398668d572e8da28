"""The kind 政策研究: which policy, who drafts, how far, which number it got (T10-10)."""

from jiugai.accounts.permissions import Permission
from jiugai.assessment.models import PolicyStudy
from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

MANAGE = Permission.TASK_MANAGE.value
PROCESS = Process(
    kind="policy_study",
    label="政策研究",
    stages=(
        Stage("planned", "待研究", tag="soon"),
        Stage("studying", "研究起草", tag="run"),
        Stage("asking", "征求意见", tag="run"),
        Stage("issued", "已印发", end=True, tag="ok"),
        Stage("dropped", "不再制定", end=True, tag="na"),
    ),
    moves=(
        Move("study", "开始研究", ("planned",), "studying", icon="pencil"),
        Move("report", "登记进展", ("studying", "asking"), "studying", needs=(filled("draft_summary", "研究进展"),),
             icon="notes"),
        Move("ask", "征求意见", ("studying",), "asking", needs=(filled("draft_summary", "研究进展"),), icon="message"),
        Move("issue", "登记印发", ("studying", "asking"), "issued", MANAGE,
             needs=(filled("issued_number", "印发文号"),), result="已印发", icon="check"),
        Move("drop", "不再制定", ("planned", "studying", "asking"), "dropped", MANAGE, reason_required=True, free=True,
             icon="ban"),
    ),
)  # fmt: skip


def declare() -> None:
    """Make the kind known."""
    register(
        PolicyStudy,
        KindOf(
            process=PROCESS,
            form_fields=("title", "detail", "obligation", "owner", "due_on"),
            edit_fields=("title", "detail", "obligation", "due_on", "draft_summary", "issued_number", "issued"),
            list_columns=(
                Column(key="obligation", label="对应任务", value=lambda p: p.obligation, blank="", width=10),
                Column(
                    key="issued_number", label="印发文号", value=lambda p: p.issued_number, blank="还没有", width=16
                ),
            ),
            clauses=("T10-10",),
            line="management",
            icon="file-certificate",
            needs_community=False,
            remarks="清单写明“研究出台”的政策逐项列入，责任单位写清",
        ),
    )
