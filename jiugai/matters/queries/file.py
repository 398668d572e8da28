"""One matter with everything its page shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import may_open
from jiugai.accounts.models import Membership, Organisation, User
from jiugai.accounts.models.organisations import above
from jiugai.accounts.permissions import Answer, Permission
from jiugai.accounts.scope import ScopedQuerySet
from jiugai.accounts.wording import written
from jiugai.domain import clock
from jiugai.domain.clock import DayMark
from jiugai.domain.process import Move, Unit
from jiugai.matters import clocks
from jiugai.matters.kinds import Kind, kind, stage_label
from jiugai.matters.models import Matter, MatterDocument, MatterLog
from jiugai.matters.models.log import What
from jiugai.matters.queries.labels import label_of
from jiugai.matters.queries.needs import barred, documents_asked, missing, papers_on_file
from jiugai.matters.rights import may_do

KINDS = {What.SUSPENDED: "sus", What.ESCALATED: "bad"}


@dataclass(frozen=True)
class Way:
    """A move with what stands in its way: the right, what is missing, the gate."""

    move: Move
    answer: Answer
    lacking: list[str]
    fields: list[str]
    papers: list[str]
    barred: list[str]

    @property
    def open(self) -> bool:
        """Whether the button works; fields that are missing are asked for in its form."""
        return bool(self.answer) and not self.papers and not self.barred


@dataclass(frozen=True)
class Day:
    """A day of the picture that explains the due date."""

    mark: DayMark
    words: str
    today: bool


def matter_rows() -> ScopedQuerySet[Any]:
    """Return matters with what their page shows."""
    rows = Matter.objects.select_related("owner", "assignee", "community", "area", "escalated_to", "cause")
    found: ScopedQuerySet[Any] = rows.defer("area__boundary", "community__boundary", "community__search_text")
    return found


def as_kind(matter: Matter) -> Any:
    """Return the row of the kind's own model, with what is loaded already."""
    row = kind(matter.kind).model.objects.get(pk=matter.pk)
    for name in ("owner", "assignee", "community", "area", "escalated_to", "cause"):
        setattr(row, name, getattr(matter, name))
    return row


def ways(row: Any, *, actor: Actor) -> list[Way]:
    """Return the moves out of the present stage; at most one query."""
    its_kind = kind(row.kind)
    on_file = papers_on_file(row)
    return [_way(row, its_kind, step, actor, on_file) for step in its_kind.moves(row.stage)]


def _way(row: Any, its_kind: Kind, step: Move, actor: Actor, on_file: set[str]) -> Way:
    return Way(
        step,
        may_do(actor, Permission(step.permission), row),
        missing(row, its_kind, step, on_file=on_file),
        [need.name for need in step.needs if need.what == "field"],
        [paper for paper in documents_asked(row, its_kind, step) if paper not in on_file],
        barred(row, its_kind, step),
    )


def details(row: Any, actor: Actor) -> list[dict[str, Any]]:
    """Return the kind's own columns as facts; what nobody fills in by hand is left out while it is empty."""
    its_kind = kind(row.kind)
    own = [f for f in its_kind.model._meta.local_fields if not f.primary_key]  # noqa: SLF001 - documented API
    told = [f for f in own if f.editable or getattr(row, f.name) or getattr(row, f.name) is False]
    return [{"label": f.verbose_name, "value": _shown(row, f), "url": _page(row, f, actor)} for f in told]


def _page(row: Any, column: Any, actor: Actor) -> str:
    """Return the address of what a column points to, where it has a page that the actor may open."""
    own = getattr(getattr(row, column.name), "get_absolute_url", None)
    url = str(own()) if own else ""
    return url if may_open(actor, url) else ""


def waits_for(row: Any) -> str:
    """Return why the clock of a matter stands still; empty while it runs."""
    if row.suspended_on is None:
        return ""
    line = MatterLog.objects.filter(matter_id=row.pk, what=What.SUSPENDED).order_by("-pk").first()
    return line.reason if line else ""


def _shown(row: Any, column: Any) -> Any:
    display = getattr(row, f"get_{column.name}_display", None)
    value = display() if display else getattr(row, column.name)
    return written(value) if isinstance(value, bool | list) else value


def timeline(row: Any) -> list[dict[str, Any]]:
    """Return what happened, newest first, in words. One query."""
    lines = MatterLog.objects.filter(matter_id=row.pk).select_related("document").order_by("-pk")
    return [_event(line, row) for line in lines]


def _event(line: MatterLog, row: Any) -> dict[str, Any]:
    who = f"{line.actor_name}　{line.organisation}".strip()
    said = [who, f"“{line.reason}”" if line.reason else "", *changes(line, row)]
    return {
        "when": line.at,
        "title": _title(line, row),
        "detail": "　".join(part for part in said if part),
        "kind": KINDS.get(What(line.what), ""),
        "url": f"/documents/{line.document_id}/" if line.document_id else "",
    }


def _title(line: MatterLog, row: Any) -> str:
    if line.what == What.MOVED:
        try:
            verb = kind(row.kind).process.move(line.move).label
        except LookupError:
            verb = line.move
        return f"{verb}，到“{stage_label(row.kind, line.to_stage)}”"
    return str(line.get_what_display())


def changes(line: MatterLog, row: Any) -> list[str]:
    """Return what a line changed, in words."""
    before, after = line.before or {}, line.after or {}
    if line.what == What.OPENED:
        return [f"责任单位：{after['owner']}"] if after.get("owner") else []
    if line.what == What.ATTACHED:
        return [f"{after.get('kind', '')}：{after.get('title', '')}"]
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [f"{label_of(row, name)}：{written(before.get(name))}→{written(after.get(name))}" for name in names]


def papers(row: Any) -> QuerySet[MatterDocument]:
    """Return the documents in the papers."""
    return MatterDocument.objects.filter(matter_id=row.pk).select_related("document")


def picture(row: Any, *, today: date) -> list[list[Day]]:
    """Return the weeks from the start of the clock to its end; nothing without a clock or for a very long limit."""
    if row.clock_start is None or row.due_on is None or (row.due_on - row.clock_start).days > LONGEST_PICTURE:
        return []
    working = clocks.calendar()
    marks = clock.explain(row.clock_start, row.due_on, Unit(row.clock_unit), working, clocks.pauses_of(row))
    days = [Day(mark, _words(mark), mark.day == today) for mark in marks]
    return [days[n : n + 7] for n in range(0, len(days), 7)]


LONGEST_PICTURE = 62


def _words(mark: DayMark) -> str:
    words = {"start": "收到", "paused": "暂停", "off": "休", "due": f"{mark.number} 到期"}
    return words.get(mark.kind, str(mark.number or ""))


def colleagues(row: Any, *, on: date) -> QuerySet[User]:
    """Return the people of the responsible body who are in office."""
    held = Membership.objects.in_force(on=on).filter(organisation_id=row.owner_id)
    return User.objects.get_queryset().filter(pk__in=held.values("user"), is_active=True).order_by("display_name")


def bodies_near(area_path: str) -> list[str]:
    """Return the names of bodies in the line of areas of a place, for the list beside a field; nearest first."""
    paths = [area_path, *above((area_path,))]
    rows = Organisation.objects.filter(area_path__in=paths).order_by("-area_path", "kind", "name")
    return list(rows.values_list("name", flat=True)[:200])
