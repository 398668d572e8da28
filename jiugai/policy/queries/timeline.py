"""What policy adds to the file of a community: occurrences with their causes, and the days of stages."""

from collections.abc import Iterable, Mapping

from django.db.models import Max
from django.urls import reverse

from jiugai.domain.lineups import EVENTS
from jiugai.policy.models import Occurrence
from jiugai.registry.panels import Look, StageNote
from jiugai.registry.queries.timeline import SHOWN, Event

REACHED = {event.code: event.stage for event in EVENTS.values() if event.stage and not event.back}


def events(look: Look) -> Iterable[Event]:
    """Return the newest occurrences of a community as events of its timeline, in one query."""
    rows = Occurrence.objects.visible_to(look.actor).filter(community=look.community).select_related("cause")
    return [_event(row) for row in rows.order_by("-at", "-pk")[:SHOWN]]


def _event(row: Occurrence) -> Event:
    why = f"起因：{row.cause.title}" if row.cause else ""
    return Event(
        row.at,
        row.title,
        "，".join(words for words in (row.words, why, row.by_name) if words),
        line=row.line,
        demo=row.provenance == "demo",
        kind="bad" if EVENTS[row.code].blocks else "",
        url=row.url or (reverse("occurrence", args=[row.pk]) if row.cause_id else ""),
    )


def stage_days(look: Look) -> Mapping[str, StageNote]:
    """Return the day on which each stage was last reached, in one query."""
    rows = Occurrence.objects.visible_to(look.actor).filter(community=look.community, code__in=REACHED)
    days = rows.order_by().values("code").annotate(at=Max("at")).values_list("code", "at")
    return {REACHED[code]: StageNote(at) for code, at in days}


def chain(occurrence: Occurrence) -> list[Occurrence]:
    """Return the whole chain that an occurrence is part of, causes before effects, in one query."""
    top = occurrence.root_id or occurrence.pk
    rows = [*Occurrence.objects.filter(pk=top), *Occurrence.objects.filter(root_id=top).order_by("pk")]
    return _in_order(rows)


def _in_order(rows: list[Occurrence]) -> list[Occurrence]:
    below: dict[int | None, list[Occurrence]] = {}
    for row in rows:
        below.setdefault(row.cause_id, []).append(row)

    def walk(row: Occurrence) -> list[Occurrence]:
        return [row, *(each for effect in below.get(row.pk, []) for each in walk(effect))]

    return [each for top in below.get(None, []) for each in walk(top)]
