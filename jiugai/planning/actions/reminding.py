"""Reminding planners of opinions that are due (T19-10)."""

from datetime import date, datetime

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.matters.actions.journal import write
from jiugai.matters.clocks import calendar
from jiugai.matters.models.log import What
from jiugai.planning.models import PlannerOpinion
from jiugai.policy import figures


@transaction.atomic
def remind_due(*, actor: Actor, now: datetime, on: date) -> int:
    """Write a reminder into every running opinion that is due within the days set for it, once; return how many.

    A question that was suspended and runs again is reminded of anew, because its date has moved.
    """
    ahead = figures.current().value("opinion_remind_before", on)
    if ahead is None:
        return 0
    until = calendar().add_workdays(on, ahead.whole).day
    rows = PlannerOpinion.objects.filter(
        closed_at__isnull=True, suspended_on__isnull=True, due_on__gte=on, due_on__lte=until
    )
    done = 0
    for opinion in rows.order_by("pk"):
        if opinion.reminded_on is None or _moved_since(opinion, opinion.reminded_on):
            _remind(opinion, actor, now, on)
            done += 1
    return done


def _moved_since(opinion: PlannerOpinion, day: date) -> bool:
    return opinion.pauses.filter(ends__gt=day).exists()


def _remind(opinion: PlannerOpinion, actor: Actor, now: datetime, on: date) -> None:
    PlannerOpinion.objects.filter(pk=opinion.pk).update(reminded_on=on)
    left = calendar().between(on, opinion.due_on) if opinion.due_on else 0
    words = "今天到期，请今天出具意见" if left <= 0 else f"还剩 {left} 个工作日，请按期出具意见"
    write(matter=opinion, what=What.COMMENTED, actor=actor, now=now, reason=f"催办：{words}")
