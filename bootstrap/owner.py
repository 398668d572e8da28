"""Who owns the cluster: PostgreSQL refuses to run as root, so root lends it to an unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "postgres"  # Debian's postgresql-common creates it
OWN_USER = "jiugai"


@dataclass(frozen=True)
class Owner:
    """An operating-system user that runs PostgreSQL."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return os.geteuid() == self.uid

    def run(self, command: Sequence[str | os.PathLike[str]], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as this user, outside our terminal session, from a directory everybody may enter."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C.UTF-8"}
        return subprocess.run(
            [os.fspath(part) for part in command],
            cwd="/",
            env=env,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            user=None if self.is_us else self.uid,
            group=None if self.is_us else self.gid,
            extra_groups=None if self.is_us else [],
            check=False,
        )

    def may_write(self, directory: Path) -> bool:
        """True when the user can reach and write the directory: not so in a clone below a 0700 home."""
        return self.run(["test", "-w", directory, "-a", "-x", directory]).returncode == 0

    def give(self, path: Path, mode: int) -> None:
        """Make this user the owner of a path."""
        if not self.is_us:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def named(name: str) -> Owner | None:
    """The user of that name, None when there is none."""
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def numbered(uid: int) -> Owner | None:
    """The user with that number, None when there is none."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return None
    return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def cluster_owner(*, data: Path, uid: int) -> Owner:
    """Who runs the cluster in `data`: its present owner, else this user, else for root a system user."""
    if uid != 0:
        return numbered(uid) or Owner(name=str(uid), uid=uid, gid=os.getgid())
    if data.exists() and (holder := numbered(data.stat().st_uid)) and holder.uid != 0:
        return holder
    return named(SYSTEM_USER) or named(OWN_USER) or _new_user()


def _new_user() -> Owner:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", OWN_USER]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    made = pwd.getpwnam(OWN_USER)
    return Owner(name=made.pw_name, uid=made.pw_uid, gid=made.pw_gid)
