"""The private PostgreSQL cluster of a clone: start, stop, ask."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bootstrap import cluster_files
from bootstrap.owner import Owner
from bootstrap.problems import ClusterWontStart, StalePidFile
from bootstrap.say import notice

DATABASE = "jiugai"
ROLE = "jiugai"
SUPERUSER = "postgres"


@dataclass(frozen=True)
class Cluster:
    """A data directory with the programs and the user that serve it."""

    data: Path
    socket: Path
    programs: Path
    owner: Owner

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def url(self) -> str:
        """DATABASE_URL of the platform's database; the socket directory is percent-encoded."""
        return f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(self.socket), safe='/')}"

    def pid(self) -> int | None:
        """The running server's process, None when it does not run."""
        pid = _pid_in(self.data / "postmaster.pid")
        return pid if pid and serves(pid=pid, data=self.data) else None

    def start(self) -> bool:
        """Start the server unless it runs. True when this call started it."""
        if self.pid():
            return False
        clear_stale_pid(self.data)
        self.configure()
        done = self._control("start", "-w", "-t", "120", "-l", str(self.log))
        if done.returncode != 0:
            raise ClusterWontStart(said=last_lines(self.log) or done.stderr, log=str(self.log))
        return True

    def stop(self) -> bool:
        """Stop the server, breaking its connections. True when there was one."""
        if not self.pid():
            return False
        self._control("stop", "-w", "-m", "fast", "-t", "60")
        return True

    def configure(self) -> None:
        """Write our configuration; postgresql.conf itself stays as initdb made it, plus one include."""
        self._write("jiugai.conf", cluster_files.settings(socket=self.socket, memory=cluster_files.memory_mb()))
        self._write("pg_hba.conf", cluster_files.HBA)
        self._write("pg_ident.conf", cluster_files.ident(owner=self.owner.name))

    def query(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL (psql syntax) as the superuser and return what it prints, one row per line."""
        psql = shutil.which("psql") or self.programs / "psql"
        command = [psql, "-XqtA", "-v", "ON_ERROR_STOP=1", "-h", self.socket, "-U", SUPERUSER, "-d", database]
        done = self.owner.run([*command, "-f", "-"], stdin=sql)
        if done.returncode != 0:
            raise ClusterWontStart(said=done.stderr, log=str(self.log))
        return done.stdout

    def visitors(self) -> int:
        """Connections of others than ourselves."""
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        return int(self.query(f"SELECT count(*) FROM pg_stat_activity WHERE {others}"))

    def _control(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.owner.run([self.programs / "pg_ctl", "-D", self.data, *words])

    def _write(self, name: str, text: str) -> None:
        place = self.data / name
        place.write_text(text, encoding="utf-8")
        self.owner.give(place, 0o600)


def _pid_in(place: Path) -> int | None:
    try:
        first = place.read_text(encoding="utf-8", errors="replace").splitlines()[:1]
    except (FileNotFoundError, PermissionError):
        return None
    return int(first[0]) if first and first[0].strip().isdigit() else None


def serves(*, pid: int, data: Path) -> bool:
    """True when that process is a PostgreSQL server at work in the data directory."""
    try:
        program = Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
        return program == "postgres" and Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def clear_stale_pid(data: Path) -> None:
    """Remove a postmaster.pid whose process is gone or is another program by now, and say so."""
    place = data / "postmaster.pid"
    pid = _pid_in(place)
    if pid is None or serves(pid=pid, data=data):
        return
    place.unlink()
    notice(StalePidFile(pid=pid, place=str(place)).text())


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log file, empty when there is none."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""
