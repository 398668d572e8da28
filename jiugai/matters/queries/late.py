"""Which matters the body above should hear of."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q

from jiugai.matters import clocks
from jiugai.matters.models import Matter

# Working days late before the first body above hears of it, and between one level and the next.
FIRST_AFTER = 1
NEXT_AFTER = 5
MOST_A_NIGHT = 10_000


def late_matters(*, today: date) -> Iterator[Any]:
    """Yield open, running matters that are late and whose next level is due."""
    working = clocks.calendar()
    first, following = _workdays_ago(working, today, FIRST_AFTER), _workdays_ago(working, today, NEXT_AFTER)
    due = Q(escalated_on__isnull=True, due_on__lte=first) | Q(escalated_on__lte=following)
    rows = Matter.objects.open().filter(due, due_on__lt=today, suspended_on__isnull=True)
    yield from rows.order_by("due_on", "pk")[:MOST_A_NIGHT]


def _workdays_ago(working: Any, today: date, days: int) -> date:
    found: date = working.add_workdays(today, -days).day
    return found
