"""The text of the cluster's own configuration files, rewritten at every start (a clone may have moved)."""

from __future__ import annotations

import os
from pathlib import Path

MB = 1024 * 1024


def memory_mb() -> int:
    """Physical memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB


def _shared_memory_type() -> str:
    """Containers often have 64 MB of /dev/shm, too little for a parallel hash join: use files instead."""
    try:
        stat = os.statvfs("/dev/shm")  # noqa: S108 - only measured
    except OSError:
        return "mmap"
    return "posix" if stat.f_bavail * stat.f_frsize >= 512 * MB else "mmap"


def settings(*, socket: Path, memory: int) -> str:
    """postgresql.conf additions for a machine with two cores. `memory` in MB."""
    quoted = str(socket).replace("'", "''")
    return "\n".join(
        [
            "# written by bootstrap at every start",
            "listen_addresses = ''",
            f"unix_socket_directories = '{quoted}'",
            "port = 5432",
            "max_connections = 100",
            f"shared_buffers = {max(64, min(512, memory // 4))}MB",
            f"effective_cache_size = {max(128, memory // 2)}MB",
            "work_mem = 32MB",
            f"maintenance_work_mem = {max(64, min(256, memory // 8))}MB",
            f"dynamic_shared_memory_type = {_shared_memory_type()}",
            "random_page_cost = 1.1",
            "jit = off  # compiling costs more than our short queries",
            "max_parallel_workers_per_gather = 1",
            "max_wal_size = 2GB",
            "wal_compression = on",
            "log_min_duration_statement = 1000",
            "log_line_prefix = '%m [%p] %d '",
            "",
        ]
    )


HBA = """# written by bootstrap: only this machine's socket, and only the users of pg_ident.conf
local all all peer map=jiugai
"""


def ident(*, owner: str) -> str:
    """Root and the owner of the cluster may be the superuser or the platform's role; nobody else gets in."""
    people = dict.fromkeys([owner, "root"])
    rows = [f"jiugai {person} {role}" for person in people for role in ("postgres", "jiugai")]
    return "\n".join(rows) + "\n"
