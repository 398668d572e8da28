from __future__ import annotations

import os
from pathlib import Path

import pytest

from bootstrap import disk, prepare
from bootstrap.places import Places
from bootstrap.problems import DiskFull, PlaceNotOurs

MB = 1024 * 1024


def test_a_nearly_full_disk_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="299 MB left"):
        disk.check(place=tmp_path, first_time=False, free=299 * MB)
    assert list(tmp_path.iterdir()) == []


def test_the_first_start_needs_more_room_than_the_next() -> None:
    disk.check(place=Path("/"), first_time=False, free=400 * MB)
    with pytest.raises(DiskFull):
        disk.check(place=Path("/"), first_time=True, free=400 * MB)


def test_a_clone_of_somebody_else_is_refused(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    (places.root / "requirements.lock").write_text("")
    (places.root / "package-lock.json").write_text("{}")
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    with pytest.raises(PlaceNotOurs, match="cannot write there"):
        prepare.check_room(places)
