"""Background jobs of planning. Each may be started again after a crash."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning.actions.asking import tell_lapsed


@app.periodic(cron="10 22 * * *")  # the queue counts in UTC: 06:10 in Beijing
@app.task(name="planning.lapses", queueing_lock="planning.lapses")
def tell_lapses(timestamp: int) -> None:
    """Tell of opinions whose time ran out. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        tell_lapsed(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())
