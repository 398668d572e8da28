"""What can go wrong before the platform runs, each with its own class, its words and its remedy.

Messages are Chinese first, English second: the reader is whoever typed `make run`.
"""

from __future__ import annotations


class Problem(Exception):
    """An anticipated failure. `zh` and `en` say what happened, `remedy` what to type or do next."""

    def __init__(self, *, zh: str, en: str, remedy: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
        self.remedy = remedy

    def text(self) -> str:
        """The three lines shown in the terminal."""
        return f"{self.zh}\n{self.en}\n  → {self.remedy}"


class PythonTooOld(Problem):
    """The interpreter is older than 3.11 and no newer one is on the PATH."""

    def __init__(self, *, found: str) -> None:
        super().__init__(
            zh=f"需要 Python 3.11 或更新的版本，现在是 {found}。",
            en=f"Python 3.11 or newer is needed; this is {found}.",
            remedy="apt-get install python3.11 python3.11-venv; then: make run PYTHON=python3.11",
        )


class NeedsRoot(Problem):
    """System packages are missing and this user may not install them."""

    def __init__(self, *, packages: list[str]) -> None:
        names = " ".join(packages)
        super().__init__(
            zh=f"缺少系统软件包：{names}。当前用户没有安装权限。",
            en=f"System packages are missing and this user may not install them: {names}.",
            remedy=f"sudo apt-get update && sudo apt-get install --no-install-recommends {names}",
        )


class PackageUnavailable(Problem):
    """A package could not be fetched. `tool` is apt, pip or npm; `said` the last words of that tool."""

    def __init__(self, *, tool: str, wanted: str, said: str, remedy: str) -> None:
        super().__init__(
            zh=f"{tool} 取不到软件包：{wanted}。原话：{said}",
            en=f"{tool} could not get: {wanted}. It said the above.",
            remedy=remedy,
        )


class NotDebian(Problem):
    """There is no apt-get here, so missing packages cannot be installed."""

    def __init__(self, *, packages: list[str]) -> None:
        names = " ".join(packages)
        super().__init__(
            zh=f"这台机器没有 apt-get，无法自动安装：{names}。",
            en=f"There is no apt-get on this machine; cannot install: {names}.",
            remedy="install the same software by hand, or use Docker: docker compose up",
        )


class PostgresMissing(Problem):
    """No PostgreSQL of at least version 15 with PostGIS is installed or can be had from apt."""

    def __init__(self, *, candidate: str) -> None:
        super().__init__(
            zh=f"需要 PostgreSQL 15 或更新的版本及 PostGIS 3.3，本机软件源只有 {candidate}。",
            en=f"PostgreSQL 15+ with PostGIS 3.3+ is needed; the package source offers {candidate}.",
            remedy="add the PostgreSQL project's apt source (package postgresql-common, then "
            "/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh), or set DATABASE_URL to a newer server",
        )


class ClusterOtherVersion(Problem):
    """var/pg was made by a PostgreSQL major version that is not installed here."""

    def __init__(self, *, made_by: str, installed: list[str], place: str) -> None:
        here = "、".join(installed) or "—"
        super().__init__(
            zh=f"数据库目录 {place} 由 PostgreSQL {made_by} 建立，本机装的是 {here}。数据没有动过。",
            en=f"The cluster in {place} was made by PostgreSQL {made_by}; installed: {here}.",
            remedy=f"apt-get install postgresql-{made_by} postgresql-{made_by}-postgis-3; "
            "or, if the data may go: make clean, then make run",
        )


class ClusterWontStart(Problem):
    """PostgreSQL refused to start or a bootstrap statement failed."""

    def __init__(self, *, said: str, log: str) -> None:
        super().__init__(
            zh=f"数据库没有启动起来。最后的日志：\n{said}",
            en="The database did not start. Its last words are above.",
            remedy=f"read {log}; then: make stop, make run",
        )


class StalePidFile(Problem):
    """postmaster.pid names a process that is not this cluster's server. Removed by us, so only a notice."""

    def __init__(self, *, pid: int, place: str) -> None:
        super().__init__(
            zh=f"上次没有正常关闭：{place} 指向进程 {pid}，它已不是本数据库。已移除，继续启动。",
            en=f"{place} was left by a server (pid {pid}) that no longer runs.",
            remedy="nothing to do: it was removed, and the server recovers its data as it starts",
        )


class PlaceNotOurs(Problem):
    """A file or directory that we must write belongs to somebody else."""

    def __init__(self, *, place: str, owner: str) -> None:
        super().__init__(
            zh=f"{place} 属于用户 {owner}，当前用户不能写。",
            en=f"{place} belongs to {owner}; this user cannot write there.",
            remedy=f"run the same command as {owner} (or root), or hand it over: sudo chown -R $(id -un) var",
        )


class DiskFull(Problem):
    """Too little room to install or to let the database grow. Sizes in MB."""

    def __init__(self, *, place: str, free_mb: int, needed_mb: int) -> None:
        super().__init__(
            zh=f"磁盘空间不够：{place} 只剩 {free_mb} MB，需要 {needed_mb} MB。没有写入任何东西。",
            en=f"The disk is nearly full: {free_mb} MB left at {place}, {needed_mb} MB needed.",
            remedy=f"free some space (df -h {place}), or put var/ on a larger disk by a symbolic link",
        )


class PortTaken(Problem):
    """Another program listens on our port. `holder` says which, when it could be found."""

    def __init__(self, *, port: int, holder: str | None) -> None:
        zh_by = f"，占用者：{holder}" if holder else ""
        en_by = f" by {holder}" if holder else ""
        super().__init__(
            zh=f"端口 {port} 已被占用{zh_by}。",
            en=f"Port {port} is taken{en_by}.",
            remedy=f"stop that program, or choose another port: JIUGAI_PORT={port + 1} make run",
        )


class BadPort(Problem):
    """JIUGAI_PORT is not a number from 1 to 65535."""

    def __init__(self, *, value: str) -> None:
        super().__init__(
            zh=f"JIUGAI_PORT={value} 不是 1 到 65535 之间的端口号。",
            en=f"JIUGAI_PORT={value} is not a port number from 1 to 65535.",
            remedy="JIUGAI_PORT=8000 make run",
        )


class AlreadyRunning(Problem):
    """Another `make run` of this clone is active."""

    def __init__(self, *, pid: int, url: str) -> None:
        super().__init__(
            zh=f"平台已在运行（进程 {pid}）：{url}",
            en=f"Already running (pid {pid}): {url}",
            remedy="open that address; or: make stop, then make run",
        )


class StepFailed(Problem):
    """A command of our own (migrate, load, demo users) ended with an error."""

    def __init__(self, *, step: str, code: int, said: str) -> None:
        super().__init__(
            zh=f"「{step}」没有完成（返回码 {code}）。原话：\n{said}",
            en=f"The step '{step}' ended with code {code}. Its words are above.",
            remedy="mend the cause and type the same command again: finished steps are not repeated",
        )


class OutsideServerUnfit(Problem):
    """The server of DATABASE_URL cannot be reached or lacks something."""

    def __init__(self, *, said: str) -> None:
        super().__init__(
            zh=f"DATABASE_URL 指向的数据库不能用：{said}",
            en="The server of DATABASE_URL cannot be used as it is.",
            remedy="see docs/outside-database.md for the role, extensions and function marks that it needs",
        )
