"""A month of the working calendar: which days are worked, why not, and what is due."""

from calendar import monthcalendar
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from jiugai.accounts.actor import Actor
from jiugai.matters import clocks
from jiugai.matters.inbox import boxes
from jiugai.matters.models import Matter


@dataclass(frozen=True)
class MonthDay:
    """A day: whether it is worked, the holiday's name, how many matters of the person are due."""

    day: date
    works: bool
    name: str
    known: bool
    due: int
    today: bool


def month_of(first: date, *, actor: Actor, today: date) -> list[list[MonthDay | None]]:
    """Return the weeks of a month, None for days of other months; three queries at most."""
    working = clocks.calendar()
    names = {d: n for year in clocks.years() for d, n in {**year.workdays, **year.holidays}.items()}
    mine = Matter.objects.visible_to(actor).open().filter(boxes(actor, {})[0].q)
    in_month = mine.filter(due_on__year=first.year, due_on__month=first.month).order_by()
    due = dict(in_month.values_list("due_on").annotate(number=Count("pk")))

    def one(number: int) -> MonthDay | None:
        if not number:
            return None
        day = first.replace(day=number)
        works, known = working.is_workday(day), working.is_known(day)
        return MonthDay(day, works, names.get(day, ""), known, due.get(day, 0), day == today)

    return [[one(number) for number in week] for week in monthcalendar(first.year, first.month)]
