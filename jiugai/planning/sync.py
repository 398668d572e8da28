"""What phones send of planning: households' pledges, mass work, objections (T03-2, T30-2)."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal
from jiugai.domain.pledge import M2
from jiugai.offline.models import Photo
from jiugai.offline.types import Arrival, OpType, register
from jiugai.planning.actions.mobilising import Work, raise_objection, record_work
from jiugai.planning.actions.pledging import Said, flats_of, record_pledge
from jiugai.planning.models import MassWork, Objection
from jiugai.planning.queries.mobilising import live_pledges
from jiugai.planning.queries.pledges import tallies
from jiugai.registry.models import Community

MOST_DOORS = 3000
MODULE = "planning/phone.js"


class BadEntry(Refusal):
    """What the phone sent cannot be taken as it is."""

    status = 422
    code = "bad_entry"


def accept_pledge(arrival: Arrival) -> str:
    """Keep a household's answer with the photo of its signature."""
    body = arrival.body
    said = Said(
        door=_text(body, "door"),
        answer=_text(body, "answer"),
        signed_on=_day(arrival),
        area_cm2=_area(body.get("area_m2")),
        photo=_photo(arrival),
        note=_text(body, "note"),
        client_id=client_id(arrival.ident),
    )
    return f"pledge:{record_pledge(community=arrival.community, said=said, **_by(arrival)).pk}"


def accept_work(arrival: Arrival) -> str:
    """Keep a visit, a meeting, a round of consent or a notice."""
    body = arrival.body
    agreed = body.get("agreed")
    work = Work(
        kind=_text(body, "kind"),
        held_on=_day(arrival),
        households=_whole(body.get("households"), "户数"),
        agreed=None if agreed in (None, "") else _whole(agreed, "其中同意"),
        place=_text(body, "place")[:80],
        note=_text(body, "note")[:500],
        client_id=client_id(arrival.ident),
    )
    return f"masswork:{record_work(community=arrival.community, work=work, **_by(arrival)).pk}"


def accept_objection(arrival: Arrival) -> str:
    """Keep what somebody objects to."""
    made = raise_objection(
        community=arrival.community, content=_text(arrival.body, "content"), door=_text(arrival.body, "door"),
        raised_on=_day(arrival), client_id=client_id(arrival.ident), **_by(arrival),
    )  # fmt: skip
    return f"objection:{made.pk}"


def pack(*, community: Community, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return what a phone takes along: the doors, the answers so far, and the count."""
    tally = tallies([community.pk])[community.pk]
    return {
        "doors": sorted(flats_of(community))[:MOST_DOORS],
        "answers": {row.door: row.answer for row in live_pledges(community)[:MOST_DOORS]},
        "pledged": tally.pledged,
        "households": tally.whole.heads,
    }


def pack_work(*, community: Community, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return what is still open."""
    rows = Objection.objects.filter(community=community, closed_on__isnull=True).order_by("-pk")[:200]
    return {
        "kinds": [{"code": code, "label": str(label)} for code, label in MassWork.Kind.choices],
        "open": [{"content": o.content, "door": o.door, "on": o.raised_on.isoformat()} for o in rows],
    }


def register_types() -> None:
    """Let phones send these entries; the module with the forms is shared."""
    right = Permission.MOBILISE
    register(OpType(code="pledge", label="维修资金承诺", permission=right, accept=accept_pledge, pack=pack,
                    module=MODULE))  # fmt: skip
    register(OpType(code="masswork", label="群众工作", permission=right, accept=accept_work, pack=pack_work,
                    module=MODULE))  # fmt: skip
    register(OpType(code="objection", label="居民意见", permission=right, accept=accept_objection))


def client_id(ident: str) -> uuid.UUID:
    """Return the key under which an entry is kept once, whatever form the phone's own key has."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"jiugai:{ident}")


def _by(arrival: Arrival) -> dict[str, Any]:
    return {"actor": arrival.actor, "now": arrival.now, "on": timezone.localdate(arrival.now)}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""


def _day(arrival: Arrival) -> date:
    """Take the day that was typed, else the day of the entry; never one after its arrival."""
    typed = arrival.body.get("on")
    if not typed:
        return min(timezone.localdate(arrival.at), timezone.localdate(arrival.now))
    try:
        return date.fromisoformat(str(typed))
    except ValueError:
        raise BadEntry("日期不是日期", where="日期", remedy="写成 2026-11-20") from None


def _whole(value: Any, label: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadEntry(f"{label}不是整数", where=label, remedy="填整数，没有就填 0")
    return value


def _area(value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise BadEntry("面积不是数", where="建筑面积", remedy="填数字，如 58.6") from None
    if not found.is_finite() or abs(found) > 10**6:
        raise BadEntry("面积不对", where="建筑面积", remedy="填 0.01—2,000 ㎡")
    return int(found * M2)


def _photo(arrival: Arrival) -> Photo | None:
    """Return the photo of the signature; photos are sent before the entries that name them."""
    hashes = arrival.body.get("photos")
    if not isinstance(hashes, list) or not hashes:
        return None
    found = Photo.objects.filter(community=arrival.community, sha256=str(hashes[-1])[:64]).first()
    if found is None:
        raise BadEntry("签字照片还没有传上来", where="签字照片", remedy="连网后重新上传")
    return found
