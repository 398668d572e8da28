"""Recording how many households want an item (T05-9)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.planning.catalogues import catalogue_on
from jiugai.planning.models import ItemDemand
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community

MOST_HOUSEHOLDS = 100_000


class WrongDemand(Refusal):
    """The count contradicts itself."""

    code = "wrong_demand"


class WithdrawnAlready(Conflict):
    """Somebody else took it back meanwhile."""

    code = "withdrawn_already"


@dataclass(frozen=True)
class Asked:
    """What was asked and answered."""

    item: str
    asked: int
    asking: int
    source: str
    on: date
    reference: str = ""
    provenance: str = ""


@transaction.atomic
def record_demand(*, community: Community, said: Asked, actor: Actor, now: datetime, on: date) -> ItemDemand:
    """Write down a count; the newest of an item counts, older ones stay. Raises NotAllowed, WrongDemand."""
    require(actor, Permission.MOBILISE, community)
    label = check_asked(said, on=on)
    row = ItemDemand.objects.create(
        community=community, item=said.item, asked=said.asked, asking=said.asking, source=said.source, on=said.on,
        reference=said.reference.strip()[:120], recorded_by_id=actor.user_id, recorded_by_name=actor.name,
        provenance=said.provenance or community.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.DEMAND_SAVED, actor=actor, subject=row, area_path=community.area_path,
        after={"内容": label, "问了": said.asked, "要做": said.asking},
    )  # fmt: skip
    announce(
        code="visit_recorded", community=community, title=f"居民需求：{label}",
        words=f"问 {said.asked} 户，{said.asking} 户要做", actor=actor, now=now,
        url=f"/communities/{community.pk}/demand/", demo=row.provenance == "demo",
    )  # fmt: skip
    return row


def check_asked(said: Asked, *, on: date) -> str:
    """Return the item's words. Raises WrongDemand."""
    item = catalogue_on(on).find(said.item)
    if item is None:
        raise WrongDemand("目录里没有这项", where="内容", clause="T05-9", remedy="从目录里选")
    if said.source not in ItemDemand.Source.values:
        raise WrongDemand("没有选来源", where="来源", clause="T05-9", remedy="选入户走访、问卷、会议、热线或表决")
    if said.on > on:
        raise WrongDemand("日期在今天以后", where="日期", remedy="填实际问的那一天")
    if not 0 < said.asked <= MOST_HOUSEHOLDS:
        raise WrongDemand("问到的户数不对", where="问了", remedy=f"填 1—{MOST_HOUSEHOLDS:,}")
    if not 0 <= said.asking <= said.asked:
        raise WrongDemand("要做的户数比问到的多", where="要做", remedy=f"最多 {said.asked} 户")
    return item.label


@transaction.atomic
def withdraw_demand(*, demand: ItemDemand, reason: str, actor: Actor, now: datetime) -> None:
    """Take back a count made by mistake; it stays visible. Raises NotAllowed, WrongDemand, WithdrawnAlready."""
    require(actor, Permission.MOBILISE, demand)
    if not reason.strip():
        raise WrongDemand("没有写原因", where="原因", remedy="写明为什么作废")
    changed = ItemDemand.objects.filter(pk=demand.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=now, withdrawn_reason=reason.strip()[:300]
    )
    if not changed:
        raise WithdrawnAlready("这条已经作废", where=str(demand), remedy="刷新页面")
    audit.record(action=Action.DEMAND_SAVED, actor=actor, subject=demand, after={"作废": True}, reason=reason)
