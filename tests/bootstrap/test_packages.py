"""Missing packages, with scripts in the place of apt, pip and npm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap import node_env, system
from bootstrap.places import Places
from bootstrap.problems import NeedsRoot, NotDebian, PackageUnavailable, PostgresMissing
from tests.bootstrap.conftest import script

FAILING_APT = 'case "$*" in *install*) echo "E: Unable to locate package gdal-bin"; exit 100;; esac'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "apt.log"


def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_a_user_without_rights_is_told_the_exact_command(
    fake_bin: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake_bin, "apt-get", "exit 0")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NeedsRoot) as refused:
        system.install(["gdal-bin", "postgresql-?"], log=log)
    assert refused.value.remedy.endswith("apt-get install --no-install-recommends gdal-bin postgresql")


def test_a_sudo_that_asks_for_a_password_is_not_used(
    fake_bin: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake_bin, "apt-get", "exit 0")
    script(fake_bin, "sudo", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NeedsRoot):
        system.install(["gdal-bin"], log=log)


def test_a_package_that_apt_cannot_get_is_named_with_its_words(
    fake_bin: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake_bin, "env", 'shift 2; exec "$@"')
    script(fake_bin, "apt-get", FAILING_APT)
    as_root(monkeypatch)
    with pytest.raises(PackageUnavailable, match="gdal-bin") as refused:
        system.install(["gdal-bin"], log=log)
    assert "Unable to locate package" in refused.value.text()


def test_another_system_than_debian_is_told_what_to_install(fake_bin: Path, log: Path) -> None:
    with pytest.raises(NotDebian, match="gdal-bin"):
        system.install(["gdal-bin"], log=log)


def test_an_old_release_is_told_where_postgresql_15_comes_from(
    fake_bin: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(fake_bin, "env", "exit 0")
    script(fake_bin, "apt-get", "exit 0")
    script(fake_bin, "apt-cache", 'echo "  Candidate: 14+238"')
    as_root(monkeypatch)
    with pytest.raises(PostgresMissing, match="14"):
        system.install(["postgresql-?"], log=log)


def test_nothing_missing_asks_nothing_of_anybody(fake_bin: Path, log: Path) -> None:
    system.install([], log=log)
    assert not log.exists()


def test_a_browser_package_that_npm_cannot_get_is_told(places: Places, fake_bin: Path) -> None:
    (places.root / "package-lock.json").write_text("{}")
    script(fake_bin, "npm", 'echo "npm error network timeout" >&2; exit 1')
    with pytest.raises(PackageUnavailable) as refused:
        node_env.install(places)
    assert "network timeout" in refused.value.text()
    assert not node_env.stamp_of(places).fresh()


def test_an_installed_lock_is_not_installed_again(places: Places, fake_bin: Path) -> None:
    (places.root / "package-lock.json").write_text("{}")
    (places.root / "node_modules").mkdir()
    (places.root / "node_modules" / ".package-lock.json").write_text("{}")
    script(fake_bin, "npm", "exit 0")
    node_env.install(places)
    script(fake_bin, "npm", "exit 1")
    node_env.install(places)
    (places.root / "package-lock.json").write_text('{"changed": 1}')
    with pytest.raises(PackageUnavailable):
        node_env.install(places)


@pytest.mark.parametrize(("ubuntu", "found"), [(False, "chromium"), (True, "google-chrome")])
def test_ubuntus_chromium_is_no_browser_but_the_door_to_a_snap(
    fake_bin: Path, monkeypatch: pytest.MonkeyPatch, ubuntu: bool, found: str
) -> None:
    monkeypatch.setattr(system, "ubuntu", lambda: ubuntu)
    for name in ("chromium", "chromium-browser", "google-chrome"):
        script(fake_bin, name, "exit 0")
    assert system.chromium() == str(fake_bin / found)
