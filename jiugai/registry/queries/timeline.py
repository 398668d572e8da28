"""One timeline of governance, renovation and management (T01-10): events of the register and of other parts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from jiugai.accounts.codes import Action
from jiugai.accounts.models import AuditEvent
from jiugai.domain.stages import Line
from jiugai.registry.facts import BUILDING, COMMUNITY
from jiugai.registry.models import Community
from jiugai.registry.resolving import Value
from jiugai.registry.showing import show

RECORD = "record"
LINES = [("", "全部"), *((line.value, line.label) for line in Line), (RECORD, "档案")]
SHOWN = 200
FACT_ACTIONS = {Action.COMMUNITY_EDITED: COMMUNITY, Action.BUILDING_EDITED: BUILDING}


@dataclass(frozen=True)
class Event:
    """Something that happened. `line` is governance, renovation, management or record."""

    when: datetime
    title: str
    detail: str = ""
    line: str = RECORD
    demo: bool = False
    kind: str = ""
    url: str = ""


def timeline(
    community: Community,
    *,
    values: Iterable[Value],
    subjects: Mapping[str, Sequence[int]],
    line: str = "",
    more: Iterable[Event] = (),
) -> list[Event]:
    """Return the events, newest first, at most 200, in one query beside the values that are loaded already.

    `subjects` names the buildings, documents and contacts whose events belong here, by model name; `more` are the
    events of other parts.
    """
    events = [*more, *_audited(community, subjects), *_arrived(values), _registered(community)]
    chosen = [event for event in events if line in ("", event.line)]
    return sorted(chosen, key=lambda event: event.when, reverse=True)[:SHOWN]


def _registered(community: Community) -> Event:
    return Event(community.created_at, "登记入册", f"编号 {community.code}", demo=community.provenance == "demo")


def _arrived(values: Iterable[Value]) -> list[Event]:
    """One event per import or loaded source: how many facts came from where."""
    groups: dict[tuple[str, str], list[Value]] = defaultdict(list)
    for value in values:
        if value.field in COMMUNITY and (value.source.mark != "rec" or value.batch_id is not None):
            groups[str(value.batch_id or ""), value.source.name].append(value)
    return [_arrival(found) for found in groups.values()]


def _arrival(values: list[Value]) -> Event:
    first = min(values, key=lambda v: v.entered_at)
    source, batch = first.source, first.batch
    title = f"装入{source.get_mark_display()}：{source.name}"
    if batch is not None and batch.uploaded_by_id is not None:
        title = f"导入 {batch.number}：{source.name}"
    observed = f"，数据 {source.observed}" if source.observed else ""
    return Event(first.entered_at, title, f"{len(values)} 项{observed}", demo=source.mark == "demo")


def _audited(community: Community, subjects: Mapping[str, Sequence[int]]) -> list[Event]:
    wanted = Q(subject_type="community", subject_id=str(community.pk))
    for kind, ids in subjects.items():
        if ids:
            wanted |= Q(subject_type=kind, subject_id__in=[str(pk) for pk in ids])
    hidden = [Action.PEOPLE_REVEALED, Action.DOCUMENT_OPENED, Action.SHARED_ACCESS, Action.EXPORTED]
    found = AuditEvent.objects.filter(wanted).exclude(action__in=hidden).order_by("-pk")[:SHOWN]
    return [_told(event) for event in found]


def _told(event: AuditEvent) -> Event:
    table = FACT_ACTIONS.get(Action(event.action))
    title = _changed(event, table) if table and event.after else ""
    by = "，".join(words for words in (event.actor_name, event.reason) if words)
    return Event(event.at, title or f"{event.get_action_display()}：{event.subject_label}", by)


def _changed(event: AuditEvent, table: dict[str, Any]) -> str:
    """Say what a correction changed: 更正建成年份：1981年改为1983年."""
    words = []
    for field, after in (event.after or {}).items():
        fact = table.get(field)
        if fact is not None:
            before = (event.before or {}).get(field)
            words.append(f"{fact.label}：{show(fact, before) or '资料不足'}改为{show(fact, after) or '资料不足'}")
    place = f"{event.subject_label} " if event.subject_type == "building" else ""
    return f"更正{place}{'；'.join(words)}" if words else ""
