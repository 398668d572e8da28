"""Two people importing the same rows at once, and a worker killed in the middle: nothing doubled, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from jiugai.accounts.actor import SYSTEM, Actor
from jiugai.accounts.maintenance import rescue_stalled_jobs
from jiugai.accounts.scope import scoped
from jiugai.registry.intake import steps, writing
from jiugai.registry.models import Community, CommunityValue, ImportBatch, ImportRow
from tests.apps.import_rows import checked, csv_of, declared, draw_ground
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)
State = ImportBatch.State
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 120


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    return cast.actor("data_officer")


def many(count: int) -> bytes:
    names = (f"{n:04d}号院" for n in range(count))
    return csv_of(
        [
            (f"CY-{n}", name, "朝阳区", 1950 + n % 50, 100 + n, 116.41 + n % 60 / 400, 39.85 + n // 60 / 400)
            for n, name in enumerate(names)
        ]
    )


def test_two_people_importing_the_same_rows_at_once_make_each_community_once(cast: Cast, officer, monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 20)
    other = cast.actor("district_lead")
    batches = [checked(who, many(60), source=name) for who, name in ((officer, "甲台账"), (other, "乙台账"))]
    for who, batch in zip((officer, other), batches, strict=True):
        assert batch.summary["checked"]["new"] == 60
        steps.ask_write(batch_id=batch.pk, actor=who)
    start = Barrier(2)

    def write(batch: ImportBatch) -> str:
        try:
            with scoped(SYSTEM):
                start.wait()
                return writing.write(batch.pk, user_id=batch.uploaded_by_id, clock=timezone.localtime).state
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(write, batches)) == [State.WRITTEN, State.WRITTEN]
    assert Community.objects.count() == 60
    assert CommunityValue.objects.filter(field="households").count() == 120


Worker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def worker(tmp_path) -> Iterator[Worker]:
    """Start real worker processes on the test database; all end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        where = connection.settings_dict
        parts = {"host": where["HOST"], "port": where["PORT"], "dbname": where["NAME"], "user": where["USER"]}
        parts |= {"password": where["PASSWORD"]}
        url = " ".join(f"{k}='{v}'" for k, v in parts.items() if v)
        code = (
            "import django, sys; django.setup(); from django.conf import settings; "
            f"settings.MEDIA_ROOT = {str(tmp_path)!r}; "
            "from jiugai.registry.intake import staging, writing, undoing, previewing; "
            "staging.CHUNK = writing.CHUNK = undoing.CHUNK = previewing.CHUNK = 25; "
            "from jiugai.accounts.maintenance import run_worker; run_worker()"
        )
        env = {
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "jiugai.config.settings",
            "JIUGAI_LOG": "ERROR",
        }
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end, list(ImportBatch.objects.values("state", "rows_done", "failure"))
        time.sleep(0.02)


def killed_in_the_middle(batch: ImportBatch, state: str, worker: Worker) -> int:
    """Run a worker until it is half-way, kill it, and return how many rows it had done."""
    process = worker()
    wait_until(lambda: ImportBatch.objects.filter(pk=batch.pk, state=state, rows_done__gt=0).exists())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    batch.refresh_from_db()
    assert batch.state == state, "the worker was too fast to be killed in the middle"
    return batch.rows_done


def taken_up(batch: ImportBatch, state: str, worker: Worker) -> None:
    """Give the dead worker's job to another, without waiting for the usual twenty seconds."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    assert rescue_stalled_jobs()
    process = worker()
    wait_until(lambda: ImportBatch.objects.filter(pk=batch.pk, state=state).exists())
    process.terminate()
    process.wait()


@pytest.mark.obligation("T01-1")
def test_worker_killed_while_checking_writing_and_undoing_doubles_and_loses_nothing(officer, worker):
    count = 1000
    batch = declared(officer, many(count))
    steps.ask_check(batch_id=batch.pk, actor=officer)
    killed_in_the_middle(batch, State.CHECKING, worker)
    taken_up(batch, State.CHECKED, worker)
    assert ImportRow.objects.filter(batch=batch).count() == count
    assert ImportBatch.objects.get(pk=batch.pk).summary["checked"]["new"] == count

    steps.ask_write(batch_id=batch.pk, actor=officer)
    done = killed_in_the_middle(batch, State.WRITING, worker)
    assert Community.objects.count() == done == ImportRow.objects.filter(batch=batch, written_at__isnull=False).count()
    taken_up(batch, State.WRITTEN, worker)
    assert Community.objects.count() == count
    assert CommunityValue.objects.filter(field="households").count() == count

    steps.ask_undo(batch_id=batch.pk, actor=officer, reason="试")
    killed_in_the_middle(batch, State.UNDOING, worker)
    taken_up(batch, State.UNDONE, worker)
    assert not Community.objects.current().exists()
    assert not CommunityValue.objects.filter(withdrawn_at__isnull=True).exists()
