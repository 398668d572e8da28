"""Nightly housekeeping."""

from datetime import timedelta

from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from jiugai.accounts.models import JobFailure, LoginAttempt

KEEP_JOBS_DAYS = 90
# The Cybersecurity Law asks for six months of network logs (art. 21).
KEEP_ATTEMPTS_DAYS = 200


@app.periodic(cron="20 19 * * *")  # the queue counts in UTC: 03:20 in Beijing
@app.task(name="accounts.tidy", queueing_lock="accounts.tidy")
def tidy(timestamp: int) -> None:
    """Remove old finished jobs, old log-in attempts and expired sessions. `timestamp` is the planned time."""
    now = timezone.now()
    manager = JobManager(DjangoConnector())
    async_to_sync(manager.delete_old_jobs)(
        nb_hours=KEEP_JOBS_DAYS * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
    JobFailure.objects.filter(at__lt=now - timedelta(days=KEEP_JOBS_DAYS)).delete()
    LoginAttempt.objects.filter(at__lt=now - timedelta(days=KEEP_ATTEMPTS_DAYS)).delete()
    Session.objects.filter(expire_date__lt=now).delete()
