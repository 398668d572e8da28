"""A later start is up in seconds: a database that this very clone has prepared is not gone through again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap import platform_steps, prepared
from bootstrap.cluster import Cluster
from bootstrap.places import Places, here
from bootstrap.problems import StepFailed


@pytest.fixture
def clone(places: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A clone with code of its own and our interpreter."""
    for name in ("jiugai", "bootstrap"):
        (places.root / name).mkdir()
    (places.root / "jiugai" / "figures.yaml").write_text("quota: 20\n")
    (places.var / "static").mkdir()
    monkeypatch.setattr(Places, "python", here().python)
    return places


@pytest.fixture
def env(cluster: Cluster) -> dict[str, str]:
    cluster.query("DROP TABLE IF EXISTS jiugai_prepared", database="jiugai")
    return {"DATABASE_URL": cluster.url, "JIUGAI_ENV": "demo"}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    taken: list[str] = []

    def take(_places: Places, _env: object) -> str:
        taken.append("all")
        return "城市管理者 city_lead\n"

    monkeypatch.setattr(platform_steps, "_steps", take)
    return taken


def test_second_start_prints_the_same_log_ins_without_preparing(
    clone: Places, env: dict[str, str], steps: list[str]
) -> None:
    said = [platform_steps.prepare(clone, env=env) for _ in range(2)]
    assert said == ["城市管理者 city_lead\n"] * 2
    assert steps == ["all"]


@pytest.mark.parametrize("path", ["jiugai/figures.yaml", "jiugai/new.py", "bootstrap/steps.py", "requirements.lock"])
def test_other_code_or_data_is_prepared_again(clone: Places, env: dict[str, str], steps: list[str], path: str) -> None:
    platform_steps.prepare(clone, env=env)
    (clone.root / path).write_text("changed")
    platform_steps.prepare(clone, env=env)
    assert len(steps) == 2


def test_production_is_not_taken_for_prepared_by_a_demonstration(
    clone: Places, env: dict[str, str], steps: list[str]
) -> None:
    platform_steps.prepare(clone, env=env)
    platform_steps.prepare(clone, env=env | {"JIUGAI_ENV": "production"})
    assert len(steps) == 2


def test_missing_files_for_pages_are_packed_again(clone: Places, env: dict[str, str], steps: list[str]) -> None:
    platform_steps.prepare(clone, env=env)
    (clone.var / "static").rmdir()
    platform_steps.prepare(clone, env=env)
    assert len(steps) == 2


def test_preparation_that_broke_off_leaves_no_mark(
    clone: Places, env: dict[str, str], steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform_steps.prepare(clone, env=env)
    old = Path(clone.root / "jiugai" / "figures.yaml").read_text()
    (clone.root / "jiugai" / "figures.yaml").write_text("broken")
    with monkeypatch.context() as patch:
        patch.setattr(platform_steps, "_steps", lambda *_: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            platform_steps.prepare(clone, env=env)
    (clone.root / "jiugai" / "figures.yaml").write_text(old)
    assert prepared.recall(clone, prepared.mark_of(clone, mode="demo"), env=env) is None


def test_words_in_somebodys_environment_are_no_mark(clone: Places, env: dict[str, str], steps: list[str]) -> None:
    prepared.forget(clone, env=env | {"MARK": "x", "WORDS": "y"})
    assert prepared.recall(clone, "x", env=env) is None


def test_database_that_cannot_be_reached_is_told_before_anything_is_done(
    clone: Places, env: dict[str, str], steps: list[str]
) -> None:
    with pytest.raises(StepFailed):
        platform_steps.prepare(clone, env=env | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"})
    assert steps == []
