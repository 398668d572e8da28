"""Background jobs of matters. Each may be started again after a crash."""

import logging
from datetime import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Refusal
from jiugai.matters.actions.escalating import escalate
from jiugai.matters.actions.redating import redate
from jiugai.matters.models import HolidayNotice
from jiugai.matters.queries.late import late_matters

log = logging.getLogger(__name__)


@app.task(name="matters.redate", lock="matters.redate")
def redate_matters(notice_id: int) -> None:
    """Work out the dates of open matters after a holiday notice."""
    with scoped(SYSTEM):
        redate(notice=HolidayNotice.objects.get(pk=notice_id), now=timezone.now())


def queue_redate(notice_id: int) -> int:
    """Put that job into the queue within the caller's transaction; return its number."""
    job: int = redate_matters.defer(notice_id=notice_id)
    return job


@app.periodic(cron="30 22 * * *")  # the queue counts in UTC: 06:30 in Beijing
@app.task(name="matters.escalate", queueing_lock="matters.escalate")
def escalate_late(timestamp: int) -> None:
    """Tell the bodies above of what is late, once per level. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        escalate_all(now=timezone.now())


def escalate_all(*, now: datetime) -> int:
    """Escalate what is late and due for the next level; return how many. One that has nobody above is left."""
    done = 0
    for matter in late_matters(today=timezone.localdate(now)):
        try:
            escalate(matter=matter, actor=SYSTEM, now=now)
            done += 1
        except Refusal as refusal:
            log.info("matter %s not escalated: %s", matter.pk, refusal.message)
    return done
