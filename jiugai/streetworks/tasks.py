"""Background jobs of streetworks. Each may be started again after a crash."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.streetworks.actions.asking import lapse_unanswered


@app.periodic(cron="20 22 * * *")  # the queue counts in UTC: 06:20 in Beijing
@app.task(name="streetworks.lapses", queueing_lock="streetworks.lapses")
def lapse_requests(timestamp: int) -> None:
    """Register requests that nobody answered in time. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        lapse_unanswered(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())
