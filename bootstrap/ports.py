"""Is our port free, and if not, who has it."""

from __future__ import annotations

import errno
import os
import re
import socket
from collections.abc import Iterable
from pathlib import Path

from bootstrap.problems import BadPort, PortTaken

LISTENING = "0A"


def chosen(value: str) -> int:
    """The number in JIUGAI_PORT."""
    port = int(value) if value.isascii() and value.isdigit() else 0
    if not 1 <= port <= 65535:
        raise BadPort(value=value)
    return port


def check(*, address: str, port: int) -> None:
    """Raise PortTaken when we could not listen there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as refused:
            raise BadPort(value=str(port)) from refused
        except OSError as refused:
            if refused.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(port=port, holder=holder(port)) from refused


def holder(port: int) -> str | None:
    """Program and process that listen on the port, None when that cannot be seen (another user's process)."""
    inodes = set(_listening_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & set(_socket_inodes(process)):
            return f"{_name(process)} (pid {process.name})"
    return None


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:  # it has ended meanwhile
        return "?"


def _listening_inodes(port: int) -> Iterable[str]:
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if not Path(table).exists():
            continue
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            cells = line.split()
            if cells[3] == LISTENING and int(cells[1].rpartition(":")[2], 16) == port:
                yield cells[9]


def _socket_inodes(process: Path) -> Iterable[str]:
    try:
        for handle in os.scandir(process / "fd"):
            found = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(handle.path))  # noqa: PTH115 - no such path
            if found:
                yield found[1]
    except OSError:
        return
