"""The check-up's side of the phone queue: what phones take along, and what they send."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.permissions import Permission
from jiugai.checkup.actions.finishing import correct, finish_checkup, lock, outcome, refuse_withdrawn
from jiugai.checkup.actions.opening import open_checkup
from jiugai.checkup.entries import BadEntry, check
from jiugai.checkup.models import Checkup
from jiugai.checkup.packing import pack_of
from jiugai.checkup.parts import resolve
from jiugai.checkup.rebuilding import rebuild
from jiugai.offline.types import Arrival, OpType
from jiugai.registry.models import Community

FINISH = "finish"


def accept(arrival: Arrival) -> str:
    """Take one entry in; return its subject. The check-up stays locked until the group is settled. Raises Refusal."""
    checkup = _checkup_of(arrival)
    if arrival.body.get("action") == FINISH:
        finish_checkup(checkup=checkup, actor=arrival.actor, now=arrival.now)
        return f"{checkup.subject}{FINISH}"
    entry = check(arrival.body, checkup.edition.edition)
    return f"{checkup.subject}{resolve(checkup, entry.part)}"


def _checkup_of(arrival: Arrival) -> Checkup:
    number = arrival.body.get("checkup")
    whole = number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**53 else 0
    rows = Checkup.objects.visible_to(arrival.actor).filter(community=arrival.community)
    if not rows.filter(pk=whole).exists():
        raise BadEntry("没有找到这次体检", remedy="连网后重新下载小区，再把没收下的重填")
    locked = lock(whole)
    refuse_withdrawn(locked)
    return locked


def settle(*, subjects: Sequence[str], actor: Actor, now: datetime) -> None:
    """Make the parts that entries changed anew. All subjects of a group are of one check-up."""
    by_checkup: dict[int, set[str]] = {}
    for subject in subjects:
        _, number, key = subject.split(":", 2)
        by_checkup.setdefault(int(number), set()).add(key)
    for pk, keys in sorted(by_checkup.items()):
        checkup = lock(pk)
        before = outcome(checkup)
        rebuild(checkup, keys - {FINISH})
        correct(checkup=checkup, before=before, actor=actor, now=now)


def pack(*, community: Community, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return this year's check-up, opened if need be, with its indicators and all that was filled in."""
    checkup, _ = open_checkup(community=community, year=timezone.localdate(now).year, actor=actor, now=now)
    return pack_of(checkup)


def group(body: Mapping[str, Any]) -> str:
    """Entries of one check-up are taken in together."""
    return str(body.get("checkup"))[:20]


TYPE = OpType(
    code="checkup",
    label="体检",
    permission=Permission.CHECKUP_RECORD,
    accept=accept,
    group=group,
    settle=settle,
    pack=pack,
    module="checkup/phone.js",
)
