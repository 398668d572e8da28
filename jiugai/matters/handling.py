"""The kind 交办事项: a body asks another for something by a date, and closes it when the answer is good (T01-6)."""

from jiugai.domain.process import Move, Process, Stage, filled
from jiugai.matters import routing
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind="handling",
    label="交办事项",
    stages=(
        Stage("given", "待签收", tag="soon"),
        Stage("working", "办理中"),
        Stage("answered", "待确认", tag="soon"),
        Stage("done", "已办结", end=True, tag="ok"),
        Stage("stopped", "已撤回", end=True, tag="na"),
    ),
    moves=(
        Move("take", "签收", ("given",), "working", icon="inbox"),
        Move("answer", "答复", ("working",), "answered", needs=(filled("answer", "办理情况"),), icon="message-reply"),
        Move("confirm", "确认办结", ("answered",), "done", "matter.assign", result="已办结", icon="check"),
        Move(
            "again", "退回重办", ("answered",), "working", "matter.assign",
            reason_required=True, icon="arrow-back-up",
        ),
        Move(
            "stop", "撤回交办", ("given", "working", "answered"), "stopped", "matter.assign",
            reason_required=True, result="已撤回", free=True, icon="ban",
        ),
    ),
)  # fmt: skip


def register_kind() -> None:
    """Declare it."""
    from jiugai.matters.models import Handling

    register(
        Handling,
        KindOf(
            process=PROCESS,
            form_fields=("title", "detail", "obligation", "owner", "due_on", "priority"),
            edit_fields=("title", "detail", "obligation", "due_on", "priority"),
            list_columns=(
                Column(key="obligation", label="对应任务", value=lambda h: h.obligation, blank="", width=10),
            ),
            owner=routing.first_owner,
            clauses=("T01-6",),
            line="management",
            icon="send",
            needs_community=False,
            remarks="写明请谁办、什么时候要；责任单位不填时，按对应任务清单上的责任单位交办",
        ),
    )
