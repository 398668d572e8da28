"""Clones of our own making, below a directory that any user may enter."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap import cluster_make, postgres
from bootstrap.cluster import Cluster
from bootstrap.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """An empty clone."""
    made = Places(tmp_path / "clone")
    made.var.mkdir(parents=True)
    return made


@pytest.fixture(scope="session")
def open_ground() -> Iterator[Path]:
    """A short directory that PostgreSQL's own user may enter, unlike tmp_path."""
    ground = Path(tempfile.mkdtemp(prefix="jg-"))
    ground.chmod(0o755)
    yield ground
    shutil.rmtree(ground, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, open_ground: Path) -> Iterator[Cluster]:
    """A cluster in a directory that other users cannot enter, with a space and Chinese letters in its path."""
    if not postgres.installed():
        pytest.skip("no PostgreSQL programs on this machine")
    root = tmp_path_factory.mktemp("旧改 clone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster_make, "ELSEWHERE", open_ground)
        made, started = cluster_make.ensure(Places(root))
        assert started
        yield made
        made.stop()
        shutil.rmtree(Places(root).short_socket_dir, ignore_errors=True)


@pytest.fixture
def fake_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on the PATH; put scripts there with `script`."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


def script(directory: Path, name: str, body: str) -> None:
    """A shell script that plays some program."""
    place = directory / name
    place.write_text(f"#!/bin/sh\n{body}\n")
    place.chmod(0o755)
