"""A person's due dates as an iCalendar file (RFC 5545), read with that person's present rights."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from jiugai.accounts.scope import scoped
from jiugai.matters import kinds
from jiugai.matters.actions.feeds import digest_of
from jiugai.matters.models import CalendarFeed, Matter
from jiugai.matters.queries.inbox import open_for

MOST = 1_000
LINE_BYTES = 73


def feed_text(*, secret: str, now: datetime, base: str) -> str:
    """Return the file for a secret address. Raises Http404 for an unknown or ended one, or who may not log in any more.

    Titles and places of matters are in it, and no personal data.
    """
    rows = CalendarFeed.objects.select_related("user")
    feed = rows.filter(digest=digest_of(secret), ended_at__isnull=True, user__is_active=True).first()
    if feed is None:
        raise Http404
    actor = feed.user.actor(on=timezone.localdate(now))
    with scoped(actor):
        events = [line for matter in open_for(actor)[:MOST] for line in _event(matter, now, base)]
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//jiugai//inbox//ZH",
        "CALSCALE:GREGORIAN",
        "X-WR-CALNAME:旧改待办",
    ]
    return "".join(f"{folded}\r\n" for line in [*head, *events, "END:VCALENDAR"] for folded in _fold(line))


def _event(matter: Matter, now: datetime, base: str) -> Iterator[str]:
    day = matter.due_on
    if day is None:
        return
    kind = dict(kinds.labels()).get(matter.kind, matter.kind)
    state = "（暂停计时）" if matter.suspended_on else "（日期暂定）" if matter.due_provisional else ""
    where = matter.community.name if matter.community else matter.area.name
    yield "BEGIN:VEVENT"
    yield f"UID:matter-{matter.pk}@jiugai"
    yield f"DTSTAMP:{now.astimezone(_UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"
    yield f"SEQUENCE:{matter.version}"
    yield f"SUMMARY:{_text(f'到期 {matter.title}{state}')}"
    yield f"LOCATION:{_text(where)}"
    yield f"DESCRIPTION:{_text(f'{kind} {matter.number}')}"
    yield f"URL:{base.rstrip('/')}{reverse('matter-file', args=[matter.pk])}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


_UTC = timezone.get_fixed_timezone(0)


def _text(value: str) -> str:
    """Escape a text value."""
    plain = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Break a line that is too long in octets, never inside a character."""
    piece = ""
    for character in line:
        if len((piece + character).encode()) > LINE_BYTES:
            yield piece
            piece = " "
        piece += character
    yield piece
