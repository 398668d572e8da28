"""Server processes count together, from zero at each start."""

from __future__ import annotations

import os
import subprocess
import sys

from bootstrap import web
from bootstrap.places import Places

COUNT = "from prometheus_client import Counter; Counter('asked', 'x').inc()"
SUM = (
    "from prometheus_client import CollectorRegistry, generate_latest\n"
    "from prometheus_client.multiprocess import MultiProcessCollector\n"
    "together = CollectorRegistry(); MultiProcessCollector(together); print(generate_latest(together).decode())"
)


def python(code: str, directory: object) -> str:
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(directory)}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout


def test_counts_of_all_processes_are_summed_and_gone_at_the_next_start(places: Places) -> None:
    directory = web.empty_counters(places)
    python(COUNT, directory)
    python(COUNT, directory)
    assert "asked_total 2.0" in python(SUM, directory)
    assert "asked_total" not in python(SUM, web.empty_counters(places))
