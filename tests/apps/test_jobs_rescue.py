"""Jobs outlive the worker that ran them, and failures get a number."""

import asyncio
from types import SimpleNamespace

import pytest
from django.db import connection

from jiugai.accounts.maintenance import MOST_ATTEMPTS, note_failure, rescue_stalled_jobs
from jiugai.accounts.models import JobFailure
from jiugai.domain.errors import Refusal

pytestmark = pytest.mark.django_db


def a_running_job(*, heartbeat_seconds_ago: int, attempts: int = 0) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            " RETURNING id",
            [heartbeat_seconds_ago],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, attempts, worker_id)"
            " VALUES ('default', 'test', 0, '{}', 'doing', %s, %s) RETURNING id",
            [attempts, worker],
        )
        return int(cursor.fetchone()[0])


def status_of(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


def test_job_of_a_dead_worker_is_queued_again():
    job = a_running_job(heartbeat_seconds_ago=60)
    assert rescue_stalled_jobs() == [job]
    assert status_of(job) == "todo"


def test_job_of_a_living_worker_is_left_alone():
    job = a_running_job(heartbeat_seconds_ago=3)
    assert rescue_stalled_jobs() == []
    assert status_of(job) == "doing"


def test_job_that_keeps_killing_its_worker_is_given_up_with_words():
    job = a_running_job(heartbeat_seconds_ago=60, attempts=MOST_ATTEMPTS - 1)
    rescue_stalled_jobs()
    assert status_of(job) == "failed"
    assert "已停止重试" in JobFailure.objects.get(job=job).message


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("error", "words"), [(ValueError("secret inside"), ""), (Refusal("文件已不在"), "文件已不在")])
def test_failure_is_kept_under_the_number_in_the_log(error, words, caplog):
    async def breaks():
        raise error

    context = SimpleNamespace(job=SimpleNamespace(id=7, task_name="test"))
    with pytest.raises(type(error)):
        asyncio.run(note_failure(breaks, context, None))
    failure = JobFailure.objects.get(job=7)
    assert failure.message == words
    assert f"incident {failure.incident} in job 7" in caplog.text
