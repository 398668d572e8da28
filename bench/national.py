# ruff: noqa: E402 - Django has to be set up before our modules are imported
"""The plans of the whole country as jobs over the worker queue: 220,000 projects in 330 cities on one machine.

    make bench ARGS="national --kit DIR --cities 12 --seconds 20"     a scale for trying: 12 cities of the same sizes
    make bench ARGS="national --kit DIR"                              all of it

DIR holds `make_instance.py` and `score.py` of the planning kit. Every city is a job of the queue that also carries out
imports and notices; `--workers` processes take them, each solving with one thread: for `--seconds` on the mean, longer
the larger the city. The bench draws the sizes of the cities (a few large, many small), so that `--cities N` takes every
k-th of them and the mean stays. Each plan is scored by the kit's judge. Printed: time, projects, gap over all cities
and the worst, memory, processor time.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiugai.config.settings")
django.setup()

import numpy as np

from bench.national_job import plan_city
from jiugai.accounts.maintenance import run_worker

PROJECTS, CITIES = 220_000, 330


def sizes() -> list[int]:
    """Return the number of projects of every city, the same in every call."""
    draws = np.random.default_rng(1).lognormal(0, 0.8, CITIES)
    found = np.maximum(20, (draws / draws.sum() * PROJECTS).astype(int))
    found[int(np.argmax(found))] += PROJECTS - found.sum()
    return [int(n) for n in found]


def chosen(cities: int) -> list[tuple[int, int]]:
    """Return number and size of so many cities, spread evenly over the sizes, largest first as a queue would."""
    order = sorted(enumerate(sizes()), key=lambda one: -one[1])
    picked = np.linspace(0, CITIES - 1, cities).round().astype(int)
    return [order[int(k)] for k in np.unique(picked)]


def time_for(projects: int, mean: float) -> float:
    """Return the seconds of a city: its share of the whole time by size, half the mean at least."""
    return max(mean / 2, mean * projects * CITIES / PROJECTS)


def report(folder: Path, cities: int, seconds: float) -> None:
    """Print what came of the jobs."""
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.done")]
    planned = [row for row in rows if row["objective"] is not None]
    points, bound = sum(r["objective"] for r in planned), sum(r["bound"] for r in planned)
    gaps = sorted(1 - r["objective"] / r["bound"] for r in planned)
    projects = sum(r["projects"] for r in rows)
    print(f"cities done {len(rows)} of {cities}, plans {len(planned)}, accepted {sum(r['judge'] for r in rows)}")
    print(f"projects {projects:,} in {seconds:,.0f} s; all {CITIES} cities at that pace: {seconds * CITIES / max(1, len(rows)) / 3600:.2f} h")  # fmt: skip  # noqa: E501
    if planned:
        print(f"gap over all {1 - points / bound:.2%}, median {gaps[len(gaps) // 2]:.2%}, worst {gaps[-1]:.2%}")
        print(f"processor {sum(r['cpu'] for r in rows):,.0f} s, memory of a worker at most {max(r['mb'] for r in rows):.0f} MB")  # fmt: skip  # noqa: E501


def main() -> None:
    """Put the jobs into the queue, let workers empty it, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kit", type=Path)
    parser.add_argument("--cities", type=int, default=CITIES)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--work", action="store_true", help="be one of the workers")
    wanted = parser.parse_args()
    if wanted.work:
        run_worker(wait=False)
        return
    if wanted.kit is None:
        parser.error("--kit DIR is needed")
    with tempfile.TemporaryDirectory() as folder:
        cities, load_before = chosen(wanted.cities), os.getloadavg()[0]
        for number, projects in cities:
            plan_city.defer(folder=folder, number=number, projects=projects, kit=str(wanted.kit.resolve()),
                            seconds=time_for(projects, wanted.seconds))  # fmt: skip
        began = time.perf_counter()
        command = [sys.executable, "-m", "bench.national", "--work"]
        workers = [subprocess.Popen(command) for _ in range(wanted.workers)]
        for worker in workers:
            worker.wait()
        print(f"load before {load_before:.1f}, after {os.getloadavg()[0]:.1f}; {wanted.workers} workers")
        report(Path(folder), len(cities), time.perf_counter() - began)


if __name__ == "__main__":
    main()
