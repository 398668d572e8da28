"""Running the worker: numbers for failures, and rescue of jobs whose worker has died."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.db import close_old_connections, transaction
from procrastinate import JobContext, jobs
from procrastinate.contrib.django import app
from procrastinate.contrib.django.db_cleanup import close_db_connections, close_db_connections_async
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.models import JobFailure
from jiugai.accounts.scope import scoped
from jiugai.domain.errors import Refusal
from jiugai.web.request_id import new_request_id, numbered
from jiugai.web.turns import take_turn

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 5
QUIET_SECONDS = 20
RESCUE_EVERY_SECONDS = 10
MOST_ATTEMPTS = 5
STOP_WAIT_SECONDS = 20


def run_worker(*, concurrency: int = 1, wait: bool = True) -> None:
    """Work through the queue until told to stop; with `wait=False` only until it is empty.

    Jobs left behind by a dead worker are taken up at the start and every few seconds after.
    """
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
        asyncio.run(_work(concurrency=concurrency, wait=wait))


async def _work(*, concurrency: int, wait: bool) -> None:
    await asyncio.to_thread(_rescue_and_close)
    # Not a periodic job: with one job at a time it would queue behind the very import that hangs.
    rescuer = asyncio.create_task(_keep_rescuing())
    try:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                wait=wait,
                install_signal_handlers=wait,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=QUIET_SECONDS,
                shutdown_graceful_timeout=STOP_WAIT_SECONDS,
                task_middleware=[close_db_connections, close_db_connections_async, see_everything],
                worker_middleware=[note_failure],
            )
    finally:
        rescuer.cancel()
        with suppress(asyncio.CancelledError):
            await rescuer


async def _keep_rescuing() -> None:
    while True:
        await asyncio.sleep(RESCUE_EVERY_SECONDS)
        try:
            await asyncio.to_thread(_rescue_and_close)
        except Exception:  # the worker must outlive a database that is away for a moment
            log.exception("rescue of stalled jobs failed")


def _rescue_and_close() -> None:
    try:
        rescue_stalled_jobs()
    finally:
        close_old_connections()


def rescue_stalled_jobs(*, quiet_seconds: float = QUIET_SECONDS) -> list[int]:
    """Put jobs whose worker gave no sign of life for `quiet_seconds` back into the queue; return their numbers.

    A job that killed its worker MOST_ATTEMPTS times is marked failed instead. The lock keeps two rescuers from
    starting a job twice.
    """
    manager = JobManager(DjangoConnector())
    with transaction.atomic():
        take_turn("jiugai.rescue")
        stalled = async_to_sync(manager.get_stalled_jobs)(seconds_since_heartbeat=quiet_seconds)
        for job in stalled:
            _take_up(manager, job)
    return [job.id for job in stalled if job.id]


def _take_up(manager: JobManager, job: jobs.Job) -> None:
    if job.attempts + 1 < MOST_ATTEMPTS:
        async_to_sync(manager.retry_job)(job)
        log.warning("job %s: its worker died, queued again", job.id)
        return
    async_to_sync(manager.finish_job)(job, jobs.Status.FAILED, delete_job=False)
    message = f"处理它的进程连续 {MOST_ATTEMPTS} 次中断，已停止重试"
    JobFailure.objects.create(job=job.id or 0, incident=new_request_id(), message=message)
    log.error("job %s: its worker died %s times, given up", job.id, MOST_ATTEMPTS)


async def note_failure(call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: Any) -> Any:
    """Worker middleware: run the job under a number of its own, and keep that number if it fails."""
    with numbered() as number:
        try:
            return await call_next()
        except Exception as exc:
            log.exception("incident %s in job %s %s", number, context.job.id, context.job.task_name)
            message = exc.message if isinstance(exc, Refusal) else ""
            await sync_to_async(_keep_failure, thread_sensitive=False)(context.job.id or 0, number, message)
            raise


def _keep_failure(job: int, number: str, message: str) -> None:
    try:
        JobFailure.objects.create(job=job, incident=number, message=message[:300])
    finally:
        close_old_connections()


def see_everything(call_next: Callable[[], Any], _context: JobContext, _worker: Any) -> Any:
    """Task middleware: jobs act for the system; who asked for them stands in their arguments."""
    with scoped(SYSTEM):
        return call_next()
