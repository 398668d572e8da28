"""Background jobs of planning. Each may be started again after a crash."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning.actions.asking import tell_lapsed
from jiugai.planning.actions.reminding import remind_due
from jiugai.planning.actions.succeeding import pass_on


@app.periodic(cron="10 22 * * *")  # the queue counts in UTC: 06:10 in Beijing
@app.task(name="planning.lapses", queueing_lock="planning.lapses")
def tell_lapses(timestamp: int) -> None:
    """Pass on what a former planner left, remind of what is due, tell of lapses. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        now, on = timezone.now(), timezone.localdate()
        pass_on(actor=SYSTEM, now=now, on=on)
        remind_due(actor=SYSTEM, now=now, on=on)
        tell_lapsed(actor=SYSTEM, now=now, on=on)
