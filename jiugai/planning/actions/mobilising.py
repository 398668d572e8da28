"""Recording mass work: visits, meetings, consent, and objections until they are closed (T03-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict, Refusal
from jiugai.planning.models import MassWork, Objection
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community, Document

MOST_HOUSEHOLDS = 100_000


class WrongWork(Refusal):
    """The record contradicts itself."""

    code = "wrong_work"


class ClosedAlready(Conflict):
    """Somebody else has closed it, or taken it back, meanwhile."""

    code = "closed_already"


@dataclass(frozen=True)
class Work:
    """What was done. `agreed` only where consent was asked; `client_id` is the phone's own key."""

    kind: str
    held_on: date
    households: int = 0
    agreed: int | None = None
    place: str = ""
    note: str = ""
    document: Document | None = None
    client_id: UUID | None = None
    provenance: str = ""


@transaction.atomic
def record_work(*, community: Community, work: Work, actor: Actor, now: datetime, on: date) -> MassWork:
    """Write down a piece of mass work; the same phone record sent twice is kept once. Raises NotAllowed, WrongWork."""
    require(actor, Permission.MOBILISE, community)
    _check(work, on=on)
    if work.client_id and (known := MassWork.objects.filter(client_id=work.client_id).first()):
        return known
    row = MassWork.objects.create(
        community=community, area_path=community.area_path,
        kind=work.kind, held_on=work.held_on, households=work.households, agreed=work.agreed,
        place=work.place.strip(), note=work.note.strip(), document=work.document, client_id=work.client_id,
        recorded_by_id=actor.user_id, recorded_by_name=actor.name, provenance=work.provenance or community.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.MASS_WORK_SAVED, actor=actor, subject=row,
        after={"形式": row.get_kind_display(), "日期": work.held_on, "户数": work.households, "同意": work.agreed},
        area_path=community.area_path,
    )  # fmt: skip
    announce(
        code="visit_recorded", community=community, title=f"{row.get_kind_display()} {work.households} 户",
        words=row.note, actor=actor, now=now, url=f"/communities/{community.pk}/mobilise/",
        demo=row.provenance == "demo",
    )  # fmt: skip
    return row


def _check(work: Work, *, on: date) -> None:
    if work.kind not in MassWork.Kind.values:
        raise WrongWork("没有这种形式", where="形式", remedy="从列表里选")
    if work.held_on > on:
        raise WrongWork("日期在今天以后", where="日期", remedy="填实际做的那一天")
    if not 0 <= work.households <= MOST_HOUSEHOLDS:
        raise WrongWork("户数不对", where="户数", remedy=f"填 0—{MOST_HOUSEHOLDS:,}")
    asks = work.kind == MassWork.Kind.CONSENT
    if asks and (work.agreed is None or work.households == 0):
        raise WrongWork("征求意愿要写问了几户、几户同意", where="其中同意", remedy="补全两个数")
    if not asks and work.agreed is not None:
        raise WrongWork("只有征求意愿才填同意户数", where="其中同意", remedy="形式改成“征求意愿”，或去掉同意户数")
    if work.agreed is not None and not 0 <= work.agreed <= work.households:
        raise WrongWork("同意户数比问到的户数多", where="其中同意", remedy=f"最多 {work.households} 户")


@transaction.atomic
def withdraw_work(*, work: MassWork, reason: str, actor: Actor, now: datetime) -> None:
    """Take back a record made by mistake; it stays visible as taken back. Raises NotAllowed, ClosedAlready."""
    require(actor, Permission.MOBILISE, work)
    if not reason.strip():
        raise WrongWork("没有写原因", where="原因", remedy="写明为什么撤回")
    changed = MassWork.objects.filter(pk=work.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=now, withdrawn_reason=reason.strip()[:300]
    )
    if not changed:
        raise ClosedAlready("这条已经撤回了", where=str(work), remedy="刷新页面")
    audit.record(action=Action.MASS_WORK_SAVED, actor=actor, subject=work, after={"撤回": True}, reason=reason)


@transaction.atomic
def raise_objection(
    *,
    community: Community,
    content: str,
    door: str,
    raised_on: date,
    actor: Actor,
    now: datetime,
    on: date,
    client_id: UUID | None = None,
    provenance: str = "",
) -> Objection:
    """Write down what somebody objects to; sent twice, it is kept once. Raises NotAllowed, WrongWork."""
    require(actor, Permission.MOBILISE, community)
    if not content.strip():
        raise WrongWork("没有写意见内容", where="意见", remedy="写一两句话")
    if raised_on > on:
        raise WrongWork("日期在今天以后", where="提出日期", remedy="填实际提出的那一天")
    if client_id and (known := Objection.objects.filter(client_id=client_id).first()):
        return known
    row = Objection.objects.create(
        community=community, area_path=community.area_path,
        door=door.strip()[:40], content=content.strip()[:500], raised_on=raised_on,
        recorded_by_name=actor.name, client_id=client_id, provenance=provenance or community.provenance,
    )  # fmt: skip
    audit.record(
        action=Action.OBJECTION_SAVED, actor=actor, subject=row, after={"意见": row.content},
        area_path=community.area_path,
    )  # fmt: skip
    announce(
        code="objection_raised", community=community, title="居民提出意见", words=row.content, actor=actor, now=now,
        url=f"/communities/{community.pk}/mobilise/", detail={"objection": row.pk}, demo=row.provenance == "demo",
    )  # fmt: skip
    return row


@transaction.atomic
def close_objection(*, objection: Objection, closure: str, actor: Actor, now: datetime, on: date) -> None:
    """Close an objection with words on how it was settled. Raises NotAllowed, WrongWork, ClosedAlready."""
    require(actor, Permission.MOBILISE, objection)
    if not closure.strip():
        raise WrongWork("没有写怎么解决的", where="怎么解决的", remedy="写明结果，如“改了管线走向，本人认可”")
    try:
        changed = Objection.objects.filter(pk=objection.pk, closed_on__isnull=True).update(
            closed_on=on, closure=closure.strip()[:500], closed_by_name=actor.name
        )
    except IntegrityError as problem:
        raise WrongWork("办结日期早于提出日期", where="办结日期", remedy="核对提出日期") from problem
    if not changed:
        raise ClosedAlready("这条意见已经办结", where=str(objection), remedy="刷新页面")
    audit.record(
        action=Action.OBJECTION_SAVED,
        actor=actor,
        subject=objection,
        before={"状态": "未办结"},
        after={"办结": closure},
    )
    announce(
        code="objection_closed", community=objection.community, title="居民意见办结", words=closure.strip(),
        actor=actor, now=now, url=f"/communities/{objection.community_id}/mobilise/",
        detail={"objection": objection.pk}, demo=objection.provenance == "demo",
    )  # fmt: skip
