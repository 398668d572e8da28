"""Dispatch of the core area's plan for centrally owned communities, at fixed intervals (T32-8)."""

from datetime import date, datetime, timedelta

from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.rules.words import months_after
from jiugai.matters.actions import open_matter
from jiugai.planning.actions.batching import city_body
from jiugai.planning.models import CoreDispatch
from jiugai.policy import figures
from jiugai.web.turns import take_turn

AHEAD = timedelta(days=14)


def next_due(*, on: date) -> date | None:
    """Return the day by which the next dispatch is due: the interval after the last one, today when none was held.

    None while the interval has no value.
    """
    interval = figures.current().value("plan_core_dispatch_months", on)
    if interval is None:
        return None
    last = CoreDispatch.objects.filter(held_on__isnull=False).order_by("-held_on").first()
    return on if last is None else months_after(last.held_on, interval.whole)


@transaction.atomic
def plan_dispatch(*, actor: Actor, now: datetime, on: date) -> CoreDispatch | None:
    """Open the next dispatch two weeks before it is due, unless one is open; return it or None."""
    take_turn("planning.dispatch")
    due, city = next_due(on=on), Area.objects.filter(level="city").defer("boundary").first()
    waiting = CoreDispatch.objects.filter(closed_at__isnull=True).exists()
    if due is None or city is None or waiting or due - AHEAD > on:
        return None
    values = {"due_on": due, "owner": city_body(), "detail": "核心区（东城、西城）央产老旧小区改造计划逐项调度"}
    made: CoreDispatch = open_matter(model=CoreDispatch, values=values, area=city, actor=actor, now=now)
    return made
