"""The kind 保修报修: a defect within its term is repaired by who built it and re-inspected (T20-9)."""

from collections.abc import Mapping
from typing import Any

from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.process import Clock, Move, Process, Stage, document, filled
from jiugai.matters.kinds import KindOf, register
from jiugai.web.tables.columns import Column
from jiugai.web.tables.filters import Choice, equals
from jiugai.works.kinds._shared import PROJECT, owned_by, page_of, prepared
from jiugai.works.models import WarrantyClaim
from jiugai.works.models.warranty import ITEM_CHOICES
from jiugai.works.queries.warranty import term_for

CLAIM = Permission.WARRANTY_CLAIM.value
PROCESS = Process(
    kind="warranty_claim",
    label="保修报修",
    stages=(
        Stage("reported", "待维修", Clock(7, clause="T20-9"), tag="bad"),
        Stage("repaired", "待复验", Clock(5, clause="T20-9"), tag="run"),
        Stage("closed", "已修好", end=True, tag="ok"),
        Stage("refused", "不属保修", end=True, tag="na"),
    ),
    moves=(
        Move("repair", "维修完成", ("reported",), "repaired",
             needs=(document("维修照片"), filled("repair", "维修情况"), filled("repaired_on", "修好日期")),
             announces="claim_repaired", icon="tool"),
        Move("close", "复验合格", ("repaired",), "closed", CLAIM, needs=(filled("reinspected_on", "复验日期"),),
             announces="claim_closed", result="已修好，维修部位重新计保修期", icon="check"),
        Move("again", "复验不合格，重修", ("repaired",), "reported", CLAIM, reason_required=True, free=True,
             announces="claim_opened", icon="arrow-back-up"),
        Move("refuse", "不属保修范围", ("reported",), "refused", "matter.assign", reason_required=True, free=True,
             announces="claim_closed", result="不属保修", icon="ban"),
    ),
    opens="claim_opened",
)  # fmt: skip


class NoWarranty(Refusal):
    """The item has no term, or it has ended."""

    status = 422
    code = "no_warranty"


def _title(values: Mapping[str, Any], community: Any) -> str:
    return f"报修：{values.get('place', '')}"


def _cover(matter: Any) -> None:
    term = term_for(matter.project, matter.item, matter.place, on=matter.reported_on)
    if term is None:
        raise NoWarranty("这一项还没有登记保修期", where=matter.project.code, clause="T20-8",
                         remedy="实施主体先在项目的“质保”页登记起算日")  # fmt: skip
    if term.ends is not None and term.ends < matter.reported_on:
        raise NoWarranty(f"{term}的保修期到 {term.ends} 为止", where=matter.place, clause="T20-9",
                         remedy="过了保修期，由业主共同维修；需要时可以使用维修资金")  # fmt: skip
    matter.term = term
    matter.priority = "urgent" if matter.safety_risk else matter.priority


def declare() -> None:
    """Make the kind known."""
    register(
        WarrantyClaim,
        KindOf(
            process=PROCESS,
            form_fields=("project", "item", "place", "reported_on", "safety_risk", "detail"),
            edit_fields=("place", "safety_risk", "detail", "repair", "repaired_on", "reinspected_on"),
            list_columns=(
                PROJECT,
                Column(key="item", label="保修项目", value=lambda c: c.get_item_display(), width=16),
                Column(key="place", label="具体部位", value=lambda c: c.place, width=16),
                Column(key="repaired", label="修好日期", value=lambda c: c.repaired_on, kind="date", blank="没有修好"),
            ),
            filters=(Choice(name="item", label="保修项目", main=True, options=equals("item", ITEM_CHOICES)),),
            clauses=("T20-9",),
            line="management",
            icon="tool",
            opens=Permission.WARRANTY_CLAIM,
            title=_title,
            owner=owned_by("implementer"),
            remarks="实施主体负责保修；修好的部位从复验合格起重新计保修期",
            page=page_of("warranty", "项目的质保"),
            prepare=prepared(
                built=True, new=_cover, reported_on="报修日期", repaired_on="修好日期", reinspected_on="复验日期"
            ),
        ),
    )  # fmt: skip
