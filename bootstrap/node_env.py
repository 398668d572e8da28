"""The browser packages: node_modules from package-lock.json, served as they are."""

from __future__ import annotations

from bootstrap.places import Places
from bootstrap.say import step
from bootstrap.stamps import Stamp
from bootstrap.tools import fetched

REMEDY = (
    "check the network; behind a proxy set HTTPS_PROXY, for a mirror npm_config_registry; "
    "read var/log/npm.log; then type the command again"
)
QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts")


def stamp_of(places: Places) -> Stamp:
    """Anew for another lock."""
    return Stamp(places.root / "node_modules" / ".stamp", (places.root / "package-lock.json",))


def install(places: Places) -> None:
    """Make node_modules. Raises PackageUnavailable."""
    stamp = stamp_of(places)
    if (places.root / "node_modules" / ".package-lock.json").exists() and stamp.fresh():
        return
    step("安装浏览器软件包", "installing browser packages (details in var/log/npm.log)")
    fetched(
        ["npm", "ci", *QUIET],
        tool="npm",
        wanted="package-lock.json",
        remedy=REMEDY,
        cwd=places.root,
        log=places.log / "npm.log",
    )
    stamp.set()
