"""The inbox: one page of a person's open matters, and the numbers at its side, in a constant number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiugai.accounts.actor import Actor
from jiugai.matters import kinds
from jiugai.matters.inbox import INBOX, Group, boxes, grouped
from jiugai.matters.models import Matter
from jiugai.matters.tables import time_options
from jiugai.web.tables import keyset
from jiugai.web.tables.keyset import Page
from jiugai.web.tables.page import matching, show_rows
from jiugai.web.tables.params import to_query
from jiugai.web.tables.state import State

# Beyond this the number at the side says "1,000+": nobody works through it by counting.
COUNT_UP_TO = 1_000
SUSPENDED_SHOWN = 20


@dataclass(frozen=True)
class Side:
    """A line at the side: words, icon, address, number, whether it is the one shown."""

    label: str
    icon: str
    url: str
    number: str
    on: bool


@dataclass(frozen=True)
class Found:
    """A page of the inbox."""

    page: Page[Any]
    groups: list[Group]
    total: str
    last: int


BOX_ICONS = {"mine": "inbox", "body": "building-bank", "sent": "arrow-forward-up", "watch": "eye", "all": "list"}
TIME_ICONS = {"overdue": "alert-circle-filled", "soon": "clock", "suspended": "clock-pause"}


def find(state: State, actor: Actor) -> Found:
    """Load a page by due date; those whose clock stands still come last, on the last page."""
    rows = matching(state, actor)
    running = rows if state.conditions.get("time") else rows.filter(suspended_on__isnull=True)
    found = keyset.page(running, state.order, size=INBOX.page_size, after=state.after, before=state.before)
    shown = list(found.rows)
    if not found.next and not state.conditions.get("time"):
        shown += rows.filter(suspended_on__isnull=False).order_by("due_on", "pk")[:SUSPENDED_SHOWN]
    last = found.first + len(shown) - 1
    return Found(found, list(grouped(shown, show_rows(state, shown))), capped(rows), last)


def capped(rows: QuerySet[Any]) -> str:
    """Count rows up to a thousand."""
    number = rows.order_by().select_related(None).values("pk")[: COUNT_UP_TO + 1].count()
    return f"{number:,}" if number <= COUNT_UP_TO else f"{COUNT_UP_TO:,}+"


def sides(state: State, actor: Actor) -> dict[str, list[Side]]:
    """Return the boxes, the usual conditions and the kinds with their numbers. Four queries.

    Numbers of the own and the body's box come from one pass over what lies with the body, which an index finds; the
    box of the whole area has none.
    """
    mine, body, sent, watch, _everything = boxes(actor, {})
    times = [option for option in time_options(actor, {}) if option.value in TIME_ICONS]
    rows = Matter.objects.visible_to(actor).open()
    ours = rows.filter(mine.q | body.q)
    counts = {option.value: Count("pk", filter=option.q) for option in (mine, body)}
    counts |= {option.value: Count("pk", filter=mine.q & option.q) for option in times}
    numbers = {name: f"{number:,}" for name, number in ours.aggregate(**counts).items()}
    numbers |= {option.value: capped(rows.filter(option.q)) for option in (sent, watch)}
    here = state.conditions.get("box", ["mine"])[0]
    time = state.conditions.get("time", [""])[0]
    return {
        "boxes": [_box(option, numbers, here) for option in boxes(actor, {})],
        "times": [_time(option, numbers, time) for option in times],
        "kinds": _kinds(ours.filter(mine.q), state),
    }


def _box(option: Any, numbers: dict[str, str], here: str) -> Side:
    url = "?" + to_query({"box": option.value})
    return Side(option.label, BOX_ICONS[option.value], url, numbers.get(option.value, ""), option.value == here)


def _time(option: Any, numbers: dict[str, str], here: str) -> Side:
    url = "?" + to_query({"time": option.value})
    return Side(option.label, TIME_ICONS[option.value], url, numbers[option.value], option.value == here)


def _kinds(rows: QuerySet[Any], state: State) -> list[Side]:
    known, here = dict(kinds.labels()), state.conditions.get("kind", [])
    found = rows.order_by().values_list("kind").annotate(number=Count("pk")).order_by("-number")
    return [
        Side(known.get(code, code), "", "?" + to_query({"kind": code}), f"{number:,}", code in here)
        for code, number in found
    ]


def open_for(actor: Actor) -> QuerySet[Any]:
    """Return what lies with a person or unassigned with his body, with a date, earliest first; for feeds."""
    mine: Q = boxes(actor, {})[0].q
    rows = Matter.objects.visible_to(actor).open().filter(mine, due_on__isnull=False)
    return rows.select_related("community", "area").defer("area__boundary", "community__boundary").order_by("due_on")
