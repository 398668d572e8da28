"""What happens before any of our modules may rely on a new Python, and the secrets of a demo."""

from __future__ import annotations

import shutil
import stat
import sys

import pytest

import bootstrap.__main__ as entry
from bootstrap.environment import for_children
from bootstrap.places import Places


def test_an_old_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert entry.main() == 2
    assert "现在是 3.9" in capsys.readouterr().err


def test_demo_secrets_are_random_private_and_kept(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIUGAI_SECRET_KEY", raising=False)
    first = for_children(places, mode="demo", database_url="x")["JIUGAI_SECRET_KEY"]
    assert for_children(places, mode="demo", database_url="x")["JIUGAI_SECRET_KEY"] == first
    kept = places.var / "secret" / "JIUGAI_SECRET_KEY"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(first) >= 32


def test_production_gets_no_secret_from_us(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JIUGAI_SECRET_KEY", raising=False)
    assert "JIUGAI_SECRET_KEY" not in for_children(places, mode="production", database_url="x")
