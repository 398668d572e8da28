"""Debian packages: find what is missing, install it when allowed, else say exactly what to type."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from bootstrap import postgres
from bootstrap.places import Places
from bootstrap.problems import NeedsRoot, NotDebian, PackageUnavailable, PostgresMissing
from bootstrap.say import step
from bootstrap.stamps import Stamp
from bootstrap.tools import Words, fetched

NO_MAIN_CLUSTER = Path("/etc/postgresql-common/createcluster.d/jiugai.conf")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FONTS = Path("/usr/share/fonts")


def for_running(places: Places, *, own_server: bool) -> list[str]:
    """Packages that `make run` lacks on this machine."""
    wanted = [*_libraries(), *_python(places), *_node(places)]
    return wanted + (_server(places) if own_server else [])


def for_tests() -> list[str]:
    """Packages that only the tests need: a browser and Chinese letters for it."""
    wanted = [] if chromium() else ["chromium"]
    if wanted and ubuntu():
        wanted = [] if ctypes.util.find_library("atomic") else ["libatomic1"]  # for Playwright's installer
    has_letters = any(FONTS.glob("**/*CJK*"))
    return wanted if has_letters else [*wanted, "fonts-noto-cjk"]


def chromium() -> str | None:
    """The browser of the system. Ubuntu's `chromium` only starts a snap, if there is one: it does not count."""
    names = [name for name in CHROMIUM if not (ubuntu() and name.startswith("chromium"))]
    return next(filter(None, map(shutil.which, names)), None)


def ubuntu() -> bool:
    """Ubuntu's Chromium is a snap, which needs a service that containers lack: Playwright's is used."""
    release = Path("/etc/os-release")
    return release.exists() and bool(re.search(r"^ID=ubuntu$", release.read_text(encoding="utf-8"), re.M))


def install(packages: list[str], *, log: Path) -> None:
    """Install with apt. Needs root or a sudo that asks nothing."""
    if not packages:
        return
    if not shutil.which("apt-get"):
        raise NotDebian(packages=packages)
    become = _become_root(packages)
    log.parent.mkdir(parents=True, exist_ok=True)
    step("更新软件包目录", "apt-get update")
    _apt(become, ["update"], log=log)
    packages = [_versioned(name) for name in packages]
    step(f"安装系统软件包：{' '.join(packages)}", "installing system packages (details in var/log/apt.log)")
    server = [name for name in packages if name.startswith("postgresql-")]
    if server and os.geteuid() == 0:
        _without_main_cluster(become, packages, log=log)
    else:
        _must(become, packages, log=log)


def _libraries() -> Iterable[str]:
    if not (ctypes.util.find_library("gdal") and ctypes.util.find_library("geos_c")):
        yield "gdal-bin"  # brings libgdal, libgeos and libproj under any release's names
    if not ctypes.util.find_library("pangoft2-1.0"):
        yield "libpangoft2-1.0-0"  # under WeasyPrint, which writes the reports
    if not any(FONTS.glob("**/*CJK*")):
        yield "fonts-noto-cjk"  # for those reports
    if not Path("/usr/share/zoneinfo/Asia/Shanghai").exists():
        yield "tzdata"


def _python(places: Places) -> Iterable[str]:
    if not places.python.exists() and not importlib.util.find_spec("ensurepip"):
        yield f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def _node(places: Places) -> Iterable[str]:
    if (places.root / "node_modules" / ".package-lock.json").exists():
        return
    for program, package in (("node", "nodejs"), ("npm", "npm")):
        if not shutil.which(program):
            yield package


def _server(places: Places) -> list[str]:
    if (places.pg / "PG_VERSION").exists() or postgres.installed():
        return []
    return ["postgresql-?", "postgresql-?-postgis-3"]


def _versioned(name: str) -> str:
    """Put the release's PostgreSQL version in place of the question mark."""
    if "?" not in name:
        return name
    told = subprocess.run(["apt-cache", "policy", "postgresql"], capture_output=True, encoding="utf-8", check=False)
    found = re.search(r"Candidate: (\d+)", told.stdout)
    if not found or int(found[1]) < postgres.OLDEST:
        raise PostgresMissing(candidate=found[1] if found else "—")
    return name.replace("?", found[1])


def _become_root(packages: list[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    raise NeedsRoot(packages=_plain(packages))


def _plain(packages: list[str]) -> list[str]:
    """Names a person can type: the unversioned packages follow the release's version by themselves."""
    names = {"postgresql-?": "postgresql", "postgresql-?-postgis-3": "postgresql-postgis"}
    return [names.get(name, name) for name in packages]


def _without_main_cluster(become: list[str], packages: list[str], *, log: Path) -> None:
    """Keep Debian from making and starting a server of its own on port 5432: nobody asked for that one."""
    fresh = not Path("/etc/postgresql-common").exists()
    if fresh:
        NO_MAIN_CLUSTER.parent.mkdir(parents=True)
        NO_MAIN_CLUSTER.write_text("create_main_cluster = false\n", encoding="ascii")
    try:
        _must(become, packages, log=log)
    finally:
        if fresh:
            NO_MAIN_CLUSTER.unlink(missing_ok=True)


def _must(become: list[str], packages: list[str], *, log: Path) -> None:
    if _apt(become, ["install", "-y", "--no-install-recommends", *packages], log=log) != 0:
        said = [
            line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line[:2] in ("E:", "W:")
        ]
        raise PackageUnavailable(
            tool="apt",
            wanted=" ".join(packages),
            said=" ".join(said[-3:]) or "—",
            remedy="check the network and the package sources; read var/log/apt.log; try again",
        )


def _apt(become: list[str], words: list[str], *, log: Path) -> int:
    options = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-q"]
    setting = ["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"]
    with log.open("ab") as out:
        command = [*become, *setting, "apt-get", *options, *words]
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode


def browser(places: Places) -> None:
    """On Ubuntu, fetch the browser that Playwright itself provides, once."""
    stamp = Stamp(places.venv / "browser.stamp", (places.root / "requirements.lock",))
    if chromium() or stamp.fresh():
        return
    step("安装测试用的浏览器", "fetching a browser for the tests (details in var/log/browser.log)")
    log = places.log / "browser.log"
    command: Words = [places.python, "-m", "playwright", "install", "--with-deps", "chromium"]
    fetched(
        command,
        tool="playwright",
        wanted="chromium",
        remedy="put chromium or google-chrome on the PATH; then type the command again",
        cwd=places.root,
        log=log,
    )
    stamp.set()
