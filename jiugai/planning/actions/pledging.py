"""Collecting the households' pledges on the maintenance fund (T30-1, T30-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain import pledge as counting
from jiugai.domain.errors import Conflict, Refusal
from jiugai.domain.pledge import Answer, UnreadableDoor
from jiugai.offline.models import Photo
from jiugai.planning.models import Pledge
from jiugai.policy.occurrences import announce
from jiugai.registry.models import Community, Document, Dwelling

LARGEST_CM2 = 2_000 * counting.M2
REPLACED = "有了新的答复"


class WrongPledge(Refusal):
    """The answer cannot be kept as it is."""

    code = "wrong_pledge"


class PledgeTaken(Conflict):
    """Two people recorded the same flat at once, or the answer has ended already."""

    code = "pledge_taken"


@dataclass(frozen=True)
class Said:
    """A household's answer. Without `area_cm2` the area of the flat on record counts, if there is one."""

    door: str
    answer: str
    signed_on: date
    area_cm2: int | None = None
    document: Document | None = None
    photo: Photo | None = None
    note: str = ""
    client_id: UUID | None = None
    provenance: str = ""


@transaction.atomic
def record_pledge(*, community: Community, said: Said, actor: Actor, now: datetime, on: date) -> Pledge:
    """Keep a household's answer and tell the timeline. An older answer ends; the same phone record is kept once.

    Raises NotAllowed, WrongPledge, PledgeTaken.
    """
    require(actor, Permission.MOBILISE, community)
    if said.client_id and (known := Pledge.objects.filter(client_id=said.client_id).first()):
        return known
    row = write_pledge(community=community, said=said, actor=actor, now=now, on=on, flats=flats_of(community))
    audit.record(
        action=Action.PLEDGE_SAVED, actor=actor, subject=row, area_path=community.area_path,
        after={"户": row.door, "答复": row.get_answer_display(), "日期": row.signed_on, "面积cm2": row.area_cm2},
    )  # fmt: skip
    tell(community, f"{row.door} {row.get_answer_display()}", actor, now, demo=row.provenance == "demo")
    return row


def tell(community: Community, words: str, actor: Actor, now: datetime, *, demo: bool = False) -> None:
    """Put new answers on the timeline, which has the gate looked at again."""
    announce(
        code="pledge_recorded", community=community, title="维修资金承诺", words=words, actor=actor, now=now,
        url=f"/communities/{community.pk}/pledges/", demo=demo,
    )  # fmt: skip


def flats_of(community: Community) -> dict[str, Dwelling]:
    """Return the flats on record by the normal form of their name; a name that two flats share names neither."""
    found: dict[str, Dwelling] = {}
    shared: set[str] = set()
    rows = Dwelling.objects.filter(building__community=community, building__withdrawn_at__isnull=True)
    for flat in rows.select_related("entrance", "building"):
        name = door_of(flat)
        if name in found:
            shared.add(name)
        found[name] = flat
    return {name: flat for name, flat in found.items() if name not in shared}


def door_of(flat: Dwelling) -> str:
    """Return the normal form of a flat's name."""
    text = f"{flat.building.label}{flat.entrance.number}单元{flat.number}"
    try:
        return counting.door(text)
    except UnreadableDoor:
        return f"{flat.building.label}-{flat.entrance.number}-{flat.number}"[:30]


def write_pledge(
    *, community: Community, said: Said, actor: Actor, now: datetime, on: date, flats: dict[str, Dwelling]
) -> Pledge:
    """Check an answer and keep it in place of the older one. Raises WrongPledge, PledgeTaken."""
    name = check(said, on=on)
    flat = flats.get(name)
    live = Pledge.objects.select_for_update().filter(community=community, door=name, ended_at__isnull=True)
    for older in live:
        if older.signed_on > said.signed_on:
            raise WrongPledge(
                f"{name} 已有 {older.signed_on:%Y-%m-%d} 的答复，比这条新", where=name, remedy="核对日期，以最新的为准"
            )
        Pledge.objects.filter(pk=older.pk).update(ended_at=now, end_reason=REPLACED)
    try:
        with transaction.atomic():
            return Pledge.objects.create(
                community=community, area_path=community.area_path, dwelling=flat, door=name,
                area_cm2=said.area_cm2 or (flat.area_cm2 if flat else None),
                answer=said.answer, signed_on=said.signed_on, document=said.document, photo=said.photo,
                note=said.note.strip()[:300],
                collected_by_id=actor.user_id, collected_by_name=actor.name, recorded_at=now,
                client_id=said.client_id, provenance=said.provenance or community.provenance,
            )  # fmt: skip
    except IntegrityError as problem:
        raise PledgeTaken(f"{name} 刚刚有人登记过", where=name, remedy="刷新后核对，不一样再登记一次") from problem


def check(said: Said, *, on: date) -> str:
    """Return the normal form of the flat's name. Raises WrongPledge for what cannot be."""
    try:
        name = counting.door(said.door)
    except UnreadableDoor as problem:
        raise WrongPledge(
            f"认不出是哪一户：{said.door}", where="楼门户", remedy="写成“3号楼2单元501”或“3-2-501”"
        ) from problem
    if said.answer not in [answer.value for answer in Answer]:
        raise WrongPledge("没有选答复", where="答复", remedy="选已承诺、不同意或未见到")
    if said.signed_on > on:
        raise WrongPledge("日期在今天以后", where="日期", remedy="填签字那一天")
    if said.area_cm2 is not None and not 0 < said.area_cm2 <= LARGEST_CM2:
        raise WrongPledge("面积不对", where="建筑面积", remedy="填 0.01—2,000 ㎡")
    return name


@transaction.atomic
def withdraw_pledge(*, pledge: Pledge, reason: str, actor: Actor, now: datetime) -> None:
    """End an answer: the household took it back, or it was a mistake. Raises WrongPledge, PledgeTaken."""
    require(actor, Permission.MOBILISE, pledge)
    if not reason.strip():
        raise WrongPledge("没有写原因", where="原因", remedy="写明是居民收回还是登记错了")
    ended = Pledge.objects.filter(pk=pledge.pk, ended_at__isnull=True).update(
        ended_at=now, end_reason=reason.strip()[:300]
    )
    if not ended:
        raise PledgeTaken("这条答复已经失效", where=pledge.door, remedy="刷新页面")
    audit.record(
        action=Action.PLEDGE_SAVED, actor=actor, subject=pledge, before={"答复": pledge.get_answer_display()},
        after={"失效": True}, reason=reason,
    )  # fmt: skip
    announce(
        code="pledge_withdrawn", community=pledge.community, title=f"撤回承诺：{pledge.door}", words=reason.strip(),
        actor=actor, now=now, url=f"/communities/{pledge.community_id}/pledges/", demo=pledge.provenance == "demo",
    )  # fmt: skip
