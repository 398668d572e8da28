"""The one book of all departments' money in an area (T16-3). Entries stay; a mistake is reversed with its reason."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.models import Area
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.streetworks import FUND_SOURCES, PRIVATE
from jiugai.registry.models import Community
from jiugai.streetworks.models import FundEntry, StreetWork


class BadFund(Refusal):
    """The entry does not hold together."""

    status = 422
    code = "bad_fund"


class ReversedAlready(Conflict):
    """The entry has been reversed, or is a reversal."""

    code = "reversed_already"


@dataclass(frozen=True)
class Money:
    """An entry to be made."""

    department: str
    source: str
    purpose: str
    amount_fen: int
    on: date
    reference: str
    step: str = "planned"
    project_ref: str = ""
    matter_ref: str = ""
    work: StreetWork | None = None
    provenance: str = "real"


@transaction.atomic
def record_fund(
    *, money: Money, area: Area, actor: Actor, now: datetime, on: date, community: Community | None = None
) -> FundEntry:
    """Enter money. Raises NotAllowed, BadFund."""
    if not actor.is_system:
        require(actor, Permission.FUND_RECORD, community or area)
    _check(money, on)
    made = _enter(money, area, actor, now, community)
    audit.record(action=Action.FUND_RECORDED, actor=actor, subject=made, after={"金额（分）": made.amount_fen})
    return made


def plan_of_work(*, work: StreetWork, source: str, actor: Actor, now: datetime, on: date) -> FundEntry:
    """Enter what a work is to cost, as its department reported it; the right to register works is enough."""
    money = Money(
        work.department, source, FundEntry.Purpose.LIFT_PIPES if work.kind == "lift_pipeline" else
        FundEntry.Purpose.PIPELINES if work.kind == "pipeline" else FundEntry.Purpose.WORKS,
        work.budget_fen or 0, on, f"{work.code} 报送投资", work=work, provenance=work.provenance,
    )  # fmt: skip
    return _enter(money, work.area, actor, now, None)


def _enter(money: Money, area: Area, actor: Actor, now: datetime, community: Community | None) -> FundEntry:
    return FundEntry.objects.create(
        area=community.area if community else area, community=community, work=money.work, by_id=actor.user_id,
        by_name=actor.name, at=now, project_ref=money.project_ref, matter_ref=money.matter_ref,
        department=money.department.strip()[:80], source=money.source, purpose=money.purpose, step=money.step,
        amount_fen=money.amount_fen, on=money.on, reference=money.reference.strip()[:120], provenance=money.provenance,
    )  # fmt: skip


def _check(money: Money, on: date) -> None:
    if money.amount_fen <= 0:
        raise BadFund("金额要大于 0", where="金额", remedy="记错了用“冲正”")
    if money.source not in dict(FUND_SOURCES):
        raise BadFund("没有这种资金来源", where="资金来源", remedy="从列表里选")
    if (money.source == PRIVATE) != (money.purpose == FundEntry.Purpose.PRIVATE):
        raise BadFund(
            "业主个性化装修的钱单独记，不能和公共改造混在一起", where="用途", clause="T15-9",
            remedy="来源和用途都选业主个性化装修，或都不选",
        )  # fmt: skip
    if money.step == FundEntry.Step.PAID and money.on > on:
        raise BadFund("支付日期在今后", where="日期", remedy="还没支付的记成“已安排”")
    if not 2000 <= money.on.year <= on.year + 20:
        raise BadFund("日期不对", where="日期", remedy="核对年份")
    if not money.reference.strip() or not money.department.strip():
        raise BadFund("没有写部门或依据", where="依据", remedy="写文号或合同号")


@transaction.atomic
def reverse_fund(*, entry: FundEntry, reason: str, actor: Actor, now: datetime, on: date) -> FundEntry:
    """Take an entry back by its opposite. Raises NotAllowed, BadFund, ReversedAlready."""
    if not actor.is_system:
        require(actor, Permission.FUND_RECORD, entry)
    if not reason.strip():
        raise BadFund("冲正要写原因", where="原因", remedy="写一句为什么")
    if entry.amount_fen < 0:
        raise ReversedAlready("这笔本身是冲正", remedy="需要时重新登记")
    try:
        with transaction.atomic():
            made = FundEntry.objects.create(
                area=entry.area, community=entry.community, work=entry.work, by_id=actor.user_id, by_name=actor.name,
                at=now, project_ref=entry.project_ref, matter_ref=entry.matter_ref, department=entry.department,
                source=entry.source, purpose=entry.purpose, step=entry.step, amount_fen=-entry.amount_fen, on=on,
                reference=f"冲正：{reason.strip()}"[:120], reverses=entry, provenance=entry.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise ReversedAlready("这笔已经冲正过", where=str(entry), remedy="刷新看看") from problem
    audit.record(
        action=Action.FUND_REVERSED, actor=actor, subject=entry, after={"冲正": made.pk}, reason=reason.strip()
    )
    return made
