"""What a watcher asks: does the process answer, can it work, and how busy is it."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric

WORKER_LATE = timedelta(seconds=60)
LEAST_FREE_BYTES = 500 * 1024 * 1024


def checks(*, now: datetime) -> dict[str, str]:
    """Return `ok` or what is wrong, per part. Nothing in the words helps an attacker: anybody may ask."""
    parts: dict[str, Callable[[], str]] = {
        "database": _database,
        "migrations": _migrations,
        "worker": lambda: _worker(now),
        "disk": _disk,
    }
    return {name: _result(check) for name, check in parts.items()}


def _result(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, OSError):
        return "unreachable"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"


def _worker(now: datetime) -> str:
    last = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    return "ok" if last and last > now - WORKER_LATE else "no heartbeat"


def _disk() -> str:
    free = shutil.disk_usage(settings.VAR_DIR if settings.VAR_DIR.exists() else "/").free
    return "ok" if free >= LEAST_FREE_BYTES else "nearly full"


class JobMetrics:
    """Counts jobs when the metrics are read, so that every process reports the same."""

    def collect(self) -> Iterator[Metric]:
        """Yield the queue's length by state."""
        jobs = GaugeMetricFamily("jiugai_jobs", "Background jobs by state", labels=["state"])
        for row in ProcrastinateJob.objects.values("status").annotate(count=Count("id")):
            jobs.add_metric([row["status"]], row["count"])
        yield jobs


JOBS = CollectorRegistry(auto_describe=False)
JOBS.register(JobMetrics())
