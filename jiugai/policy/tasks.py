"""Background jobs of policy."""

from contextlib import suppress

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jiugai.policy.lapsing import tell_lapses
from jiugai.policy.refreshing import refresh
from jiugai.registry.models import Community


def judge_again() -> None:
    """Let the worker judge all communities again soon; one waiting is enough."""
    with suppress(AlreadyEnqueued):
        app.configure_task("policy.refresh", queueing_lock="policy.refresh").defer(
            timestamp=int(timezone.now().timestamp())
        )


@app.periodic(cron="10 17 * * *")  # the queue counts in UTC: 01:10 in Beijing, after the day has changed
@app.task(name="policy.refresh", queueing_lock="policy.refresh")
def refresh_verdicts(timestamp: int) -> None:
    """Tell what lapsed overnight, then judge all communities again. `timestamp` is the planned time."""
    now = timezone.now()
    on = timezone.localdate(now)
    tell_lapses(on=on, now=now)
    refresh(rows=Community.objects.current(), on=on, now=now)
