"""Counters and timings for the metrics endpoint."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.http import HttpRequest
from prometheus_client import Counter, Histogram

REQUESTS = Counter("jiugai_requests_total", "Requests answered", ["method", "view", "status"])
SECONDS = Histogram(
    "jiugai_request_seconds",
    "Time to answer",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


@dataclass
class Seen:
    """What the wrapped code found out."""

    status: int = 500


@contextmanager
def observe(request: HttpRequest) -> Iterator[Seen]:
    """Count and time one request under the name of its view, so that the labels stay few."""
    seen, start = Seen(), time.perf_counter()
    try:
        yield seen
    finally:
        match = request.resolver_match
        view = (match.view_name if match else "") or "unknown"
        REQUESTS.labels(request.method or "?", view, str(seen.status)).inc()
        SECONDS.labels(view).observe(time.perf_counter() - start)
