"""Everything that must be there before a command can work: room, rights, packages, a database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bootstrap import cluster_make, disk, node_env, outside, python_env, system
from bootstrap.environment import outside_server
from bootstrap.locks import waiting
from bootstrap.places import Places
from bootstrap.problems import PlaceNotOurs


def packages(places: Places, *, tests: bool = False, bench: bool = False) -> None:
    """Install what is missing on this machine and in this clone; the caller holds the installation lock."""
    own_server = outside_server() is None
    wanted = system.for_running(places, own_server=own_server) + (system.for_tests() if tests else [])
    system.install(wanted, log=places.log / "apt.log")
    python_env.install(places)
    if bench:
        python_env.install(places, bench=True)
    node_env.install(places)
    if tests:
        system.browser(places)


@contextmanager
def workplace(places: Places, *, tests: bool = False, bench: bool = False) -> Iterator[str]:
    """Packages and a database for the length of the block; yields its DATABASE_URL.

    Whoever started the private cluster stops it at the end, unless others are connected to it.
    """
    check_room(places)
    with waiting(places.var / "install.lock"):
        packages(places, tests=tests, bench=bench)
        given = outside_server()
        cluster, started = (None, False) if given else cluster_make.ensure(places)
    if given:
        outside.check(places, url=given)
    try:
        yield given or (cluster.url if cluster else "")
    finally:
        if cluster and started and cluster.pid() and cluster.visitors() == 0:
            cluster.stop()


def check_room(places: Places) -> None:
    """Raise DiskFull or PlaceNotOurs before anything is written."""
    to_write = [places.var]
    if not python_env.stamp_of(places).fresh():
        to_write.append(places.venv)
    if not node_env.stamp_of(places).fresh():
        to_write.append(places.root / "node_modules")
    for place in (wanted if wanted.exists() else places.root for wanted in to_write):
        if not os.access(place, os.W_OK):
            raise PlaceNotOurs(place=str(place), owner=_owner(place))
    no_cluster = outside_server() is None and not (places.pg / "PG_VERSION").exists()
    first_time = places.venv in to_write or no_cluster
    disk.check(place=places.var if places.var.exists() else places.root, first_time=first_time)


def _owner(place: Path) -> str:
    try:
        return place.owner()
    except KeyError:
        return str(place.stat().st_uid)
