"""Take in what a phone sends: each entry once, each answered in words, none lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.domain.arrivals import Sent, Timing, Unreadable, read, storable, timing
from jiugai.domain.errors import Conflict, NotAllowed, Refusal
from jiugai.offline.models import Operation, RefusedOperation
from jiugai.offline.types import Arrival, OpType, find_type
from jiugai.registry.models import Community

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ACCEPTED, DUPLICATE, REFUSED = "accepted", "duplicate", "refused"


@dataclass(frozen=True)
class Answer:
    """What became of one entry: accepted, duplicate (it had arrived before) or refused, with words."""

    ident: str
    state: str
    says: str = ""
    remedy: str = ""
    clock: str = ""


class NotYours(Refusal):
    """Somebody else is logged in on this phone now; entries go out only under the name of who made them."""

    status = 403
    code = "not_yours"


@dataclass(frozen=True)
class _Item:
    """A readable entry with its kind and the group it is taken in with."""

    sent: Sent
    kind: OpType
    group: tuple[str, int, str]


def receive(*, sent_ms: int, raw: Iterable[Any], actor: Actor, username: str, now: datetime) -> list[Answer]:
    """Take in a batch and answer each entry, in the order of the batch. Sending the same again changes nothing.

    `sent_ms` is the phone's clock at sending. Entries of one group (a check-up) are taken in together; a refusal in
    one leaves the others alone.
    """
    raw = list(raw)
    answers: dict[int, Answer] = {}
    items: dict[int, _Item] = {}
    for number, one in enumerate(raw):
        try:
            items[number] = _item(one)
        except Refusal as refusal:
            answers[number] = _refused(one, refusal)
    for group in dict.fromkeys(item.group for item in items.values()):
        members = {n: item for n, item in items.items() if item.group == group}
        taken = _take_group(list(members.values()), sent_ms, actor, username, now)
        answers |= dict(zip(members, taken, strict=True))
    found = [answers[number] for number in range(len(raw))]
    _keep_refused(raw, found, actor, now)
    return found


def _item(raw: Any) -> _Item:
    sent = read(raw)
    kind = find_type(sent.kind)
    if kind is None:
        raise Unreadable(f"平台不认识“{sent.kind}”这种填报", remedy="连网后刷新手机页面")
    return _Item(sent, kind, (kind.code, sent.community, kind.group(sent.body)))


def _take_group(items: list[_Item], sent_ms: int, actor: Actor, username: str, now: datetime) -> list[Answer]:
    """One transaction for the group; each entry in a savepoint of its own."""
    answers: list[Answer] = []
    with transaction.atomic():
        subjects: set[str] = set()
        for item in items:
            try:
                answer, subject = _take(item, sent_ms, actor, username, now)
            except Refusal as refusal:
                answer, subject = _words(item.sent.ident, refusal), ""
            answers.append(answer)
            subjects |= {subject} - {""}
        settle = items[0].kind.settle
        if subjects and settle is not None:
            settle(subjects=sorted(subjects), actor=actor, now=now)
    return answers


def _take(item: _Item, sent_ms: int, actor: Actor, username: str, now: datetime) -> tuple[Answer, str]:
    """Take one entry in; return its answer and the subject it changed, empty for one that was here before."""
    if (known := _known(item.sent)) is not None:
        return known, ""
    try:
        with transaction.atomic():
            return _take_new(item, sent_ms, actor, username, now)
    except IntegrityError:
        # The same entry may have come over another connection at the same moment, and gone first.
        if (known := _known(item.sent)) is None:
            raise
        return known, ""


def _take_new(item: _Item, sent_ms: int, actor: Actor, username: str, now: datetime) -> tuple[Answer, str]:
    sent = item.sent
    if sent.author != username:
        raise NotYours(f"这条是 {sent.author} 填的", remedy=f"请用 {sent.author} 登录后再上传")
    community = _community(sent.community, actor)
    require(actor, item.kind.permission, community)
    when = timing(wall=sent.wall, sent=sent_ms, received=_ms(now))
    at = EPOCH + timedelta(milliseconds=when.at)
    subject = item.kind.accept(Arrival(sent.ident, sent.body, community, actor, now, at))
    _keep(sent, subject, community, when, actor, now)
    return Answer(sent.ident, ACCEPTED, clock=when.clock), subject


def _known(sent: Sent) -> Answer | None:
    """Answer an entry that arrived before; one of the same name but other content is refused, not overwritten."""
    before = Operation.objects.filter(ident=sent.ident).values_list("body", flat=True).first()
    if before is None:
        return None
    if before != sent.body:
        raise Unreadable("同一编号的填报内容不同", remedy="导出后清空这台手机的填报页面，重新填写")
    return Answer(sent.ident, DUPLICATE, "以前已经收到")


def _community(pk: int, actor: Actor) -> Community:
    found = Community.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("这个小区不在您的辖区内", remedy="请辖区内的同事补填，或请区里核对您的任职")
    if found.withdrawn_at is not None:
        raise Conflict(f"{found}已撤回登记", remedy="核对是哪个小区后重新填写")
    return found.merged_into or found


def _keep(sent: Sent, subject: str, community: Community, when: Timing, actor: Actor, now: datetime) -> None:
    Operation.objects.create(
        ident=sent.ident, device=sent.device, counter=sent.counter, kind=sent.kind, subject=subject,
        community=community, body=dict(sent.body), wall_ms=sent.wall, logical=sent.logical, offset_ms=when.offset,
        clock=when.clock, at_ms=when.at, received_at=now, author_id=actor.user_id, author_name=actor.name,
        provenance=community.provenance,
    )  # fmt: skip


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _words(ident: str, refusal: Refusal) -> Answer:
    where = f"{refusal.where}：" if refusal.where else ""
    return Answer(ident, REFUSED, f"{where}{refusal.message}", refusal.remedy)


def _plain(text: Any) -> str:
    return text if isinstance(text, str) and storable(text) else ""


def _refused(raw: Any, refusal: Refusal) -> Answer:
    named = f"{raw.get('device', '')}:{raw.get('counter', '')}"[:60] if isinstance(raw, Mapping) else ""
    return _words(_plain(named), refusal)


def _keep_refused(raw: list[Any], answers: list[Answer], actor: Actor, now: datetime) -> None:
    """Write down what was refused, so that it is not lost with the phone."""
    pairs = [(one, a) for one, a in zip(raw, answers, strict=True) if a.state == REFUSED and isinstance(one, dict)]
    RefusedOperation.objects.bulk_create(
        [_refusal(one, replace(answer, says=answer.says[:300]), actor, now) for one, answer in pairs if answer.ident],
        ignore_conflicts=True,
    )


def _refusal(one: dict[str, Any], answer: Answer, actor: Actor, now: datetime) -> RefusedOperation:
    body, community = one.get("body"), one.get("community")
    plain = isinstance(body, dict) and storable(body)
    return RefusedOperation(
        ident=answer.ident,
        kind=_plain(one.get("type"))[:20],
        body=body if plain else {},
        community_ref=community if isinstance(community, int) and 0 <= community < 2**53 else 0,
        says=answer.says,
        author_name=_plain(one.get("author"))[:150],
        sent_by=actor.name,
        received_at=now,
    )
