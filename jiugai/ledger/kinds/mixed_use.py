"""The kind 用途兼容: a compatible land use or mixed building function, asked for and accepted (T18-5)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.ledger.models import MixedUse
from jiugai.matters.kinds import KindOf, register
from jiugai.web.areas import square_metres
from jiugai.web.tables.columns import Column

PROCESS = Process(
    kind="mixed_use",
    label="用途兼容",
    stages=(
        Stage("asked", "待认可", Clock(10, clause="T18-5"), tag="soon"),
        Stage("accepted", "已认可", end=True, tag="ok"),
        Stage("refused", "不予认可", end=True, tag="na"),
    ),
    moves=(
        Move("accept", "登记认可", ("asked",), "accepted", Permission.SCALE_USE.value,
             needs=(filled("decision_number", "认可文号"), filled("decided_on", "认可日期"), document("认可文件")),
             result="已认可", icon="circle-check"),
        Move("refuse", "不予认可", ("asked",), "refused", Permission.SCALE_USE.value, reason_required=True, free=True,
             result="不予认可", icon="ban"),
    ),
)  # fmt: skip


def title(values: Mapping[str, Any], community: Any) -> str:
    """Make the title."""
    return f"{values.get('place', '')}：{values.get('main_use', '')}兼容{values.get('other_use', '')}"


def declare() -> None:
    """Make the kind known."""
    register(
        MixedUse,
        KindOf(
            process=PROCESS,
            form_fields=("mix", "place", "main_use", "other_use", "other_cm2", "detail"),
            list_columns=(
                Column(key="mix", label="类别", value=lambda m: m.get_mix_display(), width=14),
                Column(key="main", label="主导用途", value=lambda m: m.main_use, width=14),
                Column(key="other", label="兼容用途", value=lambda m: m.other_use, width=16),
                Column(key="area", label="兼容面积", value=lambda m: square_metres(m.other_cm2) or None, blank="未填",
                       width=14),
                Column(key="number", label="认可文号", value=lambda m: m.decision_number or None, blank="未认可",
                       width=16),
            ),
            clauses=("T18-5",),
            line="renovation",
            icon="layers-intersect",
            opens=Permission.MATTER_OPEN,
            title=title,
        ),
    )  # fmt: skip
