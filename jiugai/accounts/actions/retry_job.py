"""Queue a failed job again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.manager import JobManager

from jiugai.accounts import audit
from jiugai.accounts.actor import Actor
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import require
from jiugai.accounts.jobs import facts_of
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Conflict


@transaction.atomic
def retry_job(*, actor: Actor, job: Any, now: datetime) -> None:
    """Queue a failed job again; two people at once queue it once.

    Raises NotAllowed outside of the areas in which the actor may, and Conflict for a job that has not failed.
    """
    facts = facts_of(job)
    require(actor, Permission.JOB_RETRY, facts)
    if job.status != "failed":
        raise Conflict("这件作业没有失败，不用重试", remedy="刷新页面看现在的状态")
    try:
        JobManager(DjangoConnector()).retry_job_by_id(job.pk, retry_at=now)
    except ConnectorException as gone:
        raise Conflict("这件作业的状态刚变了", remedy="刷新页面看现在的状态") from gone
    audit.record(action=Action.JOB_RETRIED, actor=actor, subject=f"{job.pk} {facts.title}", area_path=facts.area_path)
