"""Background jobs of works. Each may be started again after a crash."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.works.actions.warranting import remind_of_ends


@app.periodic(cron="20 22 * * *")  # the queue counts in UTC: 06:20 in Beijing
@app.task(name="works.warranties", queueing_lock="works.warranties")
def remind_of_warranties(timestamp: int) -> None:
    """Remind of warranties that end soon. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        remind_of_ends(now=timezone.now(), on=timezone.localdate())
