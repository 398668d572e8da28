"""Nightly housekeeping, and lists that are written in the background."""

from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from jiugai.accounts import bulk, exporting
from jiugai.accounts.models import JobFailure, LoginAttempt
from jiugai.domain.retention import kept


@app.periodic(cron="20 19 * * *")  # the queue counts in UTC: 03:20 in Beijing
@app.task(name="accounts.tidy", queueing_lock="accounts.tidy")
def tidy(timestamp: int) -> None:
    """Remove old finished jobs, old log-in attempts and expired sessions. `timestamp` is the planned time."""
    now = timezone.now()
    jobs, attempts = (kept(one, on=timezone.localdate(now)) for one in ("finished_jobs", "login_attempts"))
    manager = JobManager(DjangoConnector())
    async_to_sync(manager.delete_old_jobs)(
        nb_hours=jobs.days * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
    JobFailure.objects.filter(at__lt=now - jobs).delete()
    LoginAttempt.objects.filter(at__lt=now - attempts).delete()
    exporting.forget(before=now - kept("exported_files", on=timezone.localdate(now)))
    Session.objects.filter(expire_date__lt=now).delete()


@app.task(name=exporting.TASK)
def export_list(export_id: int) -> None:
    """Write a long list to a workbook."""
    exporting.write(export_id=export_id, now=timezone.now())


@app.task(name=bulk.TASK)
def bulk_run(run_id: int) -> None:
    """Do a bulk action on many rows."""
    bulk.run(run_id=run_id, now=timezone.now())
