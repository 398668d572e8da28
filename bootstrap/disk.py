"""Room on the disk, looked at before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from bootstrap.problems import DiskFull

MB = 1024 * 1024
FIRST_TIME_MB = 2500  # Python and npm packages, the cluster and the shipped data
NEXT_TIME_MB = 300  # room for the write-ahead log and uploads


def check(*, place: Path, first_time: bool, free: int | None = None) -> None:
    """Raise DiskFull when too little is left. `free` in bytes is measured unless given."""
    needed = FIRST_TIME_MB if first_time else NEXT_TIME_MB
    free_mb = (shutil.disk_usage(place).free if free is None else free) // MB
    if free_mb < needed:
        raise DiskFull(place=str(place), free_mb=free_mb, needed_mb=needed)
