from __future__ import annotations

import io
import sys

import pytest

from bootstrap import rubbish
from bootstrap.places import Places


def test_nothing_is_removed_without_being_asked_for(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YES", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    (places.var / "files").mkdir()
    assert rubbish.remove(places) == 1
    assert (places.var / "files").exists()


def test_everything_made_is_removed_when_asked_for(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YES", "1")
    (places.root / "node_modules").mkdir()
    (places.root / "README.md").touch()
    assert rubbish.remove(places) == 0
    assert [left.name for left in places.root.iterdir()] == ["README.md"]
