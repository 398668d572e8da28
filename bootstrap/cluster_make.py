"""Making the cluster of a clone ready: find programs, choose directories, initdb, roles, extensions."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from bootstrap import owner as owners
from bootstrap import postgres
from bootstrap.cluster import Cluster
from bootstrap.owner import Owner
from bootstrap.places import Places, holds_socket
from bootstrap.problems import ClusterOtherVersion, ClusterWontStart, PlaceNotOurs, PostgresMissing
from bootstrap.say import notice, step

HERE = Path(__file__).resolve().parent
ELSEWHERE = Path("/var/lib/jiugai")
STAMP = "jiugai.stamp"


def find(places: Places) -> Cluster | None:
    """The cluster of this clone as it lies on the disk, None when it has not been made."""
    return open_cluster(places) if (places.pg / "PG_VERSION").exists() else None


def open_cluster(places: Places) -> Cluster:
    """The cluster in var/pg with its programs and owner. Raises ClusterOtherVersion, PlaceNotOurs."""
    data = places.pg.resolve()
    owner = owners.cluster_owner(data=data, uid=os.geteuid())
    check_owner(place=data, owner=owner)
    programs = programs_for(data=data, installed=postgres.installed())
    return Cluster(data=data, socket=socket_dir(places, owner), programs=programs, owner=owner)


def ensure(places: Places) -> tuple[Cluster, bool]:
    """The running, bootstrapped cluster, and whether this call started it."""
    if not (places.pg / "PG_VERSION").exists():
        make(places)
    cluster = open_cluster(places)
    started = cluster.start()
    bootstrap(cluster)
    _link_log(places, cluster)
    return cluster, started


def make(places: Places) -> None:
    """initdb beside the final place, then rename: an interrupted run leaves no half cluster behind."""
    owner = owners.cluster_owner(data=places.pg, uid=os.geteuid())
    programs = newest(postgres.installed())
    step("建立数据库目录 var/pg", f"making the database cluster (PostgreSQL {programs.parent.name})")
    places.var.mkdir(exist_ok=True)
    home = _room_for(places, owner)
    _initdb(home=home, programs=programs, owner=owner)
    if places.pg.is_symlink():
        places.pg.unlink()
    if home.parent == places.var:
        home.rename(places.pg)
    else:
        places.pg.symlink_to(home)


def newest(installed: dict[int, Path]) -> Path:
    """Programs of the newest installed version."""
    if not installed:
        raise PostgresMissing(candidate="—")
    return installed[max(installed)]


def programs_for(*, data: Path, installed: dict[int, Path]) -> Path:
    """Programs of the version that made `data`."""
    made_by = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    if made_by.isdigit() and int(made_by) in installed:
        return installed[int(made_by)]
    names = [str(version) for version in sorted(installed)]
    raise ClusterOtherVersion(made_by=made_by, installed=names, place=str(data))


def check_owner(*, place: Path, owner: Owner) -> None:
    """Refuse a directory of somebody else before PostgreSQL does so in harder words."""
    uid = place.stat().st_uid
    if uid != owner.uid:
        holder = owners.numbered(uid)
        raise PlaceNotOurs(place=str(place), owner=holder.name if holder else str(uid))


def socket_dir(places: Places, owner: Owner) -> Path:
    """Choose the socket's directory and note it in var/socket-dir, where the settings look for it."""
    chosen = _choose_socket_dir(places, owner)
    places.socket_note.write_text(str(chosen), encoding="utf-8")
    return chosen


def _choose_socket_dir(places: Places, owner: Owner) -> Path:
    """var/run when a socket fits there and the owner can reach it, else a short private directory."""
    places.run.mkdir(parents=True, exist_ok=True)
    if places.run.stat().st_uid in (os.geteuid(), owner.uid):
        owner.give(places.run, 0o755)
    if holds_socket(places.run) and owner.may_write(places.run):
        return places.run
    short = places.short_socket_dir
    if not short.exists():
        short.mkdir(mode=0o700)
        owner.give(short, 0o700)
        notice(
            f"var/run 的路径不能放套接字（太长、含特殊字符或无法进入），改放 {short}\n"
            f"  var/run cannot hold the socket (too long, odd characters, or out of reach); it is in {short}"
        )
    if short.is_symlink():
        raise PlaceNotOurs(place=str(short), owner="?")
    check_owner(place=short, owner=owner)
    return short


def bootstrap(cluster: Cluster) -> None:
    """Roles, database, extensions and LEAKPROOF marks; skipped when the SQL has not changed since."""
    names = ("roles.sql", "extensions.sql", "leakproof.sql", "database.sql")
    sql = {name: (HERE / name).read_text(encoding="utf-8") for name in names}
    mark = hashlib.sha256("".join(sql.values()).encode()).hexdigest()
    stamp = cluster.data / STAMP
    if stamp.exists() and stamp.read_text(encoding="ascii") == mark:
        return
    step("建立角色、数据库和扩展", "roles, database, extensions")
    cluster.query(sql["roles.sql"])
    cluster.query(sql["extensions.sql"] + sql["leakproof.sql"], database="template1")
    cluster.query(sql["database.sql"])
    cluster.query(sql["extensions.sql"] + sql["leakproof.sql"], database="jiugai")
    stamp.write_text(mark, encoding="ascii")
    cluster.owner.give(stamp, 0o600)


def _room_for(places: Places, owner: Owner) -> Path:
    """An empty directory that the owner can reach: var/pg.new, or below /var/lib for a private clone."""
    near = places.var / "pg.new"
    shutil.rmtree(near, ignore_errors=True)
    near.mkdir()
    owner.give(near, 0o700)
    if owner.may_write(near):
        return near
    near.rmdir()
    ELSEWHERE.mkdir(mode=0o755, exist_ok=True)
    far = ELSEWHERE / secrets.token_hex(6)
    far.mkdir()
    owner.give(far, 0o700)
    notice(
        f"用户 {owner.name} 进不了 {places.root}，数据放在 {far}，var/pg 指向它\n"
        f"  user {owner.name} cannot enter {places.root}: the data lie in {far}, var/pg points there"
    )
    return far


def _initdb(*, home: Path, programs: Path, owner: Owner) -> None:
    words = ["-U", "postgres", "--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
    done = owner.run([programs / "initdb", "-D", home, *words])
    if done.returncode != 0:
        raise ClusterWontStart(said=done.stderr or done.stdout, log="—")
    with (home / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude = 'jiugai.conf'\n")


def _link_log(places: Places, cluster: Cluster) -> None:
    """var/log/postgresql.log leads to the server's log, where people look for it."""
    places.log.mkdir(exist_ok=True)
    link = places.log / "postgresql.log"
    if not link.is_symlink():
        link.symlink_to(cluster.log)
